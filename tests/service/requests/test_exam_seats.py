"""Nomination and confirmation: the order of approval decides, a seat is one person's, nobody is told twice."""

import importlib
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from chassis.errors import PortalError
from tests.service.requests.conftest import Bureau, Hands, applicant, officer, refusal, together
from tests.service.requests.hall import DEADLINE, HELD_AT, LAST, Hall


@pytest.fixture(name="hall")
def _hall(bureau: Bureau, hands: Hands) -> Hall:
    return Hall(bureau, hands)


def test_the_first_approved_get_the_seats_and_the_rest_wait(hall: Hall) -> None:
    sitters = hall.approved(7)
    session_id = hall.published(seats=3)
    assert hall.session(session_id)["eligible"] == 7
    page = hall.door.nominate(session_id)
    assert [line["number"] for line in page["items"]] == [each.number for each in sitters]
    assert [line["position"] for line in page["items"]] == [1, 2, 3, 4, 5, 6, 7]
    assert [line["seat"] for line in page["items"]] == [1, 2, 3, None, None, None, None]
    assert [line["waiting_position"] for line in page["items"]] == [None] * 3 + [1, 2, 3, 4]
    assert hall.statuses(sitters) == ["nominated"] * 3 + ["waiting_listed"] * 4
    for each in sitters[:3]:
        assert hall.seen(each)["exam"]["confirm_until"] == "2026-12-07T11:30:00.000Z"
        assert hall.seen(each)["allowed_actions"] == ["confirm_attendance", "withdraw", "print"]
        assert hall.told(each) == ["candidate_nominated"]
        told = hall.last_news(each)["data"]
        assert (told["held_at"], told["confirm_until"]) == (
            "2026-12-10T06:00:00+00:00",
            "2026-12-07T11:30:00+00:00",
        )
        assert told["place"] == {"ar": "قاعة التدريب", "en": "Training hall"}
    for place, each in enumerate(sitters[3:], 1):
        seen = hall.seen(each)
        assert (seen["exam"]["waiting_position"], seen["exam"]["confirm_until"]) == (place, None)
        assert seen["allowed_actions"] == ["withdraw", "print"]
        assert (hall.told(each), hall.last_news(each)["data"]["position"]) == (
            ["candidate_wait_listed"],
            place,
        )
    now = hall.session(session_id)
    assert (now["eligible"], now["counts"]["candidates"]) == (0, 7)
    assert (now["counts"]["nominated"], now["counts"]["waiting_listed"]) == (3, 4)


def test_whoever_is_nominated_later_waits_behind(hall: Hall) -> None:
    session_id, early = hall.nominated(4, seats=2)
    late = hall.approved(2)
    assert len(hall.door.nominate(session_id, numbers=[late[1].number.replace("/", "-")])["items"]) == 5
    hall.door.nominate(session_id)
    lines = hall.lines(session_id)
    assert [line["number"] for line in lines] == [w.number for w in (*early, late[1], late[0])]
    assert [line["waiting_position"] for line in lines] == [None, None, 1, 2, 3, 4]
    before = hall.session(session_id)["version"]
    assert hall.door.nominate(session_id)["items"] == lines
    assert hall.door.nominate(session_id, numbers=[])["items"] == lines
    assert hall.session(session_id)["version"] == before + 2


