"""From the approval to the result through the API alone, in a portal whose clock is moved past the exam."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import requests

from deploy.local.stack import Stack
from tests.e2e.conftest import portal_of_its_own
from tests.e2e.hall import Hall, confirm_attendance, fetch_paper, results_of, status_of
from tests.e2e.portal import Portal, new_key, path
from tests.factories.people import Person


@pytest.fixture(scope="module")
def portal(moved: Stack) -> Portal:
    """Its API."""
    return portal_of_its_own(moved)


@pytest.fixture(scope="module")
def hall(portal: Portal, moved: Stack) -> Hall:
    """Its officers and examiners."""
    return Hall.of(portal, moved.accounts)


def test_a_returned_request_is_corrected_where_it_was_marked_and_nowhere_else(
    portal: Portal, hall: Hall
) -> None:
    person = portal.newcomer()
    request = portal.submitted_exam(person)
    hall.office(request, "claim")
    refused = hall.office(request, "return", {"items": [{"field": "address"}]}, wanted=422)
    assert refused["code"] == "reason.required"
    marks = [{"field": "address", "reason_code": "wrong_value"}, {"slot": "photo", "note": "الصورة قديمة"}]
    returned = hall.office(request, "return", {"items": marks, "working_days": 3})
    assert returned["status"] == "returned"

    seen = portal.call("GET", path(request), token=person.token)
    assert seen["unlocked"] == {"fields": ["address"], "slots": ["photo"]}
    assert [item["target"] for item in seen["correction"]["items"]] == ["address", "photo"]
    change = {"fields": {"mobile": "66123456"}, "version": seen["version"]}
    locked = portal.call("PATCH", path(request), change, token=person.token, wanted=422)
    assert [(e["pointer"], e["code"]) for e in locked["errors"]] == [("/fields/mobile", "field.locked")]
    announced = {"slot": "civil_id_copy", "filename": "a.pdf", "content_type": "application/pdf", "size": 10}
    portal.call("POST", f"{path(request)}/documents", announced, token=person.token, wanted=422)

    change = {"fields": {"address": "السالمية، قطعة 4"}, "version": seen["version"]}
    portal.call("PATCH", path(request), change, token=person.token)
    again = portal.submit(person, request)
    assert again["status"] == "submitted"
    assert portal.catcher.wait(f"+965{person.mobile}", channel="sms", matching=request["number"])
    desk = portal.call("GET", f"/office{path(request)}", token=hall.reviewer)
    assert desk["officer"] is not None
    change = next(each for each in desk["changes"] if each.get("field") == "address")
    assert (change["before"], change["after"]) == ("حولي، شارع تونس، مبنى 12", "السالمية، قطعة 4")
    mine = portal.call("GET", "/office/requests", token=hall.reviewer, queue="mine")["items"]
    assert request["number"] in {item["number"] for item in mine}


def test_the_whole_way_to_the_pass_notice(portal: Portal, hall: Hall) -> None:
    early, late = portal.newcomer(), portal.newcomer()
    first, second = hall.approved(early), hall.approved(late)
    session = hall.announced(seats=1)
    public = portal.call("GET", f"/exam-announcements/{session['id']}")
    assert (public["seats"], public["place_en"]) == (1, "Training hall, headquarters")
    hall.step(session, "nominate", {"numbers": [first["number"], second["number"].replace("/", "-")]})
    assert [c["status"] for c in hall.candidates(session)] == ["nominated", "waiting_listed"]
    assert portal.catcher.wait(f"+965{early.mobile}", channel="sms", matching=first["number"])
    refused = confirm_attendance(portal, late, second, 409)
    assert (refused["code"], refused["waiting_position"]) == ("exam.no_seat", 1)

    hall.move(datetime.fromisoformat(session["confirm_until"]) + timedelta(minutes=1))
    assert status_of(portal, early, first) == "lapsed"
    assert confirm_attendance(portal, early, first, 409)["code"] == "exam.confirmation_closed"
    assert status_of(portal, late, second) == "nominated"
    assert portal.catcher.wait(f"+965{late.mobile}", channel="sms", matching=second["number"])
    details = confirm_attendance(portal, late, second)
    assert (details["status"], details["exam"]["session_id"]) == ("attendance_confirmed", session["id"])

    listed = results_of([second], "passed", 81)
    assert hall.enter(session, listed, wanted=409)["code"] == "exam.not_held_yet"
    held_at = datetime.fromisoformat(session["held_at"])
    hall.move(held_at - timedelta(hours=5))
    assert status_of(portal, late, second) == "on_final_list"
    assert hall.read(session)["state"] == "closed"
    _has_papers(portal, hall, late, second, session)

    hall.move(held_at + timedelta(hours=3))
    hall.enter(session, listed)
    assert hall.confirm(session, listed, token=hall.examiner, wanted=403)["code"] == "exam.same_examiner"
    differing = hall.confirm(session, results_of([second], "failed", 49), wanted=409)
    assert (differing["code"], differing["rows"]) == ("exam.results_differ", [second["number"]])
    hall.confirm(session, listed)
    assert status_of(portal, late, second) == "on_final_list"  # nobody knows before all do
    hall.step(session, "publish-results")
    details = portal.call("GET", path(second), token=late.token)
    assert (details["status"], details["exam"]["outcome"], details["exam"]["score"]) == (
        "passed",
        "passed",
        81,
    )
    assert portal.catcher.wait(late.email, channel="email", matching="(?i)pass|اجتياز")
    assert portal.catcher.wait(f"+965{late.mobile}", channel="sms", matching="(?i)pass|اجتياز")
    assert any(notice["kind"] == "exam_passed" for notice in portal.notices(late.token))
    again = portal.call("POST", "/requests", {"service_type": "broker_exam"}, token=late.token, wanted=409)
    assert again["code"] == "exam.already_requested"


def _has_papers(portal: Portal, hall: Hall, person: Person, request: dict, session: dict) -> None:
    slip = f"{path(request)}/admission-slip.pdf"
    for target, token in (
        (slip, person.token),
        (f"/office/exam-sessions/{session['id']}/attendance-sheet.pdf", hall.examiner),
        (f"/office/exam-sessions/{session['id']}/final-list.pdf", hall.examiner),
    ):
        content = fetch_paper(portal, target, token)
        assert content.startswith(b"%PDF"), target


def test_twenty_confirm_at_once_for_five_seats(portal: Portal, hall: Hall) -> None:
    with ThreadPoolExecutor(4) as pool:
        people = list(pool.map(lambda _: portal.newcomer(), range(20)))
        sent = list(pool.map(hall.approved, people))
    session = hall.announced(seats=5)
    hall.step(session, "nominate", {"numbers": [request["number"] for request in sent]})
    counts = hall.read(session)["counts"]
    assert (counts["nominated"], counts["waiting_listed"]) == (5, 15)

    def confirm(pair: tuple[Person, dict]) -> tuple[int, str]:
        person, request = pair
        headers = {"Authorization": f"Bearer {person.token}", "Idempotency-Key": new_key()}
        target = f"{portal.url}/api/v1{path(request)}/confirm-attendance"
        answer = requests.post(target, json={}, headers=headers, timeout=20)
        return answer.status_code, answer.json().get("code", "")

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(confirm, zip(people, sent, strict=True)))
    assert sorted(answers) == [(200, "")] * 5 + [(409, "exam.no_seat")] * 15
    hall.step(session, "close")
    statuses = sorted(candidate["status"] for candidate in hall.candidates(session))
    assert statuses == ["on_final_list"] * 5 + ["preliminarily_approved"] * 15


def test_five_officers_decide_at_once(portal: Portal, hall: Hall, moved: Stack) -> None:
    person = portal.newcomer()
    request = portal.submitted_exam(person)
    hall.office(request, "claim")
    tokens = [
        hall.reviewer,
        *(portal.sign_in(moved.accounts[n]) for n in ("reviewer", "reviewer_2", "supervisor")),
    ]
    tokens.append(portal.sign_in(moved.accounts["reviewer"]))

    def approve(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": new_key()}
        target = f"{portal.url}/api/v1/office{path(request)}/approve"
        return requests.post(target, json={}, headers=headers, timeout=20).status_code

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(approve, tokens)) == [200, 409, 409, 409, 409]
