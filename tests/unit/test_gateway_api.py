"""The API's description is valid and says what the routes do, in both languages."""

import re
import tomllib

import pytest
from markupsafe import escape
from openapi_spec_validator import OpenAPIV31SpecValidator

from contracts.permissions import ALLOWED, Role
from gateway import permissions
from gateway.api.v1 import spec as description
from gateway.api.v1.resource import PREFIX
from tests.unit.gateway_stage import Answers, application, bearer, knowing

APP = application()
SPEC = APP.extensions["portal.spec"]
# The paths that others rely on, of what exists in this step.
FIXED = """
GET /captchas/new · POST /registrations · POST /sessions · GET /sessions · DELETE /sessions/current
DELETE /sessions/{} · POST /verifications/{} · POST /verifications/{}/resend · POST /password-resets
PUT /password-resets/{} · GET /me · PATCH /me · PUT /me/password · POST /me/company · GET /service-types
GET /service-types/{} · POST /requests · GET /requests · GET /requests/{} · DELETE /requests/{} · PATCH /requests/{}
GET /requests/{}/checks · POST /requests/{}/submit · POST /requests/{}/withdraw · POST /requests/{}/documents
POST /documents/{}/complete · GET /documents/{} · PATCH /documents/{} · DELETE /documents/{}
GET /documents/{}/content · GET /requests/{}/print.pdf · GET /notices · POST /notices/{}/read · GET /events
GET /office/requests · GET /office/requests/{} · POST /office/requests/next · POST /office/requests/{}/claim
POST /office/requests/{}/unassign · POST /office/requests/{}/notes · POST /office/requests/{}/approve
POST /office/requests/{}/reject · GET /reference/{} · GET /openapi.json
POST /requests/{}/confirm-attendance · GET /requests/{}/admission-slip.pdf · POST /office/requests/{}/return
POST /office/requests/{}/recommend · POST /office/requests/{}/assign · POST /office/requests/{}/reopen
GET /exam-announcements · GET /exam-announcements/{} · GET /office/exam-sessions · POST /office/exam-sessions
GET /office/exam-sessions/{} · PATCH /office/exam-sessions/{} · GET /office/exam-sessions/{}/candidates
GET /office/holidays · POST /office/holidays
POST /office/exam-sessions/{}/publish · POST /office/exam-sessions/{}/nominate · POST /office/exam-sessions/{}/close
POST /office/exam-sessions/{}/cancel · POST /office/exam-sessions/{}/attendance · PUT /office/exam-sessions/{}/results
POST /office/exam-sessions/{}/results/import · POST /office/exam-sessions/{}/results/confirm
POST /office/exam-sessions/{}/publish-results · GET /office/exam-sessions/{}/attendance-sheet.pdf
GET /office/exam-sessions/{}/final-list.pdf
"""


def test_the_description_is_valid_openapi_3_1() -> None:
    for language in ("ar", "en"):
        served = (
            APP.test_client().get(f"{PREFIX}/openapi.json", headers={"Accept-Language": language}).get_json()
        )
        assert served["openapi"].startswith("3.1")
        OpenAPIV31SpecValidator(served).validate()


def test_the_fixed_paths_are_there() -> None:
    wanted = {line.strip() for line in re.split(r"[·\n]", FIXED) if line.strip()}
    found = {
        f"{route.method} {re.sub(r'<[^>]+>', '{}', route.rule.removeprefix(PREFIX))}"
        for route in permissions.routes(APP)
        if route.rule.startswith(PREFIX)
    }
    assert wanted <= found
    assert found - wanted == {"GET /captchas/{}/audio", "GET /office/officers"}


def test_every_call_has_words_in_both_languages_and_no_word_is_left_over() -> None:
    words = tomllib.loads(description.WORDS.read_text(encoding="utf-8"))
    calls = {operation["operationId"] for _, _, operation in description.operations(SPEC)}
    assert set(words["calls"]) == calls
    assert set(words["tags"]) == {tag["name"] for tag in SPEC["tags"]}
    for group in ("calls", "tags"):
        assert all(texts.keys() == {"ar", "en"} and all(texts.values()) for texts in words[group].values())
    assert words["api"]["ar"].keys() == words["api"]["en"].keys()


def test_every_call_says_its_permission_its_errors_and_who_may() -> None:
    for path, method, operation in description.operations(SPEC):
        is_public = Role.ANYBODY in ALLOWED[operation["x-permission"]]
        assert operation["security"] == ([] if is_public else [{"bearer": []}]), path
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
        takes_key = {"$ref": "#/components/parameters/IdempotencyKey"} in operation.get("parameters", [])
        assert takes_key is (method == "post")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_description_can_be_read(language: str) -> None:
    page = APP.test_client().get(f"/api/docs?lang={language}").get_data(as_text=True)
    assert f'<html lang="{language}"' in page
    for _, _, operation in description.operations(description.in_language(SPEC, language)):
        assert escape(operation["summary"]) in page


def test_an_answer_tells_what_its_shape_names_and_nothing_else() -> None:
    answers = knowing("candidate")
    answers.given["identity.me"] = {"id": "x", "first_name": "A", "password_hash": "secret"}
    told = application(answers).test_client().get("/api/v1/me", headers=bearer()).get_json()
    assert told == {"id": "x", "first_name": "A"}


def test_a_captcha_tells_where_its_sound_is() -> None:
    answers = Answers({"identity.new_captcha": {"id": "abc", "image": "data:,"}})
    told = application(answers).test_client().get("/api/v1/captchas/new").get_json()
    assert told == {"id": "abc", "image": "data:,", "audio_url": "/api/v1/captchas/abc/audio"}


def test_numbers_take_dashes_in_paths_and_are_told_with_slashes() -> None:
    answers = knowing("candidate")
    answers.given["requests.get_request"] = {"number": "CE/8/26"}
    told = application(answers).test_client().get("/api/v1/requests/CE-8-26", headers=bearer()).get_json()
    assert answers.of("requests.get_request")[0] == {"number": "CE/8/26"}
    assert told == {"number": "CE/8/26"}


@pytest.mark.parametrize(
    "path",
    [
        "/requests/CE-8-26/print.pdf",
        "/requests/CE-8-26/admission-slip.pdf",
        "/documents/01920000-0000-7000-8000-000000000000/content",
    ],
)
def test_files_are_answered_by_an_address_without_a_body(path: str) -> None:
    answers = knowing("candidate")
    answers.given |= {
        "requests.order_paper": {"order": "o"},
        "documents.get_paper": {"url": "http://store.example:9000/p?s=1"},
        "requests.open_document": {"grant": "g", "document": {}},
        "documents.get_address": {"url": "http://store.example:9000/p?s=1", "expires_in": 60},
    }
    response = application(answers).test_client().get(f"/api/v1{path}", headers=bearer())
    assert (response.status_code, response.location) == (302, "http://store.example:9000/p?s=1")
    assert response.data == b""
