"""One line per request in the log: the rule of the route, never the address, which may hold a token."""

from time import monotonic

from flask import Flask, Response, g, request

from chassis import logs

log = logs.get(__name__)
_SILENT = frozenset({"static", "probes.healthz", "probes.readyz"})


def init_app(app: Flask) -> None:
    """Note each answer but those to probes and for static files."""
    app.before_request(_begin)
    app.after_request(_note)


def _begin() -> None:
    g.begun = monotonic()


def _note(response: Response) -> Response:
    if request.endpoint not in _SILENT:
        facts = {
            "method": request.method,
            "route": request.url_rule.rule if request.url_rule else None,
            "status": response.status_code,
            "milliseconds": round((monotonic() - g.get("begun", monotonic())) * 1000),
        }
        log.info("answered", extra=facts)
    return response
