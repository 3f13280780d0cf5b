"""Corrections, recommendations and the supervisor's steps in the API: what is passed on and what is told."""

from typing import Any

import pytest

from chassis.errors import Fault, Invalid
from tests.unit.gateway_stage import REQUEST, Answers, application, bearer, knowing

DESK = "/api/v1/office/requests/CE-8-26"
WORDS = {"ar": "العنوان", "en": "Address"}
CORRECTION = {
    "items": [
        {"kind": "field", "target": "address", "label": WORDS, "reason_code": "unclear", "reason": WORDS},
        {"kind": "slot", "target": "photo", "label": WORDS, "reason_code": None, "reason": None},
    ],
    "message": None,
    "due_on": "2031-03-27",
    "working_days": 5,
    "returned_at": "2031-03-20T06:00:00Z",
    "answered_at": None,
}
CLOCK = {"target_days": 10, "spent_days": 4, "paused_days": 2, "is_running": False}
EXAM = {
    "session_id": "01920000-0000-7000-8000-000000000000",
    "held_at": "2031-04-27T06:00:00Z",
    "place_ar": "القاعة 1",
    "place_en": "Hall 1",
    "confirm_until": None,
    "waiting_position": 2,
    "outcome": None,
    "score": None,
}


def call(role: str, path: str, body: Any, **given: Any) -> tuple[Answers, Any]:
    """The answers and the response to one POST."""
    answers = knowing(role)
    answers.given |= {f"requests.{method}": answer for method, answer in given.items()}
    return answers, application(answers).test_client().post(path, json=body, headers=bearer())


@pytest.mark.parametrize(
    "body",
    [
        {
            "items": [
                {"field": "address", "reason_code": "unclear"},
                {"slot": "photo", "note": "أوضح"},
                {"document_id": "d", "reason_code": None},
            ],
            "working_days": 3,
            "version": 4,
        },
        {"fields": ["address"], "documents": ["photo"], "reason": "x", "note": "y"},
        {},
    ],
)
def test_a_return_is_passed_on_in_either_form(body: dict[str, Any]) -> None:
    answers, response = call("reviewer", f"{DESK}/return", body, return_request=REQUEST)
    assert response.status_code == 200
    assert answers.of("requests.return_request")[0] == {"number": "CE/8/26", **body}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"items": [{"field": "address", "because": "x"}]}, "/items/0/because"),
        ({"items": ["address"]}, "/items/0"),
        ({"fields": "address"}, "/fields"),
        ({"fields": [1]}, "/fields/0"),
        ({"working_days": "5"}, "/working_days"),
    ],
)
def test_what_a_return_does_not_know_is_pointed_at(body: dict[str, Any], pointer: str) -> None:
    answers, response = call("reviewer", f"{DESK}/return", body)
    assert response.status_code == 422
    assert [fault["pointer"] for fault in response.get_json(force=True)["errors"]] == [pointer]
    assert "requests.return_request" not in answers.names()


def test_the_service_points_into_the_items_that_were_sent() -> None:
    fault = Fault("/items/0/field", "field.not_a_choice")
    error = Invalid("input.invalid", faults=[fault])
    _, response = call("reviewer", f"{DESK}/return", {"items": [{"field": "x"}]}, return_request=error)
    told = response.get_json(force=True)["errors"][0]
    assert (told["pointer"], told["code"]) == ("/items/0/field", "field.not_a_choice")


def test_a_recommendation_is_for_approval_unless_it_says_otherwise() -> None:
    for body, action in (({}, "approve"), ({"action": "reject", "reason": "x"}, "reject")):
        answers, response = call("reviewer", f"{DESK}/recommend", body, recommend=REQUEST)
        assert response.status_code == 200
        assert answers.of("requests.recommend")[0] == {"number": "CE/8/26", **body, "action": action}
    _, response = call("reviewer", f"{DESK}/recommend", {"action": "return"})
    assert response.get_json(force=True)["errors"][0]["code"] == "field.not_a_choice"


