"""The HTTP side: a page for people, JSON for tests, and the address that stands for the SMS provider."""

import hmac
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from deploy.local.catcher import pages
from deploy.local.catcher.mailbox import Mailbox

MAX_BODY = 64 * 1024
HANG_SECONDS = 60
CHANNELS = ("email", "sms")
_FILES = {"/style.css": (pages.STYLE, "text/css"), "/refresh.js": (pages.SCRIPT, "text/javascript")}
MODES = ("refuse", "hang", "none")
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)
_MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class Refused(Exception):
    """An answer other than success: status and a sentence."""

    def __init__(self, status: HTTPStatus, text: str):
        super().__init__(text)
        self.status = status
        self.text = text


class Handler(BaseHTTPRequestHandler):
    """One request. `mailbox` and `sms_token` are set by `server`."""

    protocol_version = "HTTP/1.1"
    server_version = "catcher"
    sys_version = ""
    mailbox: Mailbox
    sms_token: str

    def do_GET(self) -> None:
        """Pages and JSON."""
        self._answer(self._get)

    def do_POST(self) -> None:
        """A text message, a test switch, or emptying the box."""
        self._answer(self._post)

    def log_message(self, *_: Any) -> None:
        """Nothing: an address line would carry whose mail was read."""

    def _answer(self, route: Callable[[str], None]) -> None:
        try:
            route(urlsplit(self.path).path)
        except Refused as refused:
            self._send_json({"error": refused.text}, refused.status)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _get(self, path: str) -> None:
        query = parse_qs(urlsplit(self.path).query)
        to = query.get("to", [""])[0]
        if path == "/":
            self._send(pages.index(self.mailbox.list(to or None, limit=200), to), policy=_PAGE_POLICY)
        elif path == "/api/messages":
            self._send_json([asdict(message) for message in self.mailbox.list(to or None)])
        elif path in _FILES:
            self._send(*_FILES[path])
        elif path == "/healthz":
            self._send_json({"ok": True})
        elif path.startswith("/messages/"):
            self._get_message(path)
        else:
            raise Refused(HTTPStatus.NOT_FOUND, "There is no such page.")

    def _get_message(self, path: str) -> None:
        number, _, view = path.removeprefix("/messages/").partition("/")
        message = self.mailbox.find(int(number)) if number.isascii() and number.isdigit() else None
        if message is None or view not in ("", "html"):
            raise Refused(HTTPStatus.NOT_FOUND, "There is no such message.")
        if view == "html":
            self._send(message.html, policy=_MAIL_POLICY)
        else:
            self._send(pages.view(message), policy=_PAGE_POLICY)

    def _post(self, path: str) -> None:
        body = self._body()
        if path == "/sms":
            self._take_sms(body)
        elif path == "/faults":
            self._set_fault(body)
        elif path == "/clear":
            self.mailbox.clear()
            self._send_json({})
        else:
            raise Refused(HTTPStatus.NOT_FOUND, "There is no such address.")

    def _take_sms(self, body: dict[str, Any]) -> None:
        given = self.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self.sms_token}".encode()):
            raise Refused(HTTPStatus.UNAUTHORIZED, "The bearer token is wrong.")
        self._apply_fault()
        fields = [body.get(name) for name in ("id", "to", "text")]
        if not all(isinstance(field, str) and field for field in fields):
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "id, to and text are needed, all text.")
        self.mailbox.add_sms(*(str(field) for field in fields))
        self._send_json({"id": body["id"]}, HTTPStatus.ACCEPTED)

    def _apply_fault(self) -> None:
        deadline = time.monotonic() + HANG_SECONDS
        while self.mailbox.fault("sms") == "hang" and time.monotonic() < deadline:
            time.sleep(0.2)
        if self.mailbox.fault("sms") != "none":
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Refused by a test switch.")

    def _set_fault(self, body: dict[str, Any]) -> None:
        channel, mode = body.get("channel"), body.get("mode")
        if channel not in CHANNELS or mode not in MODES:
            text = f"channel is one of {', '.join(CHANNELS)}; mode is one of {', '.join(MODES)}."
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, text)
        self.mailbox.set_fault(channel, mode)
        self._send_json({"channel": channel, "mode": mode})

    def _body(self) -> dict[str, Any]:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            self.close_connection = True
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {MAX_BODY} bytes.")
        # JSON alone: a form on a foreign page cannot send it.
        raw = self.rfile.read(length)
        if self.headers.get_content_type() != "application/json":
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send application/json.")
        try:
            body = json.loads(raw or b"{}")
        except ValueError:
            raise Refused(HTTPStatus.BAD_REQUEST, "The body is not JSON.") from None
        if not isinstance(body, dict):
            raise Refused(HTTPStatus.BAD_REQUEST, "The body is not a JSON object.")
        return body

    def _send_json(self, value: Any, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(json.dumps(value, ensure_ascii=False), "application/json", status=status)

    def _send(
        self,
        text: str,
        content_type: str = "text/html",
        *,
        status: HTTPStatus = HTTPStatus.OK,
        policy: str = "default-src 'none'",
    ) -> None:
        raw = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{content_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(raw)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(raw)


def server(mailbox: Mailbox, address: tuple[str, int], sms_token: str) -> ThreadingHTTPServer:
    """The server; `.serve_forever()` it."""
    handler = type("BoundHandler", (Handler,), {"mailbox": mailbox, "sms_token": sms_token})
    ThreadingHTTPServer.daemon_threads = True
    ThreadingHTTPServer.request_queue_size = 128
    return ThreadingHTTPServer(address, handler)
