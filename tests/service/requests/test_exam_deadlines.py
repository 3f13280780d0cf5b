"""Deadlines: who does not confirm loses the seat to the next; the final list holds only who confirmed."""

from datetime import timedelta
from functools import partial

import pytest

from chassis.errors import PortalError
from tests.service.requests.conftest import Bureau, Hands, refusal, together
from tests.service.requests.hall import A_MOMENT, DEADLINE, HELD_AT, LAST, Hall, Sitter, at


@pytest.fixture(name="hall")
def _hall(bureau: Bureau, hands: Hands) -> Hall:
    return Hall(bureau, hands)


def refused(hall: Hall, sitter: Sitter) -> str:
    """Why the candidate cannot confirm."""
    return refusal(partial(hall.of(sitter).confirm_attendance, sitter.number)).code


def test_a_missed_confirmation_moves_the_next_in_and_tells_both(hall: Hall) -> None:
    session_id, (came, late, following, last) = hall.nominated(4, seats=2)
    hall.confirm(came)
    hall.hands.set(DEADLINE - A_MOMENT)
    assert hall.work_off() == 0
    hall.hands.set(DEADLINE)
    assert hall.work_off() == 1
    assert hall.statuses([came, late, following, last]) == [
        "attendance_confirmed",
        "lapsed",
        "nominated",
        "waiting_listed",
    ]
    assert hall.told(late) == ["candidate_nominated", "request_lapsed"]
    assert hall.last_news(late)["data"]["cause"] == "confirmation"
    assert hall.told(following) == ["candidate_wait_listed", "seat_offered"]
    assert hall.last_news(following)["data"]["confirm_until"] == "2026-12-09T21:00:00+00:00"
    seen = hall.seen(following)["exam"]
    assert (seen["confirm_until"], seen["waiting_position"]) == ("2026-12-09T21:00:00.000Z", None)
    assert hall.seen(last)["exam"]["waiting_position"] == 1
    assert (hall.seen(late)["exam"], hall.seen(late)["allowed_actions"]) == (None, ["print"])
    assert [line["seat"] for line in hall.lines(session_id)] == [1, None, 2, None]
    counts = hall.session(session_id)["counts"]
    assert (counts["candidates"], counts["lapsed"], counts["nominated"]) == (4, 1, 1)
    assert hall.seen(late)["status_history"][-1]["by_role"] == "system"
    assert refused(hall, late) == "exam.confirmation_closed"
    hall.confirm(following)


def test_the_deadline_holds_also_before_anybody_looked(hall: Hall) -> None:
    session_id, (seated, following, waiting) = hall.nominated(3, seats=1)
    hall.hands.set(DEADLINE)
    assert refused(hall, seated) == "exam.confirmation_closed"
    assert hall.seen(seated)["allowed_actions"] == ["withdraw", "print"]
    assert refused(hall, waiting) == "exam.no_seat"
    hall.confirm(following)  # the seat was his from that moment on
    assert hall.told(seated)[-1] == "request_lapsed"
    hall.hands.set(LAST)
    assert [refused(hall, each) for each in (seated, waiting)] == ["exam.confirmation_closed"] * 2
    hall.work_off()
    assert hall.session(session_id)["state"] == "closed"
    sitters = [seated, following, waiting]
    assert hall.statuses(sitters) == ["lapsed", "on_final_list", "preliminarily_approved"]
    assert [refused(hall, each) for each in (seated, waiting)] == ["exam.confirmation_closed"] * 2


def test_a_seat_has_a_deadline_of_its_own(hall: Hall) -> None:
    _session_id, (sitter,) = hall.nominated(1)
    hall.bureau.run("UPDATE candidate SET confirm_until = :m", m=DEADLINE - timedelta(days=1))
    hall.hands.set(DEADLINE - timedelta(days=1) - A_MOMENT)
    assert hall.seen(sitter)["allowed_actions"] == ["confirm_attendance", "withdraw", "print"]
    hall.hands.pass_by(seconds=1)
    assert refused(hall, sitter) == "exam.confirmation_closed"
    assert hall.seen(sitter)["allowed_actions"] == ["withdraw", "print"]