def test_a_supervisor_gives_a_request_to_an_officer_of_the_list() -> None:
    officers = [{"id": "o", "name": "A B", "roles": ["reviewer"]}]
    answers = knowing("supervisor")
    answers.given |= {"requests.list_officers": {"items": officers}, "requests.assign": REQUEST}
    client = application(answers).test_client()
    told = client.get("/api/v1/office/officers", headers=bearer()).get_json()
    assert told == {"items": officers, "next": None}
    client.post(f"{DESK}/assign", json={"officer": "o", "version": 4}, headers=bearer())
    assert answers.of("requests.assign")[0] == {"number": "CE/8/26", "officer": "o", "version": 4}


def test_reopening_takes_its_reason() -> None:
    body = {"reason": "x", "version": 9}
    answers, response = call("supervisor", f"{DESK}/reopen", body, reopen=REQUEST)
    assert response.status_code == 200
    assert answers.of("requests.reopen")[0] == {"number": "CE/8/26", **body}


def test_an_applicant_sees_what_to_mend_the_clock_and_the_exam() -> None:
    added = {
        "correction": CORRECTION,
        "unlocked": {"fields": ["address"], "slots": ["photo"]},
        "clock": CLOCK,
        "exam": EXAM,
    }
    answers = knowing("candidate")
    answers.given["requests.get_request"] = {**REQUEST, **added}
    told = application(answers).test_client().get("/api/v1/requests/CE-8-26", headers=bearer()).get_json()
    assert {name: told[name] for name in added} == added


def test_an_officer_sees_old_beside_new_and_what_is_recommended() -> None:
    file = {"id": "d", "name": "n", "filename": "a.pdf", "content_type": "application/pdf", "state": "clean"}
    added = {
        "changes": [
            {"field": "name_ar", "label": WORDS, "before": {"first": "أ"}, "after": None, "reason": WORDS},
            {"slot": "photo", "label": WORDS, "before": [file], "after": [], "reason": None},
        ],
        "recommendation": {"action": "reject", "by": "A B", "at": "2031-03-20T06:00:00Z", "reason": WORDS},
        "two_officers": ["reject"],
        "recommended": True,
        "corrected": True,
    }
    answers = knowing("supervisor")
    answers.given["requests.get_for_review"] = {**REQUEST, **added}
    told = application(answers).test_client().get(DESK, headers=bearer()).get_json()
    assert {name: told[name] for name in added} == added


def test_attendance_is_confirmed_with_the_version_that_was_seen() -> None:
    path = "/api/v1/requests/CE-8-26/confirm-attendance"
    for body, version in (({}, None), ({"version": 7}, 7)):
        answers, response = call("candidate", path, body, confirm_attendance=REQUEST)
        assert response.status_code == 200
        assert answers.of("requests.confirm_attendance")[0] == {"number": "CE/8/26", "version": version}


def test_the_slip_is_another_paper_than_the_request() -> None:
    answers = knowing("candidate")
    answers.given |= {
        "requests.order_paper": {"order": "o"},
        "documents.get_paper": {"url": "http://store.example:9000/p"},
    }
    client = application(answers).test_client()
    for name, kind in (("print", "request"), ("admission-slip", "admission_slip")):
        assert client.get(f"/api/v1/requests/CE-8-26/{name}.pdf", headers=bearer()).status_code == 302
        assert answers.of("requests.order_paper")[0] == {"number": "CE/8/26", "kind": kind}


def test_reasons_of_corrections_are_told_with_those_of_decisions() -> None:
    definition = {
        "fields": [],
        "documents": [],
        "reasons": [{"code": "late", "text": WORDS}],
        "correction_reasons": [{"code": "unclear", "text": WORDS}],
    }
    answers = Answers(
        {
            "requests.list_service_types": {"items": [{"code": "broker_exam"}]},
            "requests.get_service_type": definition,
        }
    )
    client = application(answers).test_client()
    told = client.get("/api/v1/reference/reasons").get_json()["items"]
    assert told == [{"code": code, "name": WORDS} for code in ("late", "unclear")]
    one = client.get("/api/v1/service-types/broker_exam").get_json()
    assert one["correction_reasons"] == definition["correction_reasons"]
