"""An applicant's requests: begin, fill in, attach, send, follow."""

from flask import Blueprint

blueprint = Blueprint("requests", __name__)

from gateway.web.requests import (  # noqa: E402, F401 they add their routes
    attending,
    documents,
    following,
    sending,
    steps,
    uploading,
)
