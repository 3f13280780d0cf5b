"""Changes after the announcement: another date asks anew, another place is told, seats go up and down, cancelled."""

from functools import partial
from typing import Any

import pytest

from tests.service.requests.conftest import Bureau, Hands, faults, refusal
from tests.service.requests.hall import A_MOMENT, DEADLINE, HELD_AT, LAST, Hall, Sitter, at

LATER = at("2026-12-31 10:00")
NEW_DEADLINE = "2026-12-28T11:30:00+00:00"


@pytest.fixture(name="hall")
def _hall(bureau: Bureau, hands: Hands) -> Hall:
    return Hall(bureau, hands)


def moved(hall: Hall, sitter: Sitter) -> dict[str, Any]:
    """What the candidate was told of the move."""
    news = hall.last_news(sitter)
    assert news["name"] == "requests.exam_moved"
    assert news["recipients"] == [sitter.person.id]
    return news["data"]


def test_another_date_asks_everybody_anew(hall: Hall) -> None:
    session_id, (came, unsure, waiting) = hall.nominated(3, seats=2)
    hall.confirm(came)
    gone = hall.approved()[0]
    hall.door.nominate(session_id)
    hall.of(gone).withdraw(gone.number)
    told = len(hall.told(gone))
    session = hall.change(session_id, held_at=LATER.isoformat())
    assert (session["state"], session["confirm_until"]) == ("published", "2026-12-28T11:30:00.000Z")
    assert hall.statuses([came, unsure, waiting]) == ["nominated", "nominated", "waiting_listed"]
    for each in (came, unsure):
        assert moved(hall, each)["confirm_until"] == NEW_DEADLINE
        assert moved(hall, each)["held_at"] == "2026-12-31T07:00:00+00:00"
        assert hall.seen(each)["exam"]["confirm_until"] == "2026-12-28T11:30:00.000Z"
    assert moved(hall, waiting)["confirm_until"] is None
    assert len(hall.told(gone)) == told
    hall.hands.set(DEADLINE)
    assert hall.work_off() == 0
    hall.confirm(came)
    hall.hands.set(at("2026-12-28 14:30"))
    hall.work_off()
    assert hall.statuses([came, unsure, waiting]) == ["attendance_confirmed", "lapsed", "nominated"]
    assert hall.bureau.scalar("SELECT exam_on::text FROM service_request WHERE status = 'lapsed'") == (
        "2026-12-31"
    )


def test_another_place_is_told_and_confirmations_stand(hall: Hall) -> None:
    session_id, (came, unsure, waiting) = hall.nominated(3, seats=2)
    hall.confirm(came)
    hall.change(session_id, place_ar="مبنى الجمارك", place_en="Customs building")
    assert hall.statuses([came, unsure, waiting]) == ["attendance_confirmed", "nominated", "waiting_listed"]
    for each in (came, unsure, waiting):
        assert moved(hall, each)["place"] == {"ar": "مبنى الجمارك", "en": "Customs building"}
        assert moved(hall, each)["confirm_until"] is None
        assert hall.seen(each)["exam"]["place_en"] == "Customs building"
    hall.door.close_exam_session(session_id)
    hall.change(session_id, place_en="Port")
    assert (moved(hall, came)["place"]["en"], hall.status(came)) == ("Port", "on_final_list")
    assert hall.slip(came)["place"]["en"] == "Port"
    assert hall.last_news(waiting)["name"] == "requests.candidate_not_seated"


def test_nothing_new_is_told_to_nobody(hall: Hall) -> None:
    session_id, (sitter, _other) = hall.nominated(2)
    told = len(hall.told(sitter))
    hall.change(session_id, held_at=HELD_AT.isoformat(), place_en="Training hall", seats=5)
    assert len(hall.told(sitter)) == told


def test_a_final_list_is_opened_again_by_another_date(hall: Hall) -> None:
    session_id, (first, second) = hall.closed(2, seats=2)
    late = hall.approved()[0]
    for change in ({"seats": 9}, {"confirm_until": at("2026-12-09 12:00").isoformat()}):
        wrong = refusal(partial(hall.change, session_id, **change))
        assert (wrong.code, wrong.facts) == ("exam.wrong_state", {"state": "closed"})
    code = hall.code(first)
    hall.hands.set(at("2026-12-10 08:00"))
    hall.door.record_attendance(session_id, code)
    session = hall.change(session_id, held_at=LATER.isoformat(), seats=3)
    assert (session["state"], session["closed_at"]) == ("published", None)
    assert session["counts"]["attended"] == 0
    assert hall.statuses([first, second]) == ["nominated", "nominated"]
    assert hall.seen(first)["steps"][3]["state"] == "now"
    assert refusal(lambda: hall.slip(first)).code == "exam.not_on_final_list"
    assert refusal(lambda: hall.door.order_exam_paper(session_id, "final_list")).code == "exam.wrong_state"
    hall.door.nominate(session_id)
    hall.confirm(first, late)
    hall.door.close_exam_session(session_id)
    assert hall.statuses([first, second, late]) == [
        "on_final_list",
        "preliminarily_approved",
        "on_final_list",
    ]


