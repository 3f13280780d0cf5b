"""The exam hall's own rules: what may be done to a session when, its deadlines, lists of results."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.clock import KUWAIT, local_date
from chassis.errors import Conflict, Invalid
from services.requests import reference
from services.requests.catalog import catalog
from services.requests.domain import exam
from services.requests.domain.exam import Hall, Outcome, Result, SessionState, Step
from services.requests.domain.life import ENDED, Action, Status, next_status

DEFINITION = catalog().get("broker_exam").definition
HELD_AT = datetime(2026, 12, 10, 9, 0, tzinfo=KUWAIT)
LAST = datetime(2026, 12, 10, 0, 0, tzinfo=KUWAIT)
UNTIL = datetime(2026, 12, 7, 14, 30, tzinfo=KUWAIT)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=KUWAIT)
A_MOMENT = timedelta(microseconds=1)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(KUWAIT))


def test_every_state_has_its_words_and_a_way_to_it() -> None:
    assert set(reference.exam_states()) == {state.value for state in SessionState}
    reached = {SessionState.DRAFT} | set(exam.STEPS.values())
    assert reached == set(SessionState)


@pytest.mark.parametrize("state", [SessionState.RESULTS_PUBLISHED, SessionState.CANCELLED])
def test_nothing_leads_out_of_an_end(state: SessionState) -> None:
    for step in Step:
        with pytest.raises(Conflict) as refusal:
            exam.next_state(step, state)
        assert (refusal.value.code, refusal.value.facts) == ("exam.wrong_state", {"state": state.value})
    assert exam.possible_steps(state, HELD_AT, NOW) == []


def test_results_come_only_by_two_hands() -> None:
    def before(state: SessionState) -> set[SessionState]:
        return {came_from for (_step, came_from), leads in exam.STEPS.items() if leads is state}

    assert before(SessionState.RESULTS_PUBLISHED) == {SessionState.RESULTS_CONFIRMED}
    assert before(SessionState.RESULTS_CONFIRMED) == {SessionState.RESULTS_ENTERED}
    assert exam.next_state(Step.ENTER_RESULTS, SessionState.RESULTS_CONFIRMED) is SessionState.RESULTS_ENTERED


@pytest.mark.parametrize(
    ("state", "now", "steps"),
    [
        ("draft", NOW, "change publish cancel"),
        ("draft", HELD_AT, "change cancel"),
        ("published", NOW, "change nominate close cancel"),
        ("published", LAST, "change close cancel"),
        ("published", HELD_AT, ""),
        ("closed", NOW, "change cancel"),
        ("closed", LAST, "change cancel record_attendance"),
        ("closed", HELD_AT, "record_attendance enter_results"),
        ("closed", HELD_AT + timedelta(days=1), "enter_results"),
        ("results_entered", HELD_AT, "record_attendance enter_results confirm_results"),
        ("results_confirmed", HELD_AT + timedelta(days=9), "enter_results publish_results"),
    ],
)
def test_what_is_offered_when(state: str, now: datetime, steps: str) -> None:
    offered = exam.possible_steps(SessionState(state), HELD_AT, now)
    assert [step.value for step in offered] == steps.split()


@pytest.mark.parametrize(
    ("held_at", "until", "now", "fault"),
    [
        (HELD_AT, UNTIL, NOW, None),
        (NOW, UNTIL, NOW, ("/held_at", "exam.held_in_past")),
        (HELD_AT, HELD_AT, NOW, ("/confirm_until", "exam.confirm_until_too_late")),
        (HELD_AT, LAST, NOW, ("/confirm_until", "exam.confirm_until_too_late")),
        (HELD_AT, LAST - A_MOMENT, NOW, None),
        (LAST, LAST, NOW, ("/confirm_until", "exam.confirm_until_too_late")),
        (HELD_AT, UNTIL, UNTIL, ("/confirm_until", "exam.confirm_until_past")),
        (HELD_AT, UNTIL, UNTIL - A_MOMENT, None),
    ],
)
def test_what_is_wrong_with_the_moments(
    held_at: datetime, until: datetime, now: datetime, fault: tuple[str, str] | None
) -> None:
    found = [(each.pointer, each.code) for each in exam.deadline_faults(held_at, until, now)]
    assert found == ([fault] if fault else [])


@given(held_at=MOMENTS, until=MOMENTS, now=MOMENTS)
def test_moments_that_will_do_are_in_order(held_at: datetime, until: datetime, now: datetime) -> None:
    in_order = now < until < exam.last_moment(held_at) <= held_at
    assert (exam.deadline_faults(held_at, until, now) == []) == in_order


def test_the_third_working_day_before() -> None:
    assert exam.usual_confirm_day(HELD_AT, ()) == date(2026, 12, 7)
    assert exam.usual_confirm_day(HELD_AT, {date(2026, 12, 8)}) == date(2026, 12, 6)
    assert exam.usual_confirm_day(HELD_AT, {date(2026, 12, 7), date(2026, 12, 8)}) == date(2026, 12, 3)
    late = datetime.fromisoformat("2026-12-09T22:00:00+00:00")  # the tenth in Kuwait
    assert exam.usual_confirm_day(late, ()) == date(2026, 12, 7)


def test_a_seat_is_offered_until_the_day_before_the_exam_ends() -> None:
    assert exam.last_moment(HELD_AT) == LAST
    assert exam.deadline_of_nominee(UNTIL, HELD_AT, NOW) == UNTIL
    assert exam.deadline_of_nominee(UNTIL, HELD_AT, UNTIL) == LAST
    assert exam.deadline_of_nominee(UNTIL, HELD_AT, LAST - A_MOMENT) == LAST
    assert exam.deadline_of_nominee(UNTIL, HELD_AT, LAST) is None
    assert exam.next_look(UNTIL, HELD_AT, UNTIL - A_MOMENT) == UNTIL
    assert exam.next_look(UNTIL, HELD_AT, UNTIL) == LAST


@pytest.mark.parametrize(
    ("hall", "now", "closes"),
    [
        (Hall(5, 0, 0), UNTIL - A_MOMENT, False),
        (Hall(5, 0, 0), UNTIL, True),
        (Hall(5, 1, 0), UNTIL, False),
        (Hall(5, 0, 1), UNTIL, False),
        (Hall(0, 0, 0), UNTIL, False),  # who is nominated now still has time
        (Hall(5, 1, 1), LAST, True),
        (Hall(0, 0, 0), LAST, True),
    ],
)
def test_when_a_list_fixes_itself(hall: Hall, now: datetime, closes: bool) -> None:
    assert exam.closes_itself(hall, UNTIL, HELD_AT, now) is closes


@given(held_at=MOMENTS, now=MOMENTS)
def test_a_deadline_given_is_ahead_and_before_the_day(held_at: datetime, now: datetime) -> None:
    until = exam.last_moment(held_at) - timedelta(days=2)
    given_until = exam.deadline_of_nominee(until, held_at, now)
    if given_until is None:
        assert local_date(now) >= local_date(held_at)
    else:
        assert now < given_until <= exam.last_moment(held_at)


# --------------------------------------------------------------------------------------------- results


def _rows(**outcomes: str) -> list[Result]:
    return [Result(number, Outcome(word)) for number, word in outcomes.items()]


def test_a_whole_list_has_everybody_once() -> None:
    exam.require_whole(_rows(a="passed", b="absent"), {"a", "b"})
    exam.require_whole([], set())
    with pytest.raises(Invalid) as refusal:
        exam.require_whole([*_rows(a="passed", c="failed"), Result("a", Outcome.FAILED)], {"a", "b"})
    facts = {"missing": ["b"], "unknown": ["a", "c"]}
    assert (refusal.value.code, refusal.value.facts) == ("exam.results_incomplete", facts)
    assert [(f.pointer, f.facts) for f in refusal.value.faults] == [("/results", facts)]


def test_two_lists_are_the_same_row_by_row_in_any_order() -> None:
    first = [Result("a", Outcome.PASSED, 80), Result("b", Outcome.FAILED), Result("c", Outcome.ABSENT)]
    exam.require_same(first, list(reversed(first)))
    other = [Result("a", Outcome.PASSED, 81), Result("b", Outcome.ABSENT), first[2]]
    with pytest.raises(Conflict) as refusal:
        exam.require_same(first, other)
    assert (refusal.value.code, refusal.value.facts) == ("exam.results_differ", {"rows": ["a", "b"]})


def test_every_outcome_ends_the_request_and_blocks_as_the_settings_say() -> None:
    for outcome, action in exam.MOVE_OF.items():
        status = next_status(DEFINITION.moves, action, Status.ON_FINAL_LIST)
        assert status.value == outcome.value
        assert status in ENDED
    assert set(exam.MOVE_OF) == set(Outcome)
    rule = DEFINITION.one_at_a_time
    assert rule is not None
    assert Status.PASSED in rule.blocking
    assert not {Status.FAILED, Status.ABSENT, Status.LAPSED} & rule.blocking


@pytest.mark.parametrize("status", [s for s in Status if s not in ENDED])
def test_a_candidate_leaves_until_the_final_list(status: Status) -> None:
    may_leave = {
        *(Status.SUBMITTED, Status.UNDER_REVIEW, Status.RETURNED, Status.PRELIMINARILY_APPROVED),
        *(Status.WAITING_LISTED, Status.NOMINATED, Status.ATTENDANCE_CONFIRMED),
    }
    if status in may_leave:
        assert next_status(DEFINITION.moves, Action.WITHDRAW, status) is Status.WITHDRAWN
        return
    with pytest.raises(Conflict) as refusal:
        next_status(DEFINITION.moves, Action.WITHDRAW, status)
    if status is Status.ON_FINAL_LIST:
        assert refusal.value.code == "exam.wrong_state"
