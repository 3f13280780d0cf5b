"""Who may do what with an exam: every doorway and every kind of account; pages of candidates; keys used again."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chassis import idempotency
from chassis.actor import ANONYMOUS, Actor
from chassis.errors import Forbidden, NotSignedIn
from services.requests.service.examining import Examining
from services.requests.service.grading import Grading
from tests.service.requests.conftest import Bureau, Hands, applicant, officer, refusal
from tests.service.requests.hall import Hall

PEOPLE: dict[str, Callable[[], Actor]] = {
    "anonymous": lambda: ANONYMOUS,
    "candidate": applicant,
    "general_user": lambda: applicant("general_user", office="a"),
    "additional_user": lambda: applicant("additional_user", office="a"),
    "reviewer": officer,
    "supervisor": lambda: officer("supervisor"),
    "examiner": lambda: officer("examiner"),
    "administrator": lambda: officer("administrator"),
}
APPLICANTS = {"candidate", "general_user", "additional_user"}
READERS = {"reviewer", "supervisor", "examiner"}
EXAMINERS = {"examiner"}

DOORWAYS: dict[str, tuple[set[str], dict[str, Any]]] = {
    "list_announcements": (set(PEOPLE), {}),
    "get_announcement": (set(PEOPLE), {"session_id": "x"}),
    "list_exam_sessions": (READERS, {}),
    "get_exam_session": (READERS, {"session_id": "x"}),
    "list_candidates": (READERS, {"session_id": "x"}),
    "order_exam_paper": (READERS, {"session_id": "x", "kind": "final_list"}),
    "open_exam_session": (EXAMINERS, {}),
    "change_exam_session": (EXAMINERS, {"session_id": "x", "version": 1}),
    "publish_exam_session": (EXAMINERS, {"session_id": "x"}),
    "close_exam_session": (EXAMINERS, {"session_id": "x"}),
    "cancel_exam_session": (EXAMINERS, {"session_id": "x"}),
    "nominate": (EXAMINERS, {"session_id": "x"}),
    "record_attendance": (EXAMINERS, {"session_id": "x", "code": "y"}),
    "enter_results": (EXAMINERS, {"session_id": "x", "results": []}),
    "import_results": (EXAMINERS, {"session_id": "x", "text": "number,outcome,score"}),
    "confirm_results": (EXAMINERS, {"session_id": "x", "results": []}),
    "publish_results": (EXAMINERS, {"session_id": "x"}),
    "confirm_attendance": (APPLICANTS, {"number": "CE/999/26"}),
}


@pytest.fixture(name="hall")
def _hall(bureau: Bureau, hands: Hands) -> Hall:
    return Hall(bureau, hands)


def test_the_table_names_every_doorway() -> None:
    offered = {
        name
        for mixin in (Examining, Grading)
        for name, method in vars(mixin).items()
        if getattr(method, "nameko_entrypoints", None)
    }
    assert offered == set(DOORWAYS)


@pytest.mark.parametrize("name", DOORWAYS)
@pytest.mark.parametrize("who", PEOPLE)
def test_a_doorway_opens_to_whom_it_is_for(bureau: Bureau, who: str, name: str) -> None:
    allowed, arguments = DOORWAYS[name]
    call = getattr(bureau.door(PEOPLE[who]()), name)
    if who not in allowed:
        kind = NotSignedIn if who == "anonymous" else Forbidden
        assert isinstance(refusal(partial(call, **arguments)), kind)
    elif name in ("list_announcements", "list_exam_sessions"):
        assert call() == {"items": [], "next": None}
    else:
        assert refusal(partial(call, **arguments)).code in (
            "exam.unknown",
            "request.unknown",
            "input.invalid",
        )


def test_who_reads_is_not_offered_to_manage(hall: Hall) -> None:
    session_id, _sitters = hall.closed(1)
    for role in ("reviewer", "supervisor"):
        door = hall.bureau.door(officer(role))
        assert door.get_exam_session(session_id)["allowed_actions"] == ["attendance_sheet", "final_list"]
        assert door.list_candidates(session_id)["items"][0]["status"] == "on_final_list"


def test_a_seat_is_confirmed_by_whose_request_it_is(hall: Hall) -> None:
    boss, clerk = applicant("general_user", office="a"), applicant("additional_user", office="a")
    strangers = [
        applicant(),
        applicant("general_user", office="b"),
        applicant("additional_user", office="a"),
    ]
    reviewer = officer()
    number = hall.bureau.claimed(reviewer, clerk)
    hall.bureau.door(reviewer).approve(number)
    hall.door.nominate(hall.published())
    for stranger in strangers:
        unknown = refusal(partial(hall.bureau.door(stranger).confirm_attendance, number))
        assert unknown.code == "request.unknown"
    assert hall.bureau.door(boss).confirm_attendance(number)["status"] == "attendance_confirmed"
    assert hall.bureau.door(clerk).get_request(number)["status"] == "attendance_confirmed"


def test_pages_of_candidates_have_everybody_once(hall: Hall) -> None:
    session_id, sitters = hall.nominated(7, seats=2)
    hall.of(sitters[3]).withdraw(sitters[3].number)
    found: list[tuple[str, int | None]] = []
    cursor = None
    while True:
        page = hall.door.list_candidates(session_id, limit=2, cursor=cursor)
        found += [(line["number"], line["waiting_position"]) for line in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert [number for number, _waiting in found] == [each.number for each in sitters]
    assert [waiting for _number, waiting in found] == [None, None, 1, None, 2, 3, 4]
    for bad in ("x", "WyJhIl0", "WzEsMl0", "Wzk5OTk5OTk5OTk5OTld", "W3RydWVd"):
        refused = refusal(partial(hall.door.list_candidates, session_id, cursor=bad))
        assert refused.code == "cursor.invalid"
    assert refusal(lambda: hall.door.list_candidates(session_id, limit=0)).code == "limit.invalid"


@pytest.mark.parametrize("step", ["open", "confirm", "publish_results"])
def test_a_key_used_again_has_the_same_answer_and_no_second_effect(hall: Hall, step: str) -> None:
    sitter = hall.approved()[0]
    form = {"broker_type": "general_broker", "held_at": "2026-12-10T06:00:00Z", "seats": 1}
    arguments: dict[str, Any] = {**form, "place_ar": "قاعة", "place_en": "Hall"}
    method, actor = "open_exam_session", hall.examiner
    if step != "open":
        session_id = hall.published()
        hall.door.nominate(session_id)
        method, actor, arguments = "confirm_attendance", sitter.person, {"number": sitter.number}
    if step == "publish_results":
        hall.confirm(sitter)
        hall.door.close_exam_session(session_id)
        hall.hands.pass_by(days=20)
        rows = [{"number": sitter.number, "outcome": "passed", "score": None}]
        hall.door.enter_results(session_id, rows)
        hall.bureau.door(hall.second).confirm_results(session_id, rows)
        method, actor, arguments = "publish_results", hall.examiner, {"session_id": session_id}
    key = idempotency.Call(actor.id, method, "key-1", idempotency.body_hash(arguments))
    answers = []
    for _ in range(3):
        try:
            answers.append({"result": getattr(hall.bureau.door(actor, call=key), method)(**arguments)})
        except idempotency.Replayed as replayed:
            answers.append(replayed.outcome)
    assert answers == [answers[0]] * 3
    news = hall.bureau.scalar("SELECT count(*) FROM outbox WHERE name ~ 'attendance_confirmed|exam_passed'")
    assert news == {"open": 0, "confirm": 1, "publish_results": 2}[step]
    assert hall.bureau.scalar("SELECT count(*) FROM exam_session") == 1
