"""The life of a request: its table, its stepper, its numbers, its working days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Conflict
from services.requests.catalog import catalog
from services.requests.domain import days, numbers, progress
from services.requests.domain.life import (
    CLOCK_RUNS,
    COMMON_MOVES,
    ENDED,
    WAITS_FOR,
    Action,
    Party,
    Status,
    next_status,
    possible_actions,
    turn,
)

EXAM = catalog().get("broker_exam").definition


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("submit", "draft", "submitted"),
        ("claim", "submitted", "under_review"),
        ("take_over", "submitted", "under_review"),
        ("take_over", "under_review", "under_review"),
        ("assign", "submitted", "under_review"),
        ("assign", "under_review", "under_review"),
        ("unassign", "under_review", "submitted"),
        ("return", "under_review", "returned"),
        ("submit", "returned", "submitted"),
        ("lapse", "returned", "lapsed"),
        ("approve", "under_review", "preliminarily_approved"),
        ("reject", "under_review", "rejected"),
        ("reopen", "rejected", "under_review"),
        ("reopen", "preliminarily_approved", "under_review"),
        ("nominate", "preliminarily_approved", "nominated"),
        ("wait_list", "preliminarily_approved", "waiting_listed"),
        ("offer_seat", "waiting_listed", "nominated"),
        ("confirm_attendance", "nominated", "attendance_confirmed"),
        ("lapse", "nominated", "lapsed"),
        ("list", "attendance_confirmed", "on_final_list"),
        ("ask_again", "nominated", "nominated"),
        ("ask_again", "attendance_confirmed", "nominated"),
        ("ask_again", "on_final_list", "nominated"),
        ("unseat", "waiting_listed", "preliminarily_approved"),
        ("unseat", "nominated", "preliminarily_approved"),
        ("unseat", "attendance_confirmed", "preliminarily_approved"),
        ("unseat", "on_final_list", "preliminarily_approved"),
        ("pass", "on_final_list", "passed"),
        ("fail", "on_final_list", "failed"),
        ("miss", "on_final_list", "absent"),
        ("withdraw", "submitted", "withdrawn"),
        ("withdraw", "under_review", "withdrawn"),
        ("withdraw", "returned", "withdrawn"),
        ("withdraw", "preliminarily_approved", "withdrawn"),
        ("withdraw", "waiting_listed", "withdrawn"),
        ("withdraw", "nominated", "withdrawn"),
        ("withdraw", "attendance_confirmed", "withdrawn"),
    ],
)
def test_exam_goes_where_its_table_says(action: str, before: str, after: str) -> None:
    assert next_status(EXAM.moves, Action(action), Status(before)) == after


def test_exam_has_no_other_step() -> None:
    assert len(EXAM.moves) == 37


def test_where_two_officers_are_asked_one_recommends() -> None:
    step = (Action.RECOMMEND, Status.UNDER_REVIEW)
    assert step not in EXAM.moves
    two = replace(EXAM, two_officers=frozenset({Action.REJECT})).moves
    assert {**EXAM.moves, step: Status.UNDER_REVIEW} == two


@pytest.mark.parametrize(
    ("action", "status", "code"),
    [
        ("submit", "submitted", "request.already_submitted"),
        ("submit", "rejected", "request.already_submitted"),
        ("approve", "preliminarily_approved", "request.already_decided"),
        ("reject", "rejected", "request.already_decided"),
        ("approve", "withdrawn", "request.already_decided"),
        ("claim", "rejected", "request.already_decided"),
        ("approve", "submitted", "request.not_under_review"),
        ("unassign", "submitted", "request.not_under_review"),
        ("withdraw", "draft", "request.not_submitted"),
        ("withdraw", "rejected", "request.already_ended"),
        ("withdraw", "on_final_list", "exam.wrong_state"),
        ("submit", "lapsed", "request.already_submitted"),
        ("return", "submitted", "request.not_under_review"),
        ("return", "returned", "request.not_under_review"),
        ("return", "preliminarily_approved", "request.already_decided"),
        ("approve", "returned", "request.not_under_review"),
        ("assign", "returned", "request.not_under_review"),
        ("assign", "withdrawn", "request.already_decided"),
        ("recommend", "submitted", "request.not_under_review"),
        ("recommend", "under_review", "decision.one_officer"),
        ("recommend", "rejected", "request.already_decided"),
        ("reopen", "under_review", "request.not_reopenable"),
        ("reopen", "nominated", "request.not_reopenable"),
        ("reopen", "withdrawn", "request.not_reopenable"),
        ("reopen", "lapsed", "request.not_reopenable"),
        ("confirm_attendance", "waiting_listed", "exam.not_nominated"),
        ("lapse", "submitted", "request.already_ended"),
    ],
)
def test_refusal_says_why(action: str, status: str, code: str) -> None:
    with pytest.raises(Conflict) as refusal:
        next_status(EXAM.moves, Action(action), Status(status))
    assert refusal.value.code == code
    assert refusal.value.facts == {"status": status}


def test_an_exam_request_is_never_approved_or_completed() -> None:
    assert not {Status.APPROVED, Status.COMPLETED} & set(EXAM.moves.values())


def test_only_a_supervisor_leads_out_of_an_end() -> None:
    leads = {status: actions for status in ENDED if (actions := possible_actions(EXAM.moves, status))}
    assert leads == {Status.REJECTED: {Action.REOPEN}}


def test_whose_days_they_are() -> None:
    whose = {status: turn(status) for status in Status}
    assert {status for status, party in whose.items() if party is Party.BUREAU} == CLOCK_RUNS
    assert [status for status, party in whose.items() if party is Party.APPLICANT] == [Status.RETURNED]


def test_a_draft_is_left_only_by_send() -> None:
    assert possible_actions(COMMON_MOVES, Status.DRAFT) == {Action.SUBMIT}


def test_somebody_acts_next_in_every_status_that_is_no_end() -> None:
    assert set(WAITS_FOR) == set(Status)
    assert {status for status, party in WAITS_FOR.items() if party is Party.NOBODY} == ENDED


def _states(status: Status, reached: Status | None) -> list[tuple[str, str]]:
    return [(step.value, state) for step, state in progress.steps(EXAM.path, status, reached)]


def test_stepper_on_the_path() -> None:
    assert _states(Status.UNDER_REVIEW, Status.UNDER_REVIEW)[:3] == [
        ("submitted", "done"),
        ("under_review", "now"),
        ("preliminarily_approved", "next"),
    ]


def test_stepper_of_a_draft_has_all_before_it() -> None:
    assert {state for _step, state in _states(Status.DRAFT, None)} == {"next"}


def test_stepper_ends_with_a_rejection() -> None:
    assert _states(Status.REJECTED, Status.UNDER_REVIEW) == [
        ("submitted", "done"),
        ("under_review", "done"),
        ("rejected", "now"),
    ]


def test_stepper_of_the_waiting_list_goes_on() -> None:
    states = _states(Status.WAITING_LISTED, Status.PRELIMINARILY_APPROVED)
    assert states[2:5] == [
        ("preliminarily_approved", "done"),
        ("waiting_listed", "now"),
        ("nominated", "next"),
    ]


@given(st.sampled_from(sorted(Status)), st.sampled_from([None, *EXAM.path]))
def test_stepper_has_one_present_and_order(status: Status, reached: Status | None) -> None:
    states = [state for _step, state in progress.steps(EXAM.path, status, reached)]
    assert states.count("now") == (0 if status is Status.DRAFT else 1)
    assert states == sorted(states, key=["done", "now", "next"].index)


@pytest.mark.parametrize(
    ("status", "reached", "lines"),
    [
        ("draft", None, ["draft"]),
        ("submitted", "submitted", ["submitted"]),
        ("under_review", "under_review", ["submitted", "under_review"]),
        (
            "preliminarily_approved",
            "preliminarily_approved",
            ["submitted", "under_review", "preliminarily_approved"],
        ),
        ("rejected", "under_review", ["submitted", "under_review", "rejected"]),
        ("withdrawn", "submitted", ["submitted", "withdrawn"]),
        ("returned", "under_review", ["submitted", "under_review", "returned"]),
        ("lapsed", "under_review", ["submitted", "under_review", "lapsed"]),
    ],
)
def test_lines_of_a_card(status: str, reached: str | None, lines: list[str]) -> None:
    assert progress.lines(EXAM.path, Status(status), Status(reached) if reached else None) == lines


def test_number_as_the_manual_writes_it() -> None:
    assert numbers.write("CE", 8, 2019) == "CE/8/19"


@given(st.sampled_from(["CE", "LI", "RN"]), st.integers(1, 999_999), st.integers(2000, 2099))
def test_number_is_found_in_both_spellings(prefix: str, serial: int, year: int) -> None:
    number = numbers.write(prefix, serial, year)
    assert numbers.find(number) == number
    assert numbers.find(numbers.dashed(number)) == number
    assert numbers.find(f" {number.lower()} ") == number


@pytest.mark.parametrize(
    "text", ["", "CE", "CE/08/19", "CE/8/2019", "CE/8", "C/8/19", "CE/8/19/1", "CE/0/19"]
)
def test_other_texts_are_no_number(text: str) -> None:
    assert numbers.find(text) is None


def test_series_changes_at_midnight_in_kuwait() -> None:
    assert numbers.series_year(datetime(2026, 12, 31, 20, 59, tzinfo=UTC)) == 2026
    assert numbers.series_year(datetime(2026, 12, 31, 21, 0, tzinfo=UTC)) == 2027


@pytest.mark.parametrize(
    ("sent", "target", "due"),
    [
        (date(2026, 11, 22), 1, date(2026, 11, 23)),  # Sunday -> Monday
        (date(2026, 11, 26), 1, date(2026, 11, 29)),  # Thursday -> Sunday
        (date(2026, 11, 27), 1, date(2026, 11, 29)),  # Friday -> Sunday is day 1
        (date(2026, 11, 23), 10, date(2026, 12, 7)),
        (date(2027, 2, 24), 1, date(2027, 2, 28)),  # two holidays on Thursday and Friday
    ],
)
def test_due_day(sent: date, target: int, due: date) -> None:
    holidays = {date(2027, 2, 25), date(2027, 2, 26)}
    assert days.due_on(sent, target, holidays) == due


_DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@given(_DAYS, st.integers(1, 30), st.sets(_DAYS, max_size=20))
def test_due_day_is_the_nth_working_day(sent: date, target: int, holidays: set[date]) -> None:
    due = days.due_on(sent, target, holidays)
    assert days.is_working_day(due, holidays)
    assert days.tally([(sent, Party.BUREAU)], due, holidays) == days.Tally(spent=target, paused=0)
    assert days.working_day_before(due + timedelta(days=1), 1, holidays) == due
    assert due < days.horizon(sent, target)


@given(_DAYS)
def test_friday_and_saturday_are_never_worked(day: date) -> None:
    works = days.is_working_day(day, ())
    assert works == (day.strftime("%a") in {"Sun", "Mon", "Tue", "Wed", "Thu"})
    assert not days.is_working_day(day, {day})
    assert days.tally([(day, Party.BUREAU)], day - timedelta(days=3), ()).spent == 0


@given(
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from(sorted(Party))), min_size=1, max_size=12),
    st.integers(0, 9),
    st.sets(_DAYS, max_size=20),
)
def test_a_day_belongs_to_whoever_had_the_turn_when_it_began(
    steps: list[tuple[int, Party]], rest: int, holidays: set[date]
) -> None:
    day, turns = date(2026, 11, 1), list[tuple[date, Party]]()
    for later, party in steps:
        day += timedelta(days=later)
        turns.append((day, party))
    until = day + timedelta(days=rest)
    had = {Party.BUREAU: 0, Party.APPLICANT: 0, Party.NOBODY: 0}
    for ordinal in range(turns[0][0].toordinal() + 1, until.toordinal() + 1):
        today = date.fromordinal(ordinal)
        whose = [party for since, party in turns if since < today][-1]
        had[whose] += days.is_working_day(today, holidays)
    told = days.tally(turns, until, holidays)
    assert (told.spent, told.paused) == (had[Party.BUREAU], had[Party.APPLICANT])
