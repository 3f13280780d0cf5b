"""What one HTTP request knows of itself: trace id, deadline, actor, idempotency key. Lives on `flask.g`."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from time import monotonic

from flask import current_app, g, request

from chassis import ids, logs
from chassis.actor import ANONYMOUS, Actor
from chassis.errors import Invalid, Unavailable

API_PREFIX = "/api/"
DEMO_PREFIX = "/demo"
DOCS_PATH = "/api/docs"  # a page, although it stands there
DECORATION_SECONDS = 0.5  # a counter in the header is not worth more
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def begin() -> None:
    """Start the clock of this request."""
    g.trace_id = ids.new_id()
    logs.trace_id.set(g.trace_id)
    g.actor = ANONYMOUS
    renew_deadline()


def renew_deadline() -> None:
    """Start the clock anew: after a body that took as long as the sender's line is slow."""
    g.deadline = monotonic() + current_app.config["PORTAL"].REQUEST_SECONDS


def is_api() -> bool:
    """Whether this request speaks the API: bearer tokens, problems as JSON."""
    if request.path.startswith(f"{DEMO_PREFIX}/"):
        return True
    return request.path.startswith(API_PREFIX) and request.path != DOCS_PATH


def trace_id() -> str:
    """The id that logs and error pages share."""
    return g.get("trace_id", "")


def deadline() -> float:
    """Monotonic seconds after which nobody waits for this request."""
    return g.deadline


def actor() -> Actor:
    """Who is asking."""
    return g.get("actor", ANONYMOUS)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Calls inside get this time of the request's, and no more than is left of it."""
    whole = g.deadline
    g.deadline = min(whole, monotonic() + seconds)
    try:
        yield
    finally:
        g.deadline = whole


@contextmanager
def decoration() -> Iterator[None]:
    """Calls inside get half a second, and what is missing by then is left out."""
    try:
        with within(DECORATION_SECONDS):
            yield
    except Unavailable:
        pass


def idempotency_key() -> str:
    """The key of this request's commands: the header's, the form's, or a fresh one.

    Raises Invalid `idempotency.key_invalid`.
    """
    if "idempotency_key" not in g:
        g.idempotency_key = _sent_key() or ids.new_id()
    return g.idempotency_key


def _sent_key() -> str:
    if is_api():
        key = request.headers.get("Idempotency-Key", "")
        if key and not _KEY.fullmatch(key):
            raise Invalid("idempotency.key_invalid")
        return key
    if request.mimetype == "application/x-www-form-urlencoded" and request.form.get("idempotency_key"):
        return _form_key()
    return ""


def _form_key() -> str:
    """A form sent twice is one command; a form sent again with other content is another."""
    told = sorted((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token")
    return sha256(repr((request.path, told)).encode()).hexdigest()
