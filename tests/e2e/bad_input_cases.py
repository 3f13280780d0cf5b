"""What cannot be taken: calls, values and files, each with its refusal."""

import io
from typing import Any

from PIL import Image
from pypdf import PdfReader, PdfWriter

from tests.factories.people import pdf, photo

# method, path, options of requests, status, code ("" for any)
SHAPES = [
    ("GET", "/nowhere", {}, 404, "path.unknown"),
    ("GET", "/requests/CE-8", {}, 404, "path.unknown"),
    ("GET", "/requests/CE-8-26-1", {}, 404, "path.unknown"),
    ("GET", "/requests/ce-8-26", {}, 404, "path.unknown"),
    ("GET", "/requests/CE-٨-26", {}, 404, "path.unknown"),
    ("GET", "/requests/CE%2F8%2F26", {}, 404, "path.unknown"),
    ("GET", "/requests/..%2F..%2Fetc%2Fpasswd", {}, 404, "path.unknown"),
    ("GET", "/requests/%00", {}, 404, "path.unknown"),
    ("GET", "/requests/CE-99999999999999999999-26", {}, 404, "path.unknown"),
    ("GET", "/documents/not-a-uuid", {}, 404, "path.unknown"),
    ("GET", "/service-types/nothing", {}, 404, ""),
    ("GET", "/exam-announcements/latest", {}, 404, "path.unknown"),
    ("GET", "/exam-announcements/00000000-0000-4000-8000-000000000000", {}, 404, "exam.unknown"),
    ("GET", "/office/exam-sessions/00000000-0000-4000-8000-000000000000", {}, 404, "path.unknown"),
    ("GET", "/reference/nothing", {}, 404, "reference.unknown"),
    ("PUT", "/requests", {"json": {}}, 405, "method.not_allowed"),
    ("DELETE", "/me", {}, 405, "method.not_allowed"),
    ("POST", "/requests", {"data": b"{", "headers": {"Content-Type": "application/json"}}, 400, "input.not_json"),
    ("POST", "/requests", {"data": b"\xff\xfe", "headers": {"Content-Type": "application/json"}}, 400, ""),
    ("POST", "/requests", {"data": b"[" * 100_000, "headers": {"Content-Type": "application/json"}}, 400, ""),
    ("POST", "/requests", {"data": b'{"a":NaN}', "headers": {"Content-Type": "application/json"}}, 400, ""),
    ("POST", "/requests", {"data": b'{"service_type":"\\ud800"}',
                           "headers": {"Content-Type": "application/json"}}, 400, "input.not_json"),
    ("POST", "/requests", {"data": b"{}", "headers": {"Content-Type": "text/plain"}}, 415, ""),
    ("POST", "/requests", {"data": {"service_type": "broker_exam"}}, 415, "media_type.unsupported"),
    ("POST", "/requests", {"files": {"file": b"x"}}, 415, "media_type.unsupported"),
    ("POST", "/requests", {"json": "x" * 1_100_000}, 413, "input.too_large"),
    ("POST", "/requests", {"json": []}, 422, ""),
    ("POST", "/requests", {"json": None, "data": b"null", "headers": {"Content-Type": "application/json"}}, 422, ""),
    ("POST", "/requests", {"json": 1}, 422, ""),
    ("POST", "/requests", {}, 422, "input.invalid"),
    ("POST", "/requests", {"json": {"service_type": 1}}, 422, "input.invalid"),
    ("POST", "/requests", {"json": {"service_type": {"a": 1}}}, 422, "input.invalid"),
    ("POST", "/requests", {"json": {"service_type": "x" * 900_000}}, 422, "input.invalid"),
    ("POST", "/requests", {"json": {"service_type": "a\x00b"}}, 422, "input.invalid"),
    ("POST", "/requests", {"json": {"service_type": "broker_exam", "surprise": 1}}, 422, "input.invalid"),
    ("POST", "/requests", {"json": {"service_type": "broker_exam", "broker_type": "pirate"}}, 422, ""),
    ("GET", "/requests?limit=0", {}, 422, "input.invalid"),
    ("GET", "/requests?limit=101", {}, 422, "input.invalid"),
    ("GET", "/requests?limit=-1", {}, 422, "input.invalid"),
    ("GET", "/requests?limit=abc", {}, 422, "input.invalid"),
    ("GET", "/requests?limit=" + "9" * 5000, {}, 422, "input.invalid"),
    ("GET", "/requests?limit=١٠", {}, 422, "input.invalid"),
    ("GET", "/requests?cursor=zzz", {}, 422, ""),
    ("GET", "/requests?cursor=W10", {}, 422, ""),
    ("GET", "/requests?cursor=WzEsMl0", {}, 422, ""),
    ("GET", "/requests?cursor=WyJcdTAwMDAiXQ", {}, 422, ""),
    ("GET", "/requests?cursor=" + "a" * 3000, {}, 422, ""),
    ("GET", "/notices?cursor=WzEsMl0", {}, 422, ""),
    ("GET", "/sessions?cursor=WzEsMl0", {}, 422, ""),
    ("GET", "/requests?updated_since=yesterday", {}, 422, ""),
    ("GET", "/requests?status=%00", {}, 422, ""),
    ("GET", "/requests?q=%00", {}, 422, ""),
    ("PATCH", "/me", {"json": {"language": "fr", "version": 1}}, 422, ""),
    ("PATCH", "/me", {"json": {"language": "ar"}}, 422, ""),
    ("PATCH", "/me", {"json": {"language": "ar", "version": 10**30}}, 422, ""),
    ("PATCH", "/me", {"json": {"language": "ar", "version": "1"}}, 422, ""),
    ("PATCH", "/me", {"json": {"language": "ar", "version": True}}, 422, ""),
    ("PATCH", "/me", {"json": {"language": "ar", "version": 999}}, 409, "conflict.stale"),
    ("POST", "/sessions", {"json": {"email": "a" * 20_000, "password": "b" * 19_000}}, 422, ""),
    ("POST", "/requests", {"json": {"service_type": "broker_exam"}, "headers": {"Idempotency-Key": "k" * 300}},
     422, "idempotency.key_invalid"),
]  # fmt: skip


