"""Whatever is sent, the API answers with a problem in words: never 500, never HTML, never what went on inside."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from PIL import Image
from pypdf import PdfReader, PdfWriter

from deploy.local.stack import Stack
from tests.e2e.portal import Portal, Refused, new_key, path, send_to_store
from tests.e2e.visitors import Program, connection
from tests.factories.people import Person, pdf, photo

MEMBERS = {"type", "title", "status", "code", "detail", "trace_id"}
INSIDE = ("Traceback", "sqlalchemy", "psycopg", "werkzeug", "nameko", 'File "', "<html", "<!doctype")
LANGUAGES = ("ar", "en")


@pytest.fixture(scope="module")
def candidate(stack: Stack) -> Person:
    """Somebody signed in."""
    return _portal(stack).newcomer()


@pytest.fixture(scope="module")
def draft(stack: Stack, candidate: Person) -> dict[str, Any]:
    """His draft."""
    return _portal(stack).open_exam(candidate)


@pytest.fixture
def program(stack: Stack, candidate: Person) -> Program:
    """The API, as he calls it."""
    return Program(stack.gateway_url, candidate.token)


@pytest.fixture
def own_portal(stack: Stack) -> Portal:
    """The API with journeys, from an address of its own."""
    return _portal(stack)


def _portal(stack: Stack) -> Portal:
    portal = Portal(stack.gateway_url, stack.catcher_url)
    portal.http = connection()
    return portal


def problem(response: requests.Response, status: int, code: str = "") -> dict[str, Any]:
    """The problem of an answer, looked over."""
    assert response.status_code == status, response.text[:500]
    assert response.headers["Content-Type"].startswith("application/problem+json"), response.headers
    told = response.json()
    assert set(told) >= MEMBERS and told["status"] == status
    assert told["title"] and told["detail"] and told["trace_id"] and told["code"].count(".") == 1
    assert not [word for word in INSIDE if word.casefold() in response.text.casefold()]
    assert not code or told["code"] == code, told
    if status == 422 and "errors" in told:
        assert all(
            set(fault) == {"pointer", "code", "detail"} and fault["detail"] for fault in told["errors"]
        )
    return told


def _is_in(language: str, text: str) -> bool:
    is_arabic = any("\u0600" <= letter <= "\u06ff" for letter in text)
    return is_arabic == (language == "ar")


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


@pytest.mark.parametrize(
    ("method", "address", "options", "status", "code"),
    SHAPES,
    ids=[f"{s[0]} {s[1][:40]}-{n}" for n, s in enumerate(SHAPES)],
)
def test_what_cannot_be_taken_is_refused_in_words(
    program: Program, method: str, address: str, options: dict[str, Any], status: int, code: str
) -> None:
    for language in LANGUAGES:
        headers = {"Accept-Language": language, "Authorization": f"Bearer {program.token}"}
        told = {**options, "headers": {**headers, **options.get("headers", {})}}
        response = program.http.request(method, f"{program.url}/api/v1{address}", timeout=20, **told)
        problem_ = problem(response, status, code)
        assert _is_in(language, problem_["detail"]), problem_
        assert _is_in(language, problem_["title"]), problem_


def test_405_says_what_is_allowed(program: Program) -> None:
    response = program.call("PUT", "/requests", {})
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


def test_a_body_without_an_end_and_odd_heads_are_refused(stack: Stack) -> None:
    for headers in ({"Authorization": "Bearer " + "x" * 3000}, {"Authorization": "Basic eDp4"}):
        response = connection().get(f"{stack.gateway_url}/api/v1/me", headers=headers, timeout=10)
        problem(response, 401)
        assert response.headers["WWW-Authenticate"] == "Bearer"


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


@pytest.mark.parametrize(("name", "value", "code"), FIELDS, ids=[f"{f[0]}-{n}" for n, f in enumerate(FIELDS)])
def test_a_wrong_value_is_named_and_nothing_is_taken(
    program: Program, draft: dict[str, Any], name: str, value: Any, code: str
) -> None:
    before = program.call("GET", path(draft)).json()
    for language in LANGUAGES:
        body = {"fields": {name: value, "notes": "taken"} if name != "notes" else {name: value}}
        body["version"] = before["version"]
        response = program.call("PATCH", path(draft), body, headers={"Accept-Language": language})
        told = problem(response, 422)
        faults = [fault for fault in told["errors"] if fault["pointer"].startswith(f"/fields/{name}")]
        assert faults, told
        assert not code or code in {fault["code"] for fault in faults}, faults
        assert all(_is_in(language, fault["detail"]) for fault in faults), faults
    after = program.call("GET", path(draft)).json()
    assert (after["fields"], after["version"]) == (before["fields"], before["version"])


def test_arabic_digits_and_spaces_are_taken(program: Program, draft: dict[str, Any]) -> None:
    soon = date.today() + timedelta(days=900)
    east = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    version = program.call("GET", path(draft)).json()["version"]
    fields = {
        "mobile": "٥١٢٣ ٤٥٦٧",
        "civil_id_expiry": soon.isoformat().translate(east),
        "address": "  شارع   ١٢ ",
    }
    answer = program.call("PATCH", path(draft), {"fields": fields, "version": version})
    assert answer.status_code == 200, answer.text
    taken = answer.json()["fields"]
    assert taken["mobile"].endswith("51234567")
    assert taken["civil_id_expiry"] == soon.isoformat()
    assert taken["address"] in ("شارع 12", "شارع ١٢")


def test_a_stale_version_is_told_with_the_current_one(program: Program, draft: dict[str, Any]) -> None:
    current = program.call("GET", path(draft)).json()["version"]
    told = problem(
        program.call("PATCH", path(draft), {"fields": {"notes": "y"}, "version": current + 7}),
        409,
        "conflict.stale",
    )
    assert told["current_version"] == current
    problem(program.call("POST", f"{path(draft)}/submit", {"version": current + 7}), 409)


def test_lists_by_page_give_each_item_once(stack: Stack, own_portal: Portal) -> None:
    person = own_portal.newcomer()
    made = {own_portal.open_exam(person)["number"] for _ in range(5)}
    seen: list[str] = []
    cursor: str | None = None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = own_portal.call("GET", "/requests", token=person.token, limit=2, **more)
        seen += [item["number"] for item in page["items"]]
        if len(seen) == 2:
            own_portal.open_exam(person)  # a new one at the head moves nothing
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) and set(seen) == made


# ------------------------------------------------------------------------------------------ idempotency keys


def test_the_same_key_gives_the_same_answer_and_another_body_is_refused(program: Program) -> None:
    key, body = new_key(), {"service_type": "broker_exam", "broker_type": "representative"}
    first = program.call("POST", "/requests", body, headers={"Idempotency-Key": key})
    again = program.call("POST", "/requests", body, headers={"Idempotency-Key": key})
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    other = program.call(
        "POST", "/requests", {**body, "broker_type": "general_broker"}, headers={"Idempotency-Key": key}
    )
    problem(other, 422, "idempotency.key_reused")


def test_a_refusal_is_replayed_too(program: Program, draft: dict[str, Any]) -> None:
    key = new_key()
    told = [
        program.call("POST", f"{path(draft)}/withdraw", {}, headers={"Idempotency-Key": key})
        for _ in range(2)
    ]
    problems = [problem(answer, 409) for answer in told]
    assert problems[0]["code"] == problems[1]["code"]


def test_twenty_calls_at_once_with_one_key_are_one(program: Program) -> None:
    key, body = new_key(), {"service_type": "broker_exam"}
    before = {item["number"] for item in program.call("GET", "/requests?limit=100").json()["items"]}

    def send(_: int) -> requests.Response:
        return program.call("POST", "/requests", body, headers={"Idempotency-Key": key})

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    numbers = {answer.json()["number"] for answer in answers if answer.status_code == 201}
    after = {item["number"] for item in program.call("GET", "/requests?limit=100").json()["items"]}
    assert len(numbers) == 1 and after - before == numbers


def test_a_key_is_the_callers_own(stack: Stack, own_portal: Portal, candidate: Person) -> None:
    """The same key from somebody else is another key."""
    key, body, other = new_key(), {"service_type": "broker_exam"}, own_portal.newcomer()
    mine = own_portal.call("POST", "/requests", body, token=candidate.token, key=key, wanted=201)
    his = own_portal.call("POST", "/requests", body, token=other.token, key=key, wanted=201)
    assert mine["number"] != his["number"]


# ------------------------------------------------------------------------------------------ files


def _encrypted() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("secret"))))
    writer.encrypt("word")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _png() -> bytes:
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
    ("photo", "face.png", "image/png", _png()[:40], "document.damaged"),
    ("civil_id_copy", "copy.pdf", "application/pdf", _encrypted(), "document.encrypted"),
    ("civil_id_copy", "copy.pdf", "application/pdf", pdf("x")[:200], "document.damaged"),
    ("civil_id_copy", "copy.pdf", "application/pdf", b"MZ" + b"\0" * 500, "document.wrong_type"),
    ("civil_id_copy", "copy.pdf", "application/pdf", b"PK\x03\x04" + b"\0" * 500, "document.wrong_type"),
]


@pytest.mark.parametrize(
    ("slot", "filename", "kind", "content", "code"), FILES, ids=[f"{f[4]}-{n}" for n, f in enumerate(FILES)]
)
def test_a_bad_file_is_refused_by_what_it_is(
    own_portal: Portal,
    candidate: Person,
    draft: dict[str, Any],
    slot: str,
    filename: str,
    kind: str,
    content: bytes,
    code: str,
) -> None:
    document = own_portal.upload(candidate.token, draft, slot, content, filename=filename, content_type=kind)
    with pytest.raises(AssertionError):
        own_portal.wait_clean(candidate.token, document)
    found = own_portal.call("GET", f"/documents/{document}", token=candidate.token)
    assert (found["state"], found["code"]) == ("refused", code)
    with pytest.raises(Refused) as caught:
        own_portal.call("GET", f"/documents/{document}/content", token=candidate.token, wanted=302)
    assert caught.value.status in (404, 409)


def test_an_announcement_that_cannot_be_is_refused(program: Program, draft: dict[str, Any]) -> None:
    fine = {"slot": "civil_id_copy", "filename": "a.pdf", "content_type": "application/pdf", "size": 100}
    for changed in (
        {"size": 11 * 1024 * 1024}, {"size": -1}, {"size": 10**30}, {"content_type": "text/html"}, {"slot": "nothing"},
        {"filename": ""}, {"filename": "a" * 5000}, {"sha256": "zz"}, {"content_type": ""}, {"size": "1"},
        {"filename": None}, {"surprise": 1},
    ):  # fmt: skip
        told = problem(program.call("POST", f"{path(draft)}/documents", {**fine, **changed}), 422)
        assert told["errors"], changed


def _announce(program: Program, draft: dict[str, Any], **facts: Any) -> dict[str, Any]:
    fine = {"slot": "good_conduct", "filename": "a.pdf", "content_type": "application/pdf"}
    answer = program.call("POST", f"{path(draft)}/documents", {**fine, **facts})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_an_empty_or_too_large_file_does_not_get_in(program: Program, draft: dict[str, Any]) -> None:
    """The store itself refuses what the signed policy does not allow."""
    for content in (b"", b"%PDF-1.4 " + b"0" * (10 * 1024 * 1024 + 1)):
        upload = _announce(program, draft)["upload"]
        with pytest.raises((AssertionError, requests.ConnectionError)):
            send_to_store(upload, content, "a.pdf", "application/pdf")


def test_a_file_that_was_never_sent_is_missing(
    own_portal: Portal, program: Program, draft: dict[str, Any]
) -> None:
    announced = _announce(program, draft)
    answer = program.call("POST", f"/documents/{announced['id']}/complete", {})
    assert answer.status_code in (202, 409, 422)
    with pytest.raises(AssertionError):
        own_portal.wait_clean(program.token, announced["id"])
    found = program.call("GET", f"/documents/{announced['id']}").json()
    assert found["state"] in ("awaiting_upload", "refused")


def test_another_file_than_announced_is_refused(
    own_portal: Portal, program: Program, draft: dict[str, Any]
) -> None:
    content = pdf("another")
    announced = _announce(program, draft, sha256="0" * 64, size=len(content))
    try:
        send_to_store(announced["upload"], content, "a.pdf", "application/pdf")
    except AssertionError:
        return  # the policy holds the digest already
    program.call("POST", f"/documents/{announced['id']}/complete", {})
    with pytest.raises(AssertionError):
        own_portal.wait_clean(program.token, announced["id"])
    assert program.call("GET", f"/documents/{announced['id']}").json()["code"] == "document.hash_differs"


# ------------------------------------------------------------------------------------------ the description


@pytest.fixture(scope="module")
def spec(stack: Stack) -> dict[str, Any]:
    """The served description."""
    return requests.get(f"{stack.gateway_url}/api/v1/openapi.json", timeout=10).json()


def test_the_description_is_valid_openapi(spec: dict[str, Any]) -> None:
    assert spec["openapi"].startswith("3.1")
    validate(spec)


def test_answers_are_as_described(
    own_portal: Portal, program: Program, spec: dict[str, Any], draft: dict[str, Any]
) -> None:
    """The calls of the applicant's journey, each answer held against its schema, unknown members refused."""
    number = path(draft).rpartition("/")[2]
    calls = [
        ("/service-types", ""), ("/service-types/{code}", "/service-types/broker_exam"), ("/me", ""), ("/sessions", ""),
        ("/requests", ""), ("/requests/{number}", f"/requests/{number}"), ("/notices", ""),
        ("/requests/{number}/checks", f"/requests/{number}/checks"), ("/captchas/new", ""),
        ("/reference/{name}", "/reference/countries"),
    ]  # fmt: skip
    for template, address in calls:
        answer = program.call("GET", address or template)
        assert answer.status_code == 200, template
        operation = spec["paths"][f"/api/v1{template}"]["get"]
        _conforms(spec, operation, "200", answer.json())
    refused = program.call("GET", "/requests/CE-999999-26")
    _conforms(spec, {"responses": {"404": spec["components"]["responses"]["Problem"]}}, "404", refused.json())


def _conforms(spec: dict[str, Any], operation: dict[str, Any], status: str, answer: Any) -> None:
    content = operation["responses"][status]["content"]
    schema = {**next(iter(content.values()))["schema"], "components": spec["components"]}
    faults = [
        f"{'/'.join(map(str, fault.absolute_path))}: {fault.message[:200]}"
        for fault in Draft202012Validator(schema).iter_errors(answer)
    ]
    assert not faults, json.dumps(faults, ensure_ascii=False)