def test_many_more_than_one_call_takes_are_nominated_by_the_next(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.requests.domain.exam.NOMINATED_AT_ONCE", 3)
    sitters, session_id = hall.approved(5), hall.published(seats=4)
    assert len(hall.door.nominate(session_id)["items"]) == 3
    assert hall.session(session_id)["eligible"] == 2
    hall.door.nominate(session_id)
    assert hall.statuses(sitters) == ["nominated"] * 4 + ["waiting_listed"]


def test_who_cannot_be_nominated_is_named_and_nobody_is(hall: Hall) -> None:
    good = hall.approved()[0]
    other = hall.approved(broker_type="representative")[0]
    sent, gone = hall.bureau.sent(), hall.approved()[0]
    hall.of(gone).withdraw(gone.number)
    draft = hall.bureau.draft(applicant())["number"]
    session_id = hall.published()
    bad = [other.number, sent, gone.number, draft, "CE/999/26", "nonsense"]
    error = refusal(lambda: hall.door.nominate(session_id, numbers=[good.number, *bad]))
    assert (error.code, error.facts) == ("exam.not_nominable", {"numbers": sorted(bad)})
    assert hall.status(good) == "preliminarily_approved"
    assert hall.lines(session_id) == []
    hall.door.nominate(session_id, numbers=[good.number, good.number])
    again = refusal(lambda: hall.door.nominate(hall.published(), numbers=[good.number]))
    assert again.facts == {"numbers": [good.number]}
    hall.door.nominate(hall.published(broker_type="representative"))
    assert hall.status(other) == "nominated"


def test_nobody_chooses_himself(hall: Hall) -> None:
    own, other = hall.approved(2)
    session_id = hall.published(seats=1)
    for facts in ({"id": own.person.id}, {"civil_id": own.person.person["civil_id"]}):
        door = hall.bureau.door(officer("examiner", **facts))
        chosen = refusal(partial(door.nominate, session_id, numbers=[own.number, other.number]))
        assert chosen.code == "decision.own_request"
    door.nominate(session_id)
    assert hall.statuses([own, other]) == ["nominated", "waiting_listed"]


@pytest.mark.parametrize("state", ["draft", "closed", "cancelled"])
def test_only_an_announced_session_takes_candidates(hall: Hall, state: str) -> None:
    sitter, session_id = hall.approved()[0], hall.draft()["id"]
    if state != "draft":
        hall.door.publish_exam_session(session_id)
        getattr(hall.door, {"closed": "close", "cancelled": "cancel"}[state] + "_exam_session")(session_id)
    error = refusal(lambda: hall.door.nominate(session_id))
    assert (error.code, error.facts) == ("exam.wrong_state", {"state": state})
    assert hall.status(sitter) == "preliminarily_approved"


def test_after_the_deadline_there_is_still_time_until_the_day_of_the_exam(hall: Hall) -> None:
    session_id = hall.published(seats=1)
    hall.hands.set(DEADLINE)
    hall.work_off()
    late, later = hall.approved(2)
    hall.door.nominate(session_id)
    assert hall.seen(late)["exam"]["confirm_until"] == "2026-12-09T21:00:00.000Z"
    assert hall.seen(later)["exam"]["waiting_position"] == 1
    hall.confirm(late)
    last = hall.approved()[0]
    hall.hands.set(LAST)
    assert "nominate" not in hall.session(session_id)["allowed_actions"]
    assert refusal(lambda: hall.door.nominate(session_id)).code == "exam.wrong_state"
    hall.work_off()
    assert hall.statuses([late, later, last]) == [
        "on_final_list",
        "preliminarily_approved",
        "preliminarily_approved",
    ]


def test_confirming_twice_is_one_answer(hall: Hall) -> None:
    session_id, (sitter,) = hall.nominated(1)
    version = hall.seen(sitter)["version"]
    stale = refusal(lambda: hall.of(sitter).confirm_attendance(sitter.number, version=version - 1))
    assert stale.code == "conflict.stale"
    first = hall.of(sitter).confirm_attendance(sitter.number, version=version)
    assert (first["status"], first["allowed_actions"]) == ("attendance_confirmed", ["withdraw", "print"])
    assert first["exam"] == {
        "session_id": session_id,
        "held_at": "2026-12-10T06:00:00.000Z",
        "place_ar": "قاعة التدريب",
        "place_en": "Training hall",
        "confirm_until": None,
        "waiting_position": None,
        "outcome": None,
        "score": None,
    }
    assert hall.of(sitter).confirm_attendance(sitter.number, version=version) == first
    assert hall.told(sitter) == ["candidate_nominated", "attendance_confirmed"]
    hall.door.close_exam_session(session_id)
    assert hall.of(sitter).confirm_attendance(sitter.number)["status"] == "on_final_list"


def test_who_has_no_seat_cannot_confirm_and_is_told_his_place(hall: Hall) -> None:
    _session_id, sitters = hall.nominated(4, seats=1)

    def asked(n: int) -> tuple[str, Any]:
        error = refusal(lambda: hall.of(sitters[n]).confirm_attendance(sitters[n].number))
        return error.code, error.facts

    assert asked(3) == ("exam.no_seat", {"waiting_position": 3})
    hall.of(sitters[1]).withdraw(sitters[1].number)
    assert asked(3) == ("exam.no_seat", {"waiting_position": 2})
    assert hall.seen(sitters[2])["exam"]["waiting_position"] == 1
    assert asked(1)[0] == "exam.not_nominated"
    fresh, sent = hall.approved()[0], applicant()
    assert refusal(lambda: hall.of(fresh).confirm_attendance(fresh.number)).code == "exam.not_nominated"
    number = hall.bureau.sent(sent)
    assert refusal(lambda: hall.bureau.door(sent).confirm_attendance(number)).code == "exam.not_nominated"


def test_twenty_confirm_at_once_and_five_have_seats(hall: Hall) -> None:
    session_id, sitters = hall.nominated(20)
    assert Counter(hall.statuses(sitters)) == {"nominated": 5, "waiting_listed": 15}
    answers = together(20, lambda n: hall.of(sitters[n]).confirm_attendance(sitters[n].number))
    assert [answer["status"] for answer in answers[:5]] == ["attendance_confirmed"] * 5
    refused = [(answer.code, answer.facts["waiting_position"]) for answer in answers[5:]]
    assert refused == [("exam.no_seat", place) for place in range(1, 16)]
    seats = [line["seat"] for line in hall.lines(session_id)]
    assert seats == [1, 2, 3, 4, 5] + [None] * 15


def test_nominated_twice_at_once_is_once(hall: Hall) -> None:
    sitters = hall.approved(6)
    ids = [hall.published(seats=4), hall.published(seats=4)]
    answers = together(8, lambda n: hall.bureau.door(hall.examiner).nominate(ids[n % 2]))
    assert not [answer for answer in answers if isinstance(answer, PortalError)]
    places = hall.bureau.rows("SELECT request_id, count(*) FROM candidate GROUP BY request_id")
    assert [count for _request, count in places] == [1] * 6
    assert [hall.told(each) for each in sitters] == [["candidate_nominated"]] * 4 + [
        ["candidate_wait_listed"]
    ] * 2
    named = hall.approved(2)
    numbers = [each.number for each in named]
    answers = together(6, lambda n: hall.bureau.door(hall.examiner).nominate(ids[n % 2], numbers=numbers))
    codes = [answer.code for answer in answers if isinstance(answer, PortalError)]
    assert codes == ["exam.not_nominable"] * 5


@pytest.mark.parametrize("_round", range(20))
def test_the_last_seat_goes_to_one_of_two(hall: Hall, _round: int) -> None:
    first, second, third = hall.approved(3)
    session_id = hall.published(seats=1)

    def act(n: int) -> Any:
        if n < 2:
            number = (first, second)[n].number
            return hall.bureau.door(hall.examiner).nominate(session_id, numbers=[number])
        return hall.bureau.door(hall.second).nominate(session_id, numbers=[third.number])

    assert not [each for each in together(3, act) if isinstance(each, PortalError)]
    assert sorted(hall.statuses([first, second, third])) == ["nominated", "waiting_listed", "waiting_listed"]
    assert sorted(line["waiting_position"] or 0 for line in hall.lines(session_id)) == [0, 1, 2]
    assert [line["position"] for line in hall.lines(session_id)] == [1, 2, 3]


@pytest.mark.parametrize("step", ["withdraw", "confirm_attendance"])
@pytest.mark.parametrize("came_from", ["nowhere", "another session"])
def test_who_comes_into_a_session_meanwhile_is_asked_again(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, step: str, came_from: str
) -> None:
    sitter, first, session_id = hall.approved()[0], hall.published(), hall.published(seats=1)
    target = "requests.lock_visible"
    if came_from == "another session":
        hall.door.nominate(first)
        target = "exams.lock_session"
    _before(monkeypatch, f"services.requests.store.{target}", lambda: _change(hall, first, session_id))
    call = getattr(hall.of(sitter), step)
    assert refusal(lambda: call(sitter.number)).code == "conflict.stale"
    assert hall.status(sitter) == "nominated"
    call(sitter.number)
    taken = [line["seat"] for line in hall.lines(session_id)]
    assert taken == ([None] if step == "withdraw" else [1])


def _change(hall: Hall, first: str, second: str) -> None:
    hall.bureau.door(hall.second).cancel_exam_session(first)
    hall.bureau.door(hall.second).nominate(second)


def _before(monkeypatch: pytest.MonkeyPatch, target: str, happens: Callable[[], None]) -> None:
    """Let something happen just before the next call of a function."""
    module, _, name = target.rpartition(".")
    original = getattr(importlib.import_module(module), name)

    def first_something(*arguments: Any) -> Any:
        monkeypatch.setattr(target, original)
        happens()
        return original(*arguments)

    monkeypatch.setattr(target, first_something)


def test_the_database_keeps_one_seat_for_one(hall: Hall) -> None:
    _session_id, _sitters = hall.nominated(3, seats=2)
    with pytest.raises(IntegrityError, match="uq_candidate_seat"):
        hall.bureau.run("UPDATE candidate SET seat = 1 WHERE position = 2")
    add = "INSERT INTO candidate (session_id, request_id, position, code) SELECT :s, request_id, 9, 'x'"
    other = hall.published()
    with pytest.raises(IntegrityError, match="uq_candidate_present"):
        hall.bureau.run(f"{add} FROM candidate WHERE position = 3", s=other)
    with pytest.raises(IntegrityError, match="confirmed_before_held"):
        hall.bureau.run("UPDATE exam_session SET confirm_until = :m", m=HELD_AT)
