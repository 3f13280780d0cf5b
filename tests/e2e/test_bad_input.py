"""Whatever is sent, the API answers with a problem in words: never 500, never HTML, never what went on inside."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
import requests

from deploy.local.stack import Stack
from tests.e2e.bad_input_cases import FIELDS, SHAPES
from tests.e2e.portal import Portal, new_key, path
from tests.e2e.problems import is_in, problem
from tests.e2e.visitors import Program, connection
from tests.factories.people import Person

LANGUAGES = ("ar", "en")


@pytest.mark.parametrize("shape", SHAPES, ids=[f"{s[0]} {s[1][:40]}-{n}" for n, s in enumerate(SHAPES)])
def test_what_cannot_be_taken_is_refused_in_words(program: Program, shape: Any) -> None:
    method, address, options, status, code = shape
    for language in LANGUAGES:
        headers = {"Accept-Language": language, "Authorization": f"Bearer {program.token}"}
        told = {**options, "headers": {**headers, **options.get("headers", {})}}
        response = program.http.request(method, f"{program.url}/api/v1{address}", timeout=20, **told)
        problem_ = problem(response, status, code)
        assert is_in(language, problem_["detail"]), problem_
        assert is_in(language, problem_["title"]), problem_


def test_405_says_what_is_allowed(program: Program) -> None:
    response = program.call("PUT", "/requests", {})
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


def test_a_body_without_an_end_and_odd_heads_are_refused(stack: Stack) -> None:
    for headers in ({"Authorization": "Bearer " + "x" * 3000}, {"Authorization": "Basic eDp4"}):
        response = connection().get(f"{stack.gateway_url}/api/v1/me", headers=headers, timeout=10)
        problem(response, 401)
        assert response.headers["WWW-Authenticate"] == "Bearer"


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
        assert all(is_in(language, fault["detail"]) for fault in faults), faults
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


def test_lists_by_page_give_each_item_once(stack: Stack, own: Portal) -> None:
    person = own.newcomer()
    made = {own.open_exam(person)["number"] for _ in range(5)}
    seen: list[str] = []
    cursor: str | None = None
    while True:
        more: dict[str, Any] = {"limit": 2, "cursor": cursor} if cursor else {"limit": 2}
        page = own.call("GET", "/requests", token=person.token, **more)
        seen += [item["number"] for item in page["items"]]
        if len(seen) == 2:
            own.open_exam(person)  # a new one at the head moves nothing
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


def test_a_key_is_the_callers_own(stack: Stack, own: Portal, candidate: Person) -> None:
    """The same key from somebody else is another key."""
    key, body, other = new_key(), {"service_type": "broker_exam"}, own.newcomer()
    mine = own.call("POST", "/requests", body, token=candidate.token, key=key, wanted=201)
    his = own.call("POST", "/requests", body, token=other.token, key=key, wanted=201)
    assert mine["number"] != his["number"]
