"""The carriers against real servers that accept, refuse, hang, lie and hang up."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from services.notifications.renderer import Email
from services.notifications.senders import Envelope, Postponed, Refused, SendingError, Unreachable, smtp
from services.notifications.senders.sms import SmsCarrier
from services.notifications.senders.smtp import EmailCarrier

HOST = "127.0.0.1"
FROM = "Customs <no-reply@customs.example>"
EMAIL = Email("ar", "تم تقديم طلبكم", "نص\n.\nنص بعد نقطة\n", "<p>نص</p>")


class Mail:
    """An SMTP server whose answers a test chooses."""

    def __init__(self, rcpt: str = "250 OK", data: str = "250 OK"):
        self._rcpt, self._data = rcpt, data
        self.taken: list[Any] = []

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self._rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self._rcpt

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self._data.startswith("250"):
            self.taken.append(envelope)
        return self._data


class _Server(Controller):
    def __init__(self, handler: Any, **options: Any):
        self._options = options
        super().__init__(handler, hostname=HOST, port=_free_port())

    def factory(self) -> SMTP:
        return SMTP(self.handler, **self._options)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@contextmanager
def _serving(handler: Any, **options: Any) -> Iterator[str]:
    server = _Server(handler, **options)
    server.start()
    yield f"smtp://{HOST}:{server.port}"
    server.stop()


@contextmanager
def _listening(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port where each visitor is talked to by `talk` and then left connected."""
    with socket.create_server((HOST, 0)) as server:
        visitors: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    visitor, _address = server.accept()
                except OSError:
                    return
                visitors.append(visitor)
                talk(visitor)

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        for visitor in visitors:
            visitor.close()


def _send(url: str, to: str = "reader@people.example", times: int = 1) -> None:
    with EmailCarrier(url, FROM).open() as line:
        for n in range(times):
            line.send(Envelope(f"id-{n}", to, EMAIL))


# ------------------------------------------------------------------------------------------------------ email


def test_a_bundle_goes_over_one_connection_and_arrives_whole() -> None:
    mail = Mail()
    with _serving(mail) as url:
        _send(url, times=3)
    assert [envelope.rcpt_tos for envelope in mail.taken] == [["reader@people.example"]] * 3
    assert {envelope.mail_from for envelope in mail.taken} == {"no-reply@customs.example"}
    assert b"Message-ID: <id-2@customs.example>" in mail.taken[2].content


@pytest.mark.parametrize(
    ("answers", "error", "code"),
    [
        ({"rcpt": "550 5.1.1 no such user"}, Refused, "recipient.refused"),
        ({"rcpt": "450 4.2.1 try later"}, Postponed, "recipient.postponed"),
        ({"rcpt": "554 5.7.1 relaying denied"}, Postponed, "recipient.postponed"),
        ({"rcpt": "421 closing"}, Unreachable, "provider.unreachable"),
        ({"data": "552 5.3.4 too big"}, Refused, "message.refused"),
        ({"data": "451 not now"}, Postponed, "message.postponed"),
        ({"data": "550 5.7.1 looks like spam"}, Postponed, "message.postponed"),
    ],
)
def test_each_answer_of_a_server_has_its_meaning(
    answers: dict[str, str], error: type[SendingError], code: str
) -> None:
    with _serving(Mail(**answers)) as url, pytest.raises(error) as refused:
        _send(url)
    assert refused.value.code == code


def test_after_a_refused_recipient_the_next_message_of_the_bundle_goes() -> None:
    class OneRefused(Mail):
        async def handle_RCPT(self, *arguments: Any) -> str:
            self._rcpt = "550 no" if arguments[3].startswith("gone") else "250 OK"
            return await super().handle_RCPT(*arguments)

    mail = OneRefused()
    with _serving(mail) as url, EmailCarrier(url, FROM).open() as line:
        with pytest.raises(Refused):
            line.send(Envelope("1", "gone@people.example", EMAIL))
        line.send(Envelope("2", "here@people.example", EMAIL))
    assert [envelope.rcpt_tos for envelope in mail.taken] == [["here@people.example"]]