# field, value, code of its fault ("" for any)
FIELDS: list[tuple[str, Any, str]] = [
    ("civil_id_expiry", "2027-02-31", "field.not_date"),
    ("civil_id_expiry", "31/02/2027", "field.not_date"),
    ("civil_id_expiry", 20270101, ""),
    ("civil_id_expiry", "2001-01-01", "field.not_after_today"),
    ("civil_id_expiry", "99999-01-01", "field.not_date"),
    ("mobile", "12345678", ""),
    ("mobile", 51234567, ""),
    ("email", "no address", ""),
    ("email", "a@b\r\nBcc: x@example.com", ""),
    ("nationality", "ZZ", "field.not_a_choice"),
    ("nationality", ["KW"], ""),
    ("name_ar", {"first": "John", "second": "محمد", "third": "علي", "fourth": "سالم"}, "name.not_arabic"),
    ("name_ar", {"first": "أحمد", "nickname": "x"}, ""),
    ("name_ar", "أحمد محمد علي سالم", ""),
    ("name_en", {"first": "أحمد", "second": "B", "third": "C", "fourth": "D"}, "name.not_latin"),
    ("address", "x" * 5000, "field.too_long"),
    ("address", "a\x00b", "field.invalid"),
    ("address", {"ar": "x"}, ""),
    ("notes", "x" * 900_000, ""),
    ("civil_id", "299010112345", ""),
    ("status", "approved", "field.unknown"),
    ("officer", "me", "field.unknown"),
    ("__class__", "x", "field.unknown"),
]


def encrypted() -> bytes:
    """A PDF behind a password."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("secret"))))
    writer.encrypt("word")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def png() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 40)).save(out, "PNG")
    return out.getvalue()


# slot, file name, announced type, content, code of the refusal
FILES = [
    (
        "civil_id_copy",
        "copy.pdf",
        "application/pdf",
        b"<html><script>alert(1)</script></html>",
        "document.wrong_type",
    ),
    ("photo", "face.png", "image/png", b"<!doctype html><svg onload=alert(1)>", "document.wrong_type"),
    ("photo", "face.jpg", "image/jpeg", pdf("no picture"), "document.wrong_type"),
    ("photo", "face.jpg", "image/jpeg", photo()[:400], "document.damaged"),
    ("photo", "face.png", "image/png", png()[:40], "document.damaged"),
    ("civil_id_copy", "copy.pdf", "application/pdf", encrypted(), "document.encrypted"),
    ("civil_id_copy", "copy.pdf", "application/pdf", pdf("x")[:200], "document.damaged"),
    ("civil_id_copy", "copy.pdf", "application/pdf", b"MZ" + b"\0" * 500, "document.wrong_type"),
    ("civil_id_copy", "copy.pdf", "application/pdf", b"PK\x03\x04" + b"\0" * 500, "document.wrong_type"),
]
