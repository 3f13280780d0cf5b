"""Every error leaves the gateway as a problem in the reader's language, or as a page; never as anything else."""

import ast
import re
from pathlib import Path

import pytest

from chassis.errors import KINDS, Conflict, Fault, Invalid, PortalError, TooMany, Unavailable
from gateway import errors
from gateway.locales import words
from tests.unit.gateway_stage import Answers, application, bearer, knowing, signed_in

ROOT = Path(__file__).parents[2]
PROBLEM_MEMBERS = {"type", "title", "status", "code", "detail", "trace_id"}
MEDIA = "application/problem+json"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_of_refusal_is_a_problem_with_its_status(kind: str) -> None:
    answers = knowing("candidate")
    answers.given["identity.me"] = KINDS[kind]("some.problem", {"fact": 1})
    response = application(answers).test_client().get("/api/v1/me", headers=bearer())
    assert response.status_code == errors.STATUS[kind]
    assert response.content_type == MEDIA
    body = response.get_json(force=True)
    assert body.keys() >= PROBLEM_MEMBERS
    assert body["code"] == "some.problem"
    assert body["fact"] == 1
    assert ("errors" in body) is (response.status_code == 422)


def test_a_fault_names_pointer_code_and_words() -> None:
    answers = knowing("candidate")
    faults = [
        Fault("/fields/mobile", "mobile.not_kuwaiti"),
        Fault("/fields/notes", "field.too_long", {"maximum": 9}),
    ]
    answers.given["requests.save_fields"] = Invalid("input.invalid", faults=faults)
    response = (
        application(answers)
        .test_client()
        .patch(
            "/api/v1/requests/CE-1-26",
            json={"fields": {}, "version": 1},
            headers=bearer() | {"Accept-Language": "en"},
        )
    )
    assert response.status_code == 422
    told = response.get_json(force=True)["errors"]
    assert [(fault["pointer"], fault["code"]) for fault in told] == [(f.pointer, f.code) for f in faults]
    assert told[0]["detail"] == words.error("en", "mobile.not_kuwaiti")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nowhere", 404, "path.unknown"),
        ("GET", "/api/v9/me", 404, "path.unknown"),
        ("GET", "/api/v1/requests/not-a-number", 404, "path.unknown"),
        ("GET", "/api/v1/requests/CE%2F8%2F26", 404, "path.unknown"),
        ("DELETE", "/api/v1/service-types", 405, "method.not_allowed"),
        ("GET", "/api/v1/me", 401, "session.required"),
        ("GET", "/api/v1/service-types", 503, "service.timeout"),
    ],
)
def test_errors_of_the_way_are_problems_too(method: str, path: str, status: int, code: str) -> None:
    response = application().test_client().open(path, method=method)
    assert (response.status_code, response.content_type) == (status, MEDIA)
    assert response.get_json(force=True)["code"] == code


def test_405_says_what_is_allowed_and_401_how_to_sign_in() -> None:
    client = application().test_client()
    assert "GET" in client.delete("/api/v1/service-types").headers["Allow"]
    assert client.get("/api/v1/me").headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b'{"email": "a@b.example"}', "text/plain", 415, "media_type.unsupported"),
        (b"email=a", "application/x-www-form-urlencoded", 415, "media_type.unsupported"),
        (b'{"email": ', "application/json", 400, "input.not_json"),
        (b"\xff\xfe", "application/json", 400, "input.not_json"),
        (b'{"email": NaN}', "application/json", 400, "input.not_json"),
        (b'{"email": 1e999}', "application/json", 400, "input.not_json"),
        (b'{"email": "\\ud800"}', "application/json", 400, "input.not_json"),
        (b"[" * 100_000, "application/json", 400, "input.not_json"),
        (b'["email"]', "application/json", 422, "input.invalid"),
        (b'"email"', "application/json", 422, "input.invalid"),
        (b'{"email": "a@b.example", "is_admin": true}', "application/json", 422, "input.invalid"),
        (b'{"email": 7}', "application/json", 422, "input.invalid"),
        (b"", "application/json", 422, "input.invalid"),
        (b'{"email": "' + b"a" * 1_100_000 + b'"}', "application/json", 413, "input.too_large"),
    ],
)
def test_a_body_that_cannot_be_read_never_reaches_a_service(
    body: bytes, content_type: str, status: int, code: str
) -> None:
    answers = Answers()
    response = (
        application(answers)
        .test_client()
        .post("/api/v1/password-resets", data=body, content_type=content_type)
    )
    assert (response.status_code, response.content_type) == (status, MEDIA)
    assert response.get_json(force=True)["code"] == code
    assert answers.calls == []