def test_who_was_left_out_comes_in_again_and_is_shown_once(hall: Hall) -> None:
    session_id, (seated, waiting) = hall.nominated(2, seats=1)
    hall.confirm(seated)
    hall.door.close_exam_session(session_id)
    hall.change(session_id, held_at=LATER.isoformat(), seats=2)
    hall.door.nominate(session_id)
    assert hall.statuses([seated, waiting]) == ["nominated", "nominated"]
    lines = hall.lines(session_id)
    assert [(line["number"], line["position"]) for line in lines] == [(seated.number, 1), (waiting.number, 3)]
    counts = hall.session(session_id)["counts"]
    assert (counts["candidates"], counts["nominated"]) == (2, 2)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"held_at": "2026-11-22T05:00:00Z"}, {"/held_at": "exam.held_in_past"}),
        ({"held_at": "2026-11-24T05:00:00Z"}, {"/confirm_until": "exam.confirm_until_past"}),
        ({"confirm_until": HELD_AT.isoformat()}, {"/confirm_until": "exam.confirm_until_too_late"}),
        ({"confirm_until": "2026-11-22T05:00:00Z"}, {"/confirm_until": "exam.confirm_until_past"}),
        ({"seats": 0}, {"/seats": "field.out_of_range"}),
        ({"place_ar": None}, {"/place_ar": "field.required"}),
        ({"broker_type": "representative"}, {"/broker_type": "field.unknown"}),
    ],
)
def test_a_change_that_will_not_do_changes_nothing(
    hall: Hall, changes: dict[str, Any], found: dict[str, str]
) -> None:
    session_id, (sitter,) = hall.nominated(1)
    before = hall.session(session_id)
    assert faults(lambda: hall.change(session_id, **changes)) == found
    assert hall.session(session_id) == before
    assert hall.told(sitter) == ["candidate_nominated"]


def test_more_seats_bring_the_next_in(hall: Hall) -> None:
    session_id, sitters = hall.nominated(4, seats=1)
    hall.change(session_id, seats=3)
    assert hall.statuses(sitters) == ["nominated"] * 3 + ["waiting_listed"]
    assert [hall.told(each)[-1] for each in sitters[1:3]] == ["seat_offered"] * 2
    assert hall.seen(sitters[3])["exam"]["waiting_position"] == 1


def test_nobody_loses_a_seat_by_a_smaller_hall(hall: Hall) -> None:
    session_id, sitters = hall.nominated(4, seats=4)
    refused = refusal(lambda: hall.change(session_id, seats=3))
    assert [(f.pointer, f.code, f.facts["minimum"]) for f in refused.faults] == [
        ("/seats", "field.out_of_range", 4)
    ]
    hall.confirm(sitters[3])
    hall.of(sitters[0]).withdraw(sitters[0].number)
    hall.of(sitters[1]).withdraw(sitters[1].number)
    hall.change(session_id, seats=2)
    assert [line["seat"] for line in hall.lines(session_id)] == [None, None, 1, 2]
    assert hall.statuses(sitters[2:]) == ["nominated", "attendance_confirmed"]
    extra = hall.approved()[0]
    hall.door.nominate(session_id)
    assert hall.seen(extra)["exam"]["waiting_position"] == 1


def test_another_deadline_alone_holds_for_who_was_given_it(hall: Hall) -> None:
    session_id, (came, unsure, waiting) = hall.nominated(3, seats=2)
    hall.confirm(came)
    hall.change(session_id, confirm_until=at("2026-12-08 12:00").isoformat())
    assert moved(hall, unsure)["confirm_until"] == "2026-12-08T09:00:00+00:00"
    assert hall.status(came) == "attendance_confirmed"
    assert hall.last_news(came)["name"] == "requests.attendance_confirmed"
    hall.hands.set(at("2026-12-08 12:00"))
    hall.work_off()
    assert hall.statuses([came, unsure, waiting]) == ["attendance_confirmed", "lapsed", "nominated"]
    hall.change(session_id, confirm_until=at("2026-12-08 15:00").isoformat())
    assert hall.seen(waiting)["exam"]["confirm_until"] == "2026-12-09T21:00:00.000Z"
    hall.hands.set(at("2026-12-08 16:00"))
    hall.work_off()
    assert hall.status(waiting) == "nominated"


