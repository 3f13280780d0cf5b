"""gunicorn's thread worker, whose own refusals are problems too and whose log holds no address or header."""

import json
import socket
from typing import Any

from gunicorn import util
from gunicorn.http import errors as refusals
from gunicorn.workers.gthread import ThreadWorker

from chassis import ids, logs
from gateway.locales import words

log = logs.get(__name__)

_STATUS: dict[type[Exception], tuple[int, str]] = {
    refusals.LimitRequestLine: (414, "address.too_long"),
    refusals.LimitRequestHeaders: (431, "headers.too_large"),
    refusals.UnsupportedTransferCoding: (501, "input.unreadable"),
    refusals.ExpectationFailed: (417, "input.unreadable"),
}
_REASONS = {
    400: "Bad Request",
    414: "URI Too Long",
    417: "Expectation Failed",
    431: "Headers Too Large",
    501: "No",
}


def refusal(error: Exception) -> bytes:
    """The whole HTTP answer to a request that never reached the application."""
    kind = next((kind for kind in _STATUS if isinstance(error, kind)), None)
    known = _STATUS[kind] if kind else (400, "input.unreadable")
    status, code = known if isinstance(error, refusals.ParseException) else (500, "internal")
    trace_id = ids.new_id()
    log.warning("request not readable", extra={"error": type(error).__name__, "answered_as": trace_id})
    problem = {
        "type": f"urn:portal:error:{code}",
        "title": words.title(words.DEFAULT, code),
        "status": status,
        "code": code,
        "detail": words.error(words.DEFAULT, code),
        "trace_id": trace_id,
    }
    body = json.dumps(problem, ensure_ascii=False).encode()
    head = (
        f"HTTP/1.1 {status} {_REASONS.get(status, 'Internal Server Error')}\r\nConnection: close\r\n"
        f"Content-Type: application/problem+json\r\nX-Content-Type-Options: nosniff\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


class Worker(ThreadWorker):
    """As gunicorn's, but for what it says when it refuses."""

    def handle_error(self, _req: Any, client: socket.socket, _addr: Any, exc: Exception) -> None:
        try:
            util.write_nonblock(client, refusal(exc))
        except OSError:
            log.debug("the sender left before the answer")