def test_an_unknown_field_is_pointed_at() -> None:
    response = application().test_client().post("/api/v1/password-resets", json={"email": "a", "role": "x"})
    assert response.get_json(force=True)["errors"][0] == {
        "pointer": "/role",
        "code": "field.unknown",
        "detail": words.error("ar", "field.unknown"),
    }


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1.5", "٣", ""])
def test_a_limit_is_1_to_100(limit: str) -> None:
    response = (
        application(knowing("candidate"))
        .test_client()
        .get(f"/api/v1/requests?limit={limit}", headers=bearer())
    )
    assert response.status_code == 422
    assert response.get_json(force=True)["errors"][0]["pointer"] == "/limit"


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "ar"),
        ("en", "en"),
        ("en-GB,en;q=0.8", "en"),
        ("ar-KW", "ar"),
        ("fr", "ar"),
        ("fr,en;q=0.5", "en"),
    ],
)
def test_words_follow_accept_language(accepted: str, expected: str) -> None:
    headers = {"Accept-Language": accepted} if accepted else {}
    response = application().test_client().get("/api/v1/nowhere", headers=headers)
    assert response.get_json(force=True)["detail"] == words.error(expected, "path.unknown")
    assert response.headers["Content-Language"] == expected


def test_retry_after_comes_with_what_time_mends() -> None:
    answers = knowing("candidate")
    client = application(answers).test_client()
    answers.given["identity.me"] = TooMany("credentials.too_many", {"retry_after": 17})
    assert client.get("/api/v1/me", headers=bearer()).headers["Retry-After"] == "17"
    answers.given["identity.me"] = Unavailable("paper.being_made", {"retry_after": 1})
    assert client.get("/api/v1/me", headers=bearer()).headers["Retry-After"] == "1"
    answers.given["identity.me"] = Conflict("some.conflict")
    assert "Retry-After" not in client.get("/api/v1/me", headers=bearer()).headers


def test_an_unforeseen_error_tells_nothing_but_its_trace_id() -> None:
    answers = knowing("candidate")
    answers.given["identity.me"] = ZeroDivisionError("civil id 288020122596")
    app = application(answers)
    api = app.test_client().get("/api/v1/me", headers=bearer())
    assert api.status_code == 500
    assert api.get_json(force=True)["code"] == "internal"
    page = signed_in(app).get("/account")
    assert (page.status_code, page.mimetype) == (500, "text/html")
    for response in (api, page):
        assert "288020122596" not in response.get_data(as_text=True)
        assert "ZeroDivision" not in response.get_data(as_text=True)


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/services/broker_exam", 503)])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_people_get_a_page_in_their_language(path: str, status: int, language: str) -> None:
    response = application().test_client().get(f"{path}?lang={language}")
    assert (response.status_code, response.mimetype) == (status, "text/html")
    assert f'<html lang="{language}"' in response.get_data(as_text=True)


def test_pages_are_arabic_first_whatever_the_browser_prefers() -> None:
    client = application().test_client()
    page = client.get("/nowhere", headers={"Accept-Language": "en-US,en"}).get_data(as_text=True)
    assert '<html lang="ar"' in page
    client.get("/nowhere?lang=en")
    page = client.get("/nowhere", headers={"Accept-Language": "ar"}).get_data(as_text=True)
    assert '<html lang="en"' in page


def test_a_code_without_words_still_has_a_sentence() -> None:
    for language in ("ar", "en"):
        assert words.error(language, "never.heard_of") == words.error(language, "unknown")
        assert words.title(language, "never.heard_of")


def test_a_fact_cannot_replace_a_member_of_the_problem() -> None:
    app = application()
    with app.test_request_context("/api/v1/me"):
        told = errors.problem(
            Conflict("some.conflict", {"status": 200, "code": "x", "detail": "y", "own": 1})
        )
    assert (told["status"], told["code"], told["own"]) == (409, "some.conflict", 1)


_RAISED = re.compile(r"\b(" + "|".join(kind.__name__ for kind in KINDS.values()) + r"|Wrong|problem|Fault)$")


def _codes_of(path: Path) -> set[str]:
    """Literal codes that this file raises: `Conflict("a.b")`, `Fault("/x", "a.b")`, `problem("a.b")`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not _RAISED.search(ast.unparse(node.func)):
            continue
        position = 1 if ast.unparse(node.func).endswith("Fault") else 0
        argument = node.args[position] if len(node.args) > position else None
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            found.add(argument.value)
    return found


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_code_that_is_raised_somewhere_has_words(language: str) -> None:
    files = [
        p for folder in ("chassis", "contracts", "gateway", "services") for p in (ROOT / folder).rglob("*.py")
    ]
    codes = set(errors.CODES).union(*(_codes_of(path) for path in files if "node_modules" not in path.parts))
    missing = sorted(code for code in codes if not words.has(language, f"error.{code}"))
    assert missing == []


def test_statuses_cover_every_kind() -> None:
    assert set(errors.STATUS) == set(KINDS)
    assert all(issubclass(kind, PortalError) for kind in KINDS.values())