def test_a_change_does_not_put_off_a_deadline_that_has_come(hall: Hall) -> None:
    session_id, (late, waiting) = hall.nominated(2, seats=1)
    hall.hands.set(DEADLINE)
    hall.change(session_id, confirm_until=at("2026-12-08 12:00").isoformat())
    assert hall.statuses([late, waiting]) == ["lapsed", "nominated"]
    assert hall.seen(waiting)["exam"]["confirm_until"] == "2026-12-09T21:00:00.000Z"
    assert hall.seen(waiting)["status_history"][-1]["by_role"] == "system"


def test_cancelled_everybody_keeps_the_approval_and_is_told(hall: Hall) -> None:
    session_id, (came, unsure, waiting, late) = hall.nominated(4, seats=2)
    hall.confirm(came)
    hall.of(late).withdraw(late.number)
    session = hall.door.cancel_exam_session(session_id)
    assert (session["state"], session["allowed_actions"]) == ("cancelled", [])
    assert hall.statuses([came, unsure, waiting, late]) == ["preliminarily_approved"] * 3 + ["withdrawn"]
    for each in (came, unsure, waiting):
        assert (hall.told(each)[-1], hall.seen(each)["exam"]) == ("exam_cancelled", None)
    assert hall.told(late)[-1] == "request_withdrawn"
    assert refusal(lambda: hall.of(came).confirm_attendance(came.number)).code == "exam.confirmation_closed"
    for call in (
        hall.door.cancel_exam_session,
        hall.door.close_exam_session,
        hall.door.publish_exam_session,
        lambda key: hall.change(key, seats=3),
        lambda key: hall.door.order_exam_paper(key, "attendance_sheet"),
    ):
        assert refusal(partial(call, session_id)).facts == {"state": "cancelled"}
    hall.door.nominate(hall.published(seats=2))
    assert hall.statuses([came, unsure, waiting]) == ["nominated", "nominated", "waiting_listed"]


def test_a_final_list_may_be_cancelled_until_the_exam_begins(hall: Hall) -> None:
    session_id, (sitter,) = hall.closed(1)
    hall.hands.set(HELD_AT - A_MOMENT)
    hall.door.cancel_exam_session(session_id)
    assert (hall.status(sitter), hall.told(sitter)[-1]) == ("preliminarily_approved", "exam_cancelled")
    assert hall.bureau.scalar("SELECT exam_on FROM service_request") is None


@pytest.mark.parametrize("is_closed", [True, False])
def test_nothing_changes_after_the_exam_began(hall: Hall, is_closed: bool) -> None:
    session_id, (sitter,) = hall.closed(1) if is_closed else hall.nominated(1)
    hall.hands.set(HELD_AT)
    state = {"state": "closed"}  # by itself, also when nobody looked since
    for call in (
        lambda: hall.change(session_id, place_en="Port"),
        lambda: hall.change(session_id, held_at=LATER.isoformat()),
        lambda: hall.door.cancel_exam_session(session_id),
        lambda: hall.door.close_exam_session(session_id),
    ):
        assert refusal(call).facts == state
    assert refusal(lambda: hall.door.nominate(session_id)).facts == state
    hall.work_off()
    assert hall.status(sitter) == ("on_final_list" if is_closed else "lapsed")


def test_withdrawal_until_the_final_list(hall: Hall) -> None:
    session_id, sitters = hall.nominated(4, seats=2)
    hall.confirm(*sitters[:2])
    hall.of(sitters[0]).withdraw(sitters[0].number)
    hall.confirm(sitters[2])
    hall.hands.set(LAST - A_MOMENT)
    hall.door.close_exam_session(session_id)
    for each in sitters[1:3]:
        assert hall.seen(each)["allowed_actions"] == ["admission_slip", "print"]
        refused = refusal(partial(hall.of(each).withdraw, each.number))
        assert (refused.code, refused.facts) == ("exam.wrong_state", {"status": "on_final_list"})
    assert hall.of(sitters[3]).withdraw(sitters[3].number)["status"] == "withdrawn"
    assert hall.bureau.sent(sitters[3].person)
