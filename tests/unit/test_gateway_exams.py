"""Exam sessions in the API: what is passed on, what is told, how a list of results is read."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from chassis.errors import Conflict
from tests.unit.gateway_stage import Answers, application, bearer, knowing

ID = "01920000-0000-7000-8000-000000000000"
ONE = f"/api/v1/office/exam-sessions/{ID}"
SESSION: dict[str, Any] = {
    "id": ID,
    "broker_type": "general_broker",
    "held_at": "2031-03-27T06:00:00Z",
    "place_ar": "القاعة 1",
    "place_en": "Hall 1",
    "seats": 40,
    "confirm_until": "2031-03-24T11:30:00Z",
    "state": "published",
    "version": 3,
    "results": {
        "entered_by": None,
        "entered_at": None,
        "confirmed_by": None,
        "confirmed_at": None,
        "published_at": None,
        "rows": [],
    },
    "allowed_actions": ["change", "nominate"],
}
CANDIDATE = {"number": "CE/8/26", "status": "nominated", "waiting_position": None}
RESULTS = [
    {"number": "CE-8-26", "outcome": "passed", "score": 71},
    {"number": "CE/9/26", "outcome": "absent"},
]


def examiner(**given: Any) -> tuple[Answers, FlaskClient]:
    """An examiner's program, and what the services answer it."""
    answers = knowing("examiner")
    answers.given |= {f"requests.{method}": answer for method, answer in given.items()}
    return answers, application(answers).test_client()


def test_announcements_are_for_anybody_and_tell_no_more_than_that() -> None:
    page = {"items": [{**SESSION, "counts": {"candidates": 7}}], "next": "n"}
    answers = Answers({"requests.list_announcements": page, "requests.get_announcement": SESSION})
    client = application(answers).test_client()
    told = client.get("/api/v1/exam-announcements?limit=5").get_json()
    assert told["next"] == "n"
    one = client.get(f"/api/v1/exam-announcements/{ID}").get_json()
    assert told["items"] == [one]
    assert one.keys() == SESSION.keys() - {"version", "results", "allowed_actions"}
    assert answers.of("requests.list_announcements")[0] == {"limit": 5}
    assert answers.of("requests.get_announcement")[0] == {"session_id": ID}


def test_a_session_is_opened_with_what_was_sent() -> None:
    answers, client = examiner(open_exam_session=SESSION)
    form = {name: SESSION[name] for name in ("broker_type", "held_at", "place_ar", "place_en", "seats")}
    response = client.post("/api/v1/office/exam-sessions", json=form, headers=bearer())
    assert (response.status_code, response.get_json()) == (201, SESSION)
    assert answers.of("requests.open_exam_session")[0] == form


def test_a_change_asks_for_the_version_and_passes_the_rest_on() -> None:
    answers, client = examiner(change_exam_session=SESSION)
    refused = client.patch(ONE, json={"seats": 30}, headers=bearer())
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.get_json(force=True)["errors"]] == ["/version"]
    assert client.patch(ONE, json={"seats": 30, "version": 3}, headers=bearer()).status_code == 200
    assert answers.of("requests.change_exam_session")[0] == {"session_id": ID, "version": 3, "seats": 30}


@pytest.mark.parametrize("step", ["publish", "close", "cancel"])
def test_a_step_takes_the_version_that_was_seen(step: str) -> None:
    method = f"{step}_exam_session"
    answers, client = examiner(**{method: SESSION})
    assert client.post(f"{ONE}/{step}", headers=bearer()).get_json()["version"] == 3
    assert answers.of(f"requests.{method}")[0] == {"session_id": ID, "version": None}
    client.post(f"{ONE}/{step}", json={"version": 2}, headers=bearer())
    assert answers.of(f"requests.{method}")[0]["version"] == 2


def test_without_numbers_all_are_nominated() -> None:
    answers, client = examiner(nominate={"items": [CANDIDATE], "next": None})
    assert client.post(f"{ONE}/nominate", headers=bearer()).get_json()["items"] == [CANDIDATE]
    assert answers.of("requests.nominate")[0]["numbers"] is None
    client.post(f"{ONE}/nominate", json={"numbers": ["CE/8/26"]}, headers=bearer())
    assert answers.of("requests.nominate")[0]["numbers"] == ["CE/8/26"]


