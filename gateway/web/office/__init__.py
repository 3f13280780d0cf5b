"""The Bureau's pages: the queue, one request, decisions."""

from flask import Blueprint

blueprint = Blueprint("office", __name__)

from gateway.web.office import (  # noqa: E402, F401 they add their routes
    deciding,
    handing,
    queue,
    returning,
    reviewing,
)
