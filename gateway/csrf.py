"""Forms are taken from our own pages alone: a token in each, and the browser's own word on where it came from.

The API takes no cookie, so nothing can be sent in somebody's name there.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFError, CSRFProtect, validate_csrf
from wtforms import ValidationError

from chassis.errors import Invalid
from gateway import context, errors
from gateway.settings import Settings

FAILED = "csrf.failed"
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_OWN = frozenset({"same-origin", "none"})  # none: typed into the address bar, or sent again by "reload"

protection = CSRFProtect()


def init_app(app: Flask, settings: Settings) -> None:
    """Check every form before anything else looks at it."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-form" if settings.is_https else "portal_form",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the cookie: a long form must not be lost for a slow writer
        WTF_CSRF_SSL_STRICT=True,
        WTF_CSRF_CHECK_DEFAULT=False,  # called below, so that the API is left alone
    )
    protection.init_app(app)
    app.register_error_handler(CSRFError, lambda _error: errors.answer(Invalid(FAILED)))
    app.before_request(_check)
    if settings.is_https:
        app.wsgi_app = _behind_tls(app.wsgi_app)  # type: ignore[method-assign]


def check_token(token: str) -> None:
    """For a form that is read piece by piece. Raises Invalid `csrf.failed`."""
    try:
        validate_csrf(token)
    except ValidationError:
        raise Invalid(FAILED) from None


def _check() -> None:
    if request.method not in _CHANGING or context.is_api() or request.endpoint is None:
        return
    if not _is_from_here():
        raise Invalid(FAILED)
    protection.protect(apply_exemptions=True)


def _is_from_here() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in _OWN:
        return False
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.host}"


def _behind_tls(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The line to the browser is https, whatever the last hop is."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Response]) -> Iterable[bytes]:
        environ["wsgi.url_scheme"] = "https"
        return application(environ, start_response)

    return answer
