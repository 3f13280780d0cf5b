"""Getting in and one's own account."""

from flask import Blueprint

blueprint = Blueprint("account", __name__)

from gateway.web.account import entering, passwords, profile, registering  # noqa: E402, F401 they add their routes
