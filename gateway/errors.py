"""Errors at the border: kind to HTTP status, code to words. The one place that knows both."""

from typing import Any

from flask import Flask, Response, current_app, json, render_template, request
from jinja2 import Template, TemplateNotFound
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from chassis import logs
from chassis.errors import Forbidden, Internal, Invalid, NotFound, PortalError, TooMany, Unavailable
from gateway import context, i18n
from gateway.locales import words

log = logs.get(__name__)

PROBLEM = "application/problem+json"
BEING_MADE = "paper.being_made"
RETRY_SECONDS = 2  # when something is unavailable and nobody said for how long

STATUS = {
    "invalid": 422,
    "not_signed_in": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "too_many": 429,
    "unavailable": 503,
    "internal": 500,
}
# Where a code says more than its kind.
CODE_STATUS = {
    "input.not_json": 400,
    "input.not_text": 400,
    "input.too_large": 413,
    "input.unreadable": 400,
    "csrf.failed": 400,
    "length.required": 411,
    "media_type.unsupported": 415,
    "method.not_allowed": 405,
    "idempotency.key_reused": 422,
    "idempotency.in_progress": 409,
}
# What werkzeug and the extensions raise, as errors of ours.
_HTTP: dict[int, tuple[type[PortalError], str]] = {
    400: (Invalid, "input.unreadable"),
    403: (Forbidden, "permission.missing"),
    404: (NotFound, "path.unknown"),
    405: (Invalid, "method.not_allowed"),
    411: (Invalid, "length.required"),
    413: (Invalid, "input.too_large"),
    415: (Invalid, "media_type.unsupported"),
    429: (TooMany, "limit.reached"),
    503: (Unavailable, "service.unavailable"),
}
CODES = frozenset(
    {code for _, code in _HTTP.values()} | set(CODE_STATUS) | {"internal", "idempotency.key_invalid"}
)
_MEMBERS = frozenset({"type", "title", "status", "code", "detail", "trace_id", "errors"})


def status_of(error: PortalError) -> int:
    """The HTTP status of an error."""
    return CODE_STATUS.get(error.code) or STATUS[error.kind]


def retry_after(error: PortalError) -> int | None:
    """Whole seconds after which the same request may go through; None when time does not mend it."""
    if error.kind not in ("too_many", "unavailable"):
        return None
    return int(error.facts.get("retry_after") or RETRY_SECONDS)


def problem(error: PortalError) -> dict[str, Any]:
    """The body of a problem. Facts are members of their own, beside the fixed ones."""
    language = i18n.language()
    body: dict[str, Any] = {
        "type": f"urn:portal:error:{error.code}",
        "title": words.title(language, error.code),
        "status": status_of(error),
        "code": error.code,
        "detail": words.error(language, error.code, error.facts),
        "trace_id": context.trace_id(),
    }
    if body["status"] == 422:
        body["errors"] = [
            {
                "pointer": fault.pointer,
                "code": fault.code,
                "detail": words.error(language, fault.code, dict(fault.facts)),
            }
            for fault in error.faults
        ]
    return body | {name: value for name, value in error.facts.items() if name not in _MEMBERS}


def from_http(error: HTTPException) -> PortalError:
    """An error of ours for what the framework raised."""
    kind, code = _HTTP.get(error.code or 500, (Internal, "internal"))
    return kind(code)


def init_app(app: Flask) -> None:
    """Answer every error in our words: problems for the API and for scripts, pages for people."""
    app.register_error_handler(PortalError, answer)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unforeseen)


def answer(error: PortalError) -> Response:
    """The response to a refusal."""
    if error.kind == "internal":
        log.error("internal error", extra={"code": error.code})
    response = _body(error)
    response.status_code = status_of(error)
    seconds = retry_after(error)
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
        if error.code == BEING_MADE and response.mimetype == "text/html":
            response.headers["Refresh"] = str(seconds)  # the browser asks again by itself
    if response.status_code == 401 and context.is_api():
        response.headers["WWW-Authenticate"] = "Bearer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _body(error: PortalError) -> Response:
    if context.is_api():
        return Response(json.dumps(problem(error)), content_type=PROBLEM)
    if _asks_by_script():
        told = problem(error)
        message = next((fault["detail"] for fault in told.get("errors", ())), told["detail"])
        return Response(
            json.dumps({**told, "message": message}), content_type="application/json; charset=utf-8"
        )
    return Response(_page(error), content_type="text/html; charset=utf-8")


def _asks_by_script() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "answers_scripts", False))


def _page(error: PortalError) -> str:
    told = problem(error)
    facts = {"error": told, "code": error.code, "facts": error.facts, "retry_after": retry_after(error)}
    names: list[str | Template] = [
        f"pages/errors/{error.code}.html",
        f"pages/errors/{told['status']}.html",
        "pages/errors/error.html",
    ]
    try:
        return render_template(names, **facts)
    except (PortalError, TemplateNotFound):
        log.exception("no error page")
        return f"<!doctype html><title>{told['title']}</title><p>{told['detail']}</p>"


def _answer_http(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    response = answer(_described(error))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _described(error: HTTPException) -> PortalError:
    original = getattr(error, "original_exception", None)
    if original is not None:
        log.error("unforeseen", exc_info=original)
    return from_http(error)


def _answer_unforeseen(error: Exception) -> Response:
    log.error("unforeseen", exc_info=error)
    return answer(Internal("internal"))