def test_results_are_passed_on_as_they_are_by_who_enters_and_by_who_confirms() -> None:
    answers, client = examiner(enter_results=SESSION, confirm_results=SESSION)
    assert client.put(f"{ONE}/results", json={"results": RESULTS}, headers=bearer()).status_code == 200
    assert (
        client.post(f"{ONE}/results/confirm", json={"results": RESULTS}, headers=bearer()).status_code == 200
    )
    for method in ("enter_results", "confirm_results"):
        assert answers.of(f"requests.{method}")[0] == {"session_id": ID, "results": RESULTS}


def test_a_difference_names_its_rows() -> None:
    _, client = examiner(confirm_results=Conflict("exam.results_differ", {"rows": ["CE/8/26", "CE/9/26"]}))
    headers = bearer() | {"Accept-Language": "en"}
    response = client.post(f"{ONE}/results/confirm", json={"results": RESULTS}, headers=headers)
    told = response.get_json(force=True)
    assert (response.status_code, told["rows"]) == (409, ["CE/8/26", "CE/9/26"])
    assert "CE/8/26, CE/9/26" in told["detail"]


CSV = "number,outcome,score\r\nCE/8/26,passed,71\r\n"


@pytest.mark.parametrize("content", [CSV.encode(), CSV.encode("utf-8-sig")], ids=["plain", "with a mark"])
def test_results_come_as_csv_too(content: bytes) -> None:
    answers, client = examiner(import_results=SESSION)
    response = client.post(
        f"{ONE}/results/import", data=content, content_type="text/csv; charset=utf-8", headers=bearer()
    )
    assert (response.status_code, response.get_json()) == (200, SESSION)
    assert answers.of("requests.import_results")[0] == {"session_id": ID, "text": CSV}


@pytest.mark.parametrize(
    ("content", "content_type", "status", "code"),
    [
        (CSV.encode(), "application/json", 415, "media_type.unsupported"),
        (CSV.encode(), "application/vnd.ms-excel", 415, "media_type.unsupported"),
        (b"", "", 415, "media_type.unsupported"),
        ("number,outcome\nنجح".encode("cp1256"), "text/csv", 400, "input.not_text"),
        (CSV.encode("utf-16"), "text/csv", 400, "input.not_text"),
        (b"number\x00", "text/csv", 400, "input.not_text"),
        (b"a" * 1_100_000, "text/csv", 413, "input.too_large"),
    ],
)
def test_a_file_that_cannot_be_read_never_reaches_a_service(
    content: bytes, content_type: str, status: int, code: str
) -> None:
    answers, client = examiner()
    response = client.post(f"{ONE}/results/import", data=content, content_type=content_type, headers=bearer())
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    assert response.get_json(force=True)["code"] == code
    assert set(answers.names()) == {"identity.authenticate"}


@pytest.mark.parametrize(
    ("name", "kind"), [("attendance-sheet", "attendance_sheet"), ("final-list", "final_list")]
)
def test_papers_of_a_session_are_answered_by_an_address(name: str, kind: str) -> None:
    answers, client = examiner(order_exam_paper={"order": "o"})
    answers.given["documents.get_paper"] = {"url": "http://store.example:9000/p?s=1"}
    response = client.get(f"{ONE}/{name}.pdf", headers=bearer())
    assert (response.status_code, response.location) == (302, "http://store.example:9000/p?s=1")
    assert answers.of("requests.order_exam_paper")[0] == {"session_id": ID, "kind": kind}
    assert answers.of("documents.get_paper")[0] == {"order": "o"}


def test_an_id_is_an_id() -> None:
    answers, client = examiner()
    for path in ("/api/v1/office/exam-sessions/1", "/api/v1/exam-announcements/latest"):
        assert client.get(path, headers=bearer()).get_json(force=True)["code"] == "path.unknown"
    assert set(answers.names()) <= {"identity.authenticate"}