def test_a_withdrawal_frees_the_seat_at_once(hall: Hall) -> None:
    session_id, sitters = hall.nominated(4, seats=1)
    hall.confirm(sitters[0])
    hall.of(sitters[0]).withdraw(sitters[0].number, reason="مسافر")
    assert hall.statuses(sitters) == ["withdrawn", "nominated", "waiting_listed", "waiting_listed"]
    assert hall.last_news(sitters[1])["name"] == "requests.seat_offered"
    assert hall.last_news(sitters[1])["data"]["confirm_until"] == "2026-12-07T11:30:00+00:00"
    hall.of(sitters[2]).withdraw(sitters[2].number)
    assert hall.seen(sitters[3])["exam"]["waiting_position"] == 1
    hall.confirm(sitters[1])
    hall.hands.set(LAST - A_MOMENT)
    hall.of(sitters[1]).withdraw(sitters[1].number)
    assert hall.status(sitters[3]) == "nominated"
    hall.hands.set(LAST)
    late = refusal(lambda: hall.of(sitters[3]).withdraw(sitters[3].number))
    assert (late.code, late.facts) == ("request.already_ended", {"status": "lapsed"})
    hall.work_off()
    session = hall.session(session_id)
    assert (session["state"], session["counts"]["withdrawn"]) == ("closed", 3)
    assert (session["counts"]["on_final_list"], session["counts"]["lapsed"]) == (0, 1)


def test_after_the_last_deadline_nobody_leaves_and_nobody_comes(hall: Hall) -> None:
    _session_id, (first, second) = hall.nominated(2, seats=1)
    hall.confirm(first)
    hall.hands.set(LAST)
    assert refusal(lambda: hall.of(first).withdraw(first.number)).code == "exam.wrong_state"
    assert hall.status(second) == "waiting_listed"
    hall.work_off()
    assert hall.status(first) == "on_final_list"
    assert hall.told(second) == ["candidate_wait_listed", "candidate_not_seated"]
    assert (hall.status(second), hall.seen(second)["exam"]) == ("preliminarily_approved", None)


def test_closed_by_hand_only_who_confirmed_is_listed(hall: Hall) -> None:
    session_id, (came, unsure, waiting) = hall.nominated(3, seats=2)
    hall.confirm(came)
    session = hall.door.close_exam_session(session_id, version=hall.session(session_id)["version"])
    assert (session["state"], session["closed_at"]) == ("closed", session["announced_at"])
    assert hall.statuses([came, unsure, waiting]) == ["on_final_list", *["preliminarily_approved"] * 2]
    assert hall.told(came) == ["candidate_nominated", "attendance_confirmed", "candidate_listed"]
    assert hall.told(unsure)[-1] == hall.told(waiting)[-1] == "candidate_not_seated"
    assert [refused(hall, each) for each in (unsure, waiting)] == ["exam.confirmation_closed"] * 2
    assert session["counts"]["candidates"] == 3
    again = refusal(lambda: hall.door.close_exam_session(session_id))
    assert (again.code, again.facts) == ("exam.wrong_state", {"state": "closed"})
    hall.hands.set(DEADLINE)
    assert hall.work_off() == 0
    elsewhere = hall.published(held_at=at("2026-12-31 09:00").isoformat())
    lines = hall.door.nominate(elsewhere)["items"]
    assert [line["number"] for line in lines] == [unsure.number, waiting.number]
    assert [line["number"] for line in hall.lines(session_id)] == [came.number]
    assert hall.session(session_id)["counts"]["candidates"] == 1


def test_closed_by_hand_after_the_deadline_the_unconfirmed_lapse(hall: Hall) -> None:
    session_id, (came, late, following, waiting) = hall.nominated(4, seats=2)
    hall.confirm(came)
    hall.hands.set(DEADLINE)
    hall.door.close_exam_session(session_id)
    sitters = [came, late, following, waiting]
    assert hall.statuses(sitters) == ["on_final_list", "lapsed", *["preliminarily_approved"] * 2]


def test_it_closes_itself_when_no_deadline_is_ahead(hall: Hall) -> None:
    session_id, sitters = hall.nominated(3, seats=2)
    hall.confirm(*sitters[:2])
    hall.hands.set(DEADLINE)
    hall.work_off()
    assert hall.session(session_id)["state"] == "published"  # somebody waits, and a seat may fall free
    hall.hands.set(LAST)
    hall.work_off()
    assert hall.session(session_id)["state"] == "closed"
    assert hall.statuses(sitters) == ["on_final_list", "on_final_list", "preliminarily_approved"]
    everybody = hall.published(held_at=at("2026-12-24 09:00").isoformat())
    hall.door.nominate(everybody)
    hall.confirm(sitters[2])
    hall.hands.set(at("2026-12-21 14:30"))
    hall.work_off()
    assert (hall.session(everybody)["state"], hall.status(sitters[2])) == ("closed", "on_final_list")
    assert hall.session(everybody)["counts"]["on_final_list"] == 1


