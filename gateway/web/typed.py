"""What was typed when a session ended: sealed into a short-lived cookie, and shown again on the same page."""

import base64
import hashlib
import json
import zlib

from flask import current_app, request
from werkzeug import Response

from chassis.sealing import Sealer
from gateway import forms

COOKIE = "typed"
SECONDS = 30 * 60
MOST = 3500  # bytes; browsers take 4096 with name and attributes
_PURPOSE = "typed"


def keep(response: Response) -> None:
    """Keep the form of this request, if it is one of a page and small enough."""
    if request.method != "POST" or request.mimetype != "application/x-www-form-urlencoded":
        return
    told = json.dumps([request.path, forms.typed().values], ensure_ascii=False).encode()
    sealed = _sealer().seal(base64.b85encode(zlib.compress(told)).decode())
    if len(sealed) <= MOST:
        response.set_cookie(
            COOKIE, sealed, max_age=SECONDS, httponly=True, samesite="Lax", path="/",
            secure=current_app.config["PORTAL"].is_https,
        )  # fmt: skip


def find() -> dict[str, str] | None:
    """What was kept for this very page."""
    sealed = request.cookies.get(COOKIE)
    if not sealed:
        return None
    try:
        path, values = json.loads(zlib.decompress(base64.b85decode(_sealer().open(sealed))))
    except (ValueError, zlib.error):  # another key, an old form: nothing that could be shown
        return None
    return values if path == request.path else None


def forget(response: Response) -> None:
    """It was shown: the page has it now."""
    response.delete_cookie(COOKIE, path="/")


def _sealer() -> Sealer:
    key = hashlib.sha256(b"typed" + current_app.config["SECRET_KEY"].encode()).digest()
    return Sealer(base64.b64encode(key).decode(), _PURPOSE)