def test_an_address_in_arabic_letters_goes_where_the_server_can() -> None:
    mail = Mail()
    with _serving(mail, enable_SMTPUTF8=True) as url:
        _send(url, "فاطمة@people.example")
    assert mail.taken[0].rcpt_tos == ["فاطمة@people.example"]
    with _serving(Mail()) as url, pytest.raises(Refused, match=r"address\.unsupported"):
        _send(url, "فاطمة@people.example")


def test_a_wrong_password_is_our_trouble_and_nobodys_refusal() -> None:
    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, given: Any) -> AuthResult:
        return AuthResult(success=given.password == b"right p@ss")

    options = {"authenticator": check, "auth_require_tls": False, "auth_required": True}
    mail = Mail()
    with _serving(mail, **options) as url:
        _send(url.replace("//", "//portal:right%20p%40ss@"))
        with pytest.raises(Unreachable):
            _send(url.replace("//", "//portal:wrong@"))
    assert len(mail.taken) == 1


def test_encryption_that_is_asked_for_is_never_left_out() -> None:
    mail = Mail()
    with _serving(mail) as url:
        for scheme in ("smtps", "smtp+starttls"):
            with pytest.raises(Unreachable):
                _send(url.replace("smtp", scheme, 1))
    assert mail.taken == []


def _silent(_visitor: socket.socket) -> None:
    """Says nothing."""


def _hangs_up(visitor: socket.socket) -> None:
    visitor.close()


def _speaks_another_language(visitor: socket.socket) -> None:
    visitor.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def _greets_and_falls_silent(visitor: socket.socket) -> None:
    visitor.sendall(b"220 hello\r\n")


@pytest.mark.parametrize("talk", [_silent, _hangs_up, _speaks_another_language, _greets_and_falls_silent])
def test_a_server_that_is_none_is_left_in_time(talk: Callable[[socket.socket], None], monkeypatch) -> None:
    monkeypatch.setattr(smtp, "SECONDS", 1.0)
    started = time.monotonic()
    with _listening(talk) as port, pytest.raises(Unreachable, match=r"provider\.unreachable"):
        _send(f"smtp://{HOST}:{port}")
    assert time.monotonic() - started < 4


def test_nobody_at_the_port_is_found_out_at_once() -> None:
    with pytest.raises(Unreachable, match=r"provider\.unreachable"):
        _send(f"smtp://{HOST}:{_free_port()}")


# -------------------------------------------------------------------------------------------------------- sms


@contextmanager
def _provider(status: int, body: bytes, seen: list[Any] | None = None) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            if seen is not None:
                seen.append((self.path, self.headers["Authorization"], json.loads(raw)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_address[1]}/send"
        server.shutdown()


def _text(url: str) -> str | None:
    with SmsCarrier(url, "token").open() as line:
        return line.send(Envelope("id-1", "+96550001234", "رمز تحقق الهاتف النقال: 482913"))


def test_a_text_message_is_posted_as_agreed() -> None:
    seen: list[Any] = []
    with _provider(202, b'{"id": "provider-7"}', seen) as url:
        assert _text(url) == "provider-7"
    body = {"id": "id-1", "to": "+96550001234", "text": "رمز تحقق الهاتف النقال: 482913"}
    assert seen == [("/send", "Bearer token", body)]


@pytest.mark.parametrize("body", [b"", b"OK", b"[]", b'{"id": 7}', b"\xff", b"{" * 20_000])
def test_what_was_accepted_is_accepted_whatever_the_answer_says(body: bytes) -> None:
    with _provider(202, body) as url:
        assert _text(url) is None


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (200, Unreachable),
        (302, Unreachable),
        (400, Refused),
        (401, Unreachable),
        (403, Unreachable),
        (404, Refused),
        (422, Refused),
        (429, Postponed),
        (500, Unreachable),
        (503, Unreachable),
    ],
)
def test_each_status_has_its_meaning(status: int, error: type[SendingError]) -> None:
    seen: list[Any] = []
    with _provider(status, b"{}", seen) as url, pytest.raises(error):
        _text(url)
    assert len(seen) == 1  # not repeated, and not followed elsewhere with the token


def test_a_provider_that_says_nothing_is_left_in_time() -> None:
    started = time.monotonic()
    with _listening(_silent) as port, pytest.raises(Unreachable):
        _text(f"http://{HOST}:{port}/send")
    assert time.monotonic() - started < 8
