"""A file goes from a form to the store whole and hashed, and is not kept on the way; anything else is refused."""

import hashlib
import io
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid, PortalError, Unavailable
from gateway.locales import words
from gateway.uploads import FormReader, Store
from tests.unit.gateway_stage import DEFINITION, REQUEST, application, csrf_token, knowing, signed_in

BOUNDARY = "----WebKitFormBoundaryabcdefghijklmnop"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"
DOCUMENT = "01920000-0000-7000-8000-000000000000"


def form(
    file: bytes, fields: dict[str, str] | None = None, filename: str = "بطاقة.pdf", end: str = "--\r\n"
) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (fields or {}).items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n'
    return (
        b"".join(parts)
        + f"{head}Content-Type: application/pdf\r\n\r\n".encode()
        + file
        + f"\r\n--{BOUNDARY}{end}".encode()
    )


class Drip(io.BytesIO):
    """Gives a few bytes at a time, as slow lines do."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(7)


def reader(body: bytes, stream: type[io.BytesIO] = io.BytesIO) -> FormReader:
    return FormReader(stream(body), TYPE, len(body))


@given(st.binary(max_size=3000))
def test_whatever_the_bytes_they_arrive_as_they_are(file: bytes) -> None:
    found = reader(form(file, {"name": "صورة", "csrf_token": "x"}), Drip)
    head = found.read_head()
    assert found.fields == {"name": "صورة", "csrf_token": "x"}
    assert (head.filename, head.content_type, head.size) == ("بطاقة.pdf", "application/pdf", len(file))
    assert b"".join(head.pieces) == file


@pytest.mark.parametrize(
    "file", [b"\r\n--", f"\r\n--{BOUNDARY[:-1]}".encode(), b"\r", b"\n\r\n--\r\n", b"-" * 200_000]
)
def test_bytes_that_look_like_an_end_are_bytes(file: bytes) -> None:
    for stream in (io.BytesIO, Drip):
        head = reader(form(file), stream).read_head()
        assert head.size == len(file)
        assert b"".join(head.pieces) == file


def _code(act: Any) -> str:
    with pytest.raises(PortalError) as refused:
        act()
    return refused.value.code


def test_what_is_no_such_form_is_refused() -> None:
    assert _code(lambda: FormReader(io.BytesIO(), "application/json", 3)) == "media_type.unsupported"
    assert _code(lambda: FormReader(io.BytesIO(), "multipart/form-data", 3)) == "media_type.unsupported"
    assert _code(lambda: FormReader(io.BytesIO(), TYPE, None)) == "length.required"
    assert _code(lambda: reader(b"").read_head()) == "input.unreadable"
    assert _code(lambda: reader(b"no form at all").read_head()) == "input.unreadable"
    assert (
        _code(lambda: reader(f"--{BOUNDARY}\r\n\r\nx\r\n--{BOUNDARY}--\r\n".encode()).read_head())
        == "input.unreadable"
    )
    assert _code(lambda: reader(form(b"", filename="")).read_head()) == "file.required"
    no_file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--{BOUNDARY}--\r\n'
    assert _code(lambda: reader(no_file.encode()).read_head()) == "file.required"


def test_a_head_that_never_ends_is_cut_off() -> None:
    endless = form(b"x", {"name": "a" * 300_000})
    assert _code(lambda: reader(endless).read_head()) == "input.too_large"


def test_a_file_that_is_cut_short_or_followed_is_refused() -> None:
    whole = form(b"a" * 1000)
    short = FormReader(io.BytesIO(whole[:500]), TYPE, len(whole)).read_head()
    assert _code(lambda: list(short.pieces)) == "input.unreadable"
    more = f'\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name="b"\r\n\r\nc'.encode()
    followed = reader(form(b"a" * 1000 + more)).read_head()
    assert _code(lambda: list(followed.pieces)) == "input.unreadable"


@pytest.mark.parametrize(
    ("filename", "told", "expected"),
    [
        ("a.heic", "", "image/heic"),
        ("A.HEIC", "application/octet-stream", "image/heic"),
        ("a.pdf", "image/png", "image/png"),
        ("a", "", ""),
        ("a.exe", "application/octet-stream", "application/octet-stream"),
    ],
)
def test_an_untold_type_is_taken_from_the_name(filename: str, told: str, expected: str) -> None:
    body = form(b"x", filename=filename).replace(
        b"Content-Type: application/pdf", f"Content-Type: {told}".encode()
    )
    assert reader(body).read_head().content_type == expected


class _Place(BaseHTTPRequestHandler):
    """A store that keeps what it is sent."""

    status = 204
    bodies: list[tuple[str, bytes]] = []  # noqa: RUF012

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) == length:
            self.bodies.append((self.headers["Content-Type"], body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def place() -> Iterator[str]:
    _Place.status, _Place.bodies = 204, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Place)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_store_gets_the_policy_then_the_file(place: str) -> None:
    file = os.urandom(3_000_000)
    head = reader(form(file)).read_head()
    upload = {"method": "POST", "url": f"{place}/incoming", "fields": {"key": "k", "policy": "p"}}
    assert Store(2, "").post(upload, head) == hashlib.sha256(file).hexdigest()
    kind, body = _Place.bodies[0]
    at = FormReader(io.BytesIO(body), kind, len(body))
    arrived = at.read_head()
    assert at.fields == {"key": "k", "policy": "p"}
    assert arrived.content_type == "application/pdf"
    assert b"".join(arrived.pieces) == file


def test_the_address_from_inside_is_used_when_there_is_one(place: str) -> None:
    upload = {"method": "POST", "url": "https://files.portal.example/incoming", "fields": {}}
    Store(2, place).post(upload, reader(form(b"abc")).read_head())
    assert len(_Place.bodies) == 1


def test_a_store_that_refuses_or_is_away(place: str) -> None:
    upload = {"method": "POST", "url": f"{place}/incoming", "fields": {}}
    _Place.status = 403
    with pytest.raises(Invalid):
        Store(2, "").post(upload, reader(form(b"abc")).read_head())
    _Place.status = 503
    with pytest.raises(Unavailable):
        Store(2, "").post(upload, reader(form(b"abc")).read_head())
    with pytest.raises(Unavailable):
        Store(2, "http://127.0.0.1:9").post(upload, reader(form(b"abc")).read_head())


def test_a_form_cut_off_leaves_nothing_in_the_store(place: str) -> None:
    whole = form(b"a" * 500_000)
    head = FormReader(io.BytesIO(whole[:300_000]), TYPE, len(whole)).read_head()
    with pytest.raises(PortalError):
        Store(2, "").post({"url": f"{place}/incoming", "fields": {}}, head)
    assert _Place.bodies == []


def test_places_in_the_line_are_counted() -> None:
    store = Store(1, "")
    with store.place(), pytest.raises(Unavailable), store.place():
        pass
    with store.place():
        pass


# ------------------------------------------------------------------------------------------------- the whole way


def _answers(place: str):
    answers = knowing("candidate")
    upload = {"method": "POST", "url": f"{place}/incoming", "fields": {"key": "k"}, "expires_at": "x"}
    answers.given |= {
        "requests.attach_document": {"id": DOCUMENT, "slot": "photo", "upload": upload},
        "requests.open_document": {
            "grant": "g",
            "document": {"id": DOCUMENT, "number": "CE/8/26", "slot": "photo"},
        },
        "documents.complete_upload": {"id": DOCUMENT, "state": "uploaded"},
    }
    return answers


def test_an_upload_without_a_script(place: str) -> None:
    answers = _answers(place)
    browser = signed_in(application(answers))
    file = os.urandom(2_000_000)  # more than any other body may have
    body = form(file, {"csrf_token": csrf_token(browser), "idempotency_key": "k"})
    path = "/requests/CE-8-26/documents/photo"
    sent = browser.post(path, data=body, content_type=TYPE)
    assert (sent.status_code, sent.location) == (303, "/requests/CE-8-26/steps/documents")
    told, asking = answers.of("requests.attach_document")
    assert (told["slot"], told["size"], told["filename"]) == ("photo", len(file), "بطاقة.pdf")
    assert answers.of("documents.complete_upload")[0]["sha256"] == hashlib.sha256(file).hexdigest()
    again = form(file, {"csrf_token": csrf_token(browser), "idempotency_key": "k"})
    browser.post(path, data=again, content_type=TYPE)
    assert answers.of("requests.attach_document")[1].key == asking.key


def test_an_upload_without_a_token_is_refused_before_the_file(place: str) -> None:
    answers = _answers(place)
    browser = signed_in(application(answers))
    for fields in ({}, {"csrf_token": "wrong"}):
        sent = browser.post("/requests/CE-8-26/documents/photo", data=form(b"abc", fields), content_type=TYPE)
        assert sent.status_code == 400
    assert "requests.attach_document" not in answers.names()
    assert _Place.bodies == []


def test_an_upload_is_at_most_11_mib(place: str) -> None:
    answers = _answers(place)
    answers.given |= {"requests.get_request": REQUEST, "requests.get_service_type": DEFINITION}
    browser = signed_in(application(answers))
    body = form(b"a" * 12_000_000, {"csrf_token": csrf_token(browser)})
    refused = browser.post("/requests/CE-8-26/documents/photo", data=body, content_type=TYPE)
    assert refused.status_code == 422
    assert words.error("ar", "document.too_large", {"maximum_bytes": 1}) in refused.get_data(as_text=True)


def test_a_document_of_another_request_is_not_there(place: str) -> None:
    answers = _answers(place)
    answers.given["requests.open_document"]["document"]["number"] = "CE/9/26"
    browser = signed_in(application(answers))
    for path in ("", "/state"):
        assert browser.get(f"/requests/CE-8-26/documents/{DOCUMENT}{path}").status_code == 404
    assert "documents.get_address" not in answers.names()