def test_the_unconfirmed_of_the_last_day_lapse_with_it(hall: Hall) -> None:
    session_id, (first, second, third) = hall.nominated(3, seats=1)
    hall.hands.set(DEADLINE)
    hall.work_off()
    hall.confirm(second)
    hall.of(second).withdraw(second.number)
    hall.hands.set(LAST)
    hall.work_off()
    assert hall.statuses([first, second, third]) == ["lapsed", "withdrawn", "lapsed"]
    session = hall.session(session_id)
    assert (session["state"], session["counts"]["on_final_list"]) == ("closed", 0)
    listed = hall.door.order_exam_paper(session_id, "final_list")
    assert listed["order"]


def test_a_session_with_nobody_closes_and_ends_too(hall: Hall) -> None:
    session_id = hall.published()
    hall.hands.set(DEADLINE)
    hall.work_off()
    assert hall.session(session_id)["state"] == "published"
    hall.hands.set(LAST)
    hall.work_off()
    assert hall.session(session_id)["state"] == "closed"
    hall.hands.set(HELD_AT)
    assert hall.door.enter_results(session_id, [])["state"] == "results_entered"
    hall.bureau.door(hall.second).confirm_results(session_id, [])
    assert hall.door.publish_results(session_id)["state"] == "results_published"


def test_a_clock_that_jumps_over_every_deadline_lands_in_the_same_place(hall: Hall) -> None:
    session_id, (came, late, waiting) = hall.nominated(3, seats=2)
    hall.confirm(came)
    hall.hands.set(HELD_AT)
    assert hall.session(session_id)["allowed_actions"] == []
    assert hall.work_off() == 1
    assert hall.statuses([came, late, waiting]) == ["on_final_list", "lapsed", "preliminarily_approved"]
    assert "enter_results" in hall.session(session_id)["allowed_actions"]


def test_the_job_does_it_once(hall: Hall) -> None:
    session_id, sitters = hall.nominated(6, seats=2)
    hall.hands.set(DEADLINE)
    assert [hall.work_off() for _ in range(3)] == [1, 0, 0]
    version = hall.session(session_id)["version"]
    assert not [e for e in together(4, lambda _: hall.look_at(session_id)) if isinstance(e, PortalError)]
    assert hall.session(session_id)["version"] == version
    assert hall.statuses(sitters) == ["lapsed"] * 2 + ["nominated"] * 2 + ["waiting_listed"] * 2
    hall.hands.set(LAST)
    assert not [e for e in together(4, lambda _: hall.look_at(session_id)) if isinstance(e, PortalError)]
    assert hall.statuses(sitters) == ["lapsed"] * 4 + ["preliminarily_approved"] * 2
    assert [hall.told(each) for each in sitters] == [
        *[["candidate_nominated", "request_lapsed"]] * 2,
        *[["candidate_wait_listed", "seat_offered", "request_lapsed"]] * 2,
        *[["candidate_wait_listed", "candidate_not_seated"]] * 2,
    ]
    assert hall.work_off() == 0


@pytest.mark.parametrize("_round", range(5))
def test_confirming_and_looking_at_once_agree(hall: Hall, _round: int) -> None:
    session_id, sitters = hall.nominated(5, seats=4)
    hall.hands.set(DEADLINE - A_MOMENT)

    def act(n: int) -> object:
        if n == 4:
            hall.hands.set(DEADLINE)
            hall.look_at(session_id)
            return None
        return hall.of(sitters[n]).confirm_attendance(sitters[n].number)

    answers = together(5, act)
    codes = {each.code for each in answers if isinstance(each, PortalError)}
    assert codes <= {"exam.confirmation_closed"}
    for sitter, answer in zip(sitters[:4], answers, strict=False):
        expected = "lapsed" if isinstance(answer, PortalError) else "attendance_confirmed"
        assert hall.status(sitter) == expected
    seats = [line["seat"] for line in hall.lines(session_id) if line["seat"]]
    assert len(seats) == len(set(seats)) <= 4


@pytest.mark.parametrize(("days", "blocked"), [(0, True), (89, True), (90, False)])
def test_a_lapse_counts_from_the_date_of_the_exam(hall: Hall, days: int, blocked: bool) -> None:
    _session_id, (sitter,) = hall.nominated(1)
    hall.hands.set(DEADLINE)
    hall.work_off()
    hall.hands.set(at("2026-12-10 23:00") + timedelta(days=days))
    if blocked:
        error = refusal(lambda: hall.of(sitter).open_request(service_type="broker_exam"))
        assert error.code == "exam.already_requested"
    else:
        assert hall.of(sitter).open_request(service_type="broker_exam")["status"] == "draft"


def test_who_withdrew_may_ask_again_at_once(hall: Hall) -> None:
    _session_id, (sitter,) = hall.nominated(1)
    hall.of(sitter).withdraw(sitter.number)
    assert hall.bureau.sent(sitter.person)
