"""The exam hall: the life of a session, its deadlines, seats, results. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from chassis.clock import KUWAIT, local_date
from chassis.errors import Conflict, Fault, Invalid
from services.requests.domain import days
from services.requests.domain.life import Action

CONFIRM_DAYS_BEFORE = 3  # working days before the exam by whose end attendance is confirmed
MOST_SEATS = 1000
HIGHEST_SCORE = 100
NOMINATED_AT_ONCE = 200  # a bound for one transaction: who is left is nominated by the next call


class SessionState(StrEnum):
    """How far a session is. The words are in reference/exam_states.toml."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"  # the final list is fixed
    RESULTS_ENTERED = "results_entered"
    RESULTS_CONFIRMED = "results_confirmed"
    RESULTS_PUBLISHED = "results_published"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What is done to a session."""

    CHANGE = "change"
    PUBLISH = "publish"
    NOMINATE = "nominate"
    CLOSE = "close"
    CANCEL = "cancel"
    RECORD_ATTENDANCE = "record_attendance"
    ENTER_RESULTS = "enter_results"
    CONFIRM_RESULTS = "confirm_results"
    PUBLISH_RESULTS = "publish_results"


_S = SessionState
STEPS: Mapping[tuple[Step, SessionState], SessionState] = {
    (Step.CHANGE, _S.DRAFT): _S.DRAFT,
    (Step.CHANGE, _S.PUBLISHED): _S.PUBLISHED,
    (Step.CHANGE, _S.CLOSED): _S.CLOSED,
    (Step.PUBLISH, _S.DRAFT): _S.PUBLISHED,
    (Step.NOMINATE, _S.PUBLISHED): _S.PUBLISHED,
    (Step.CLOSE, _S.PUBLISHED): _S.CLOSED,
    (Step.CANCEL, _S.DRAFT): _S.CANCELLED,
    (Step.CANCEL, _S.PUBLISHED): _S.CANCELLED,
    (Step.CANCEL, _S.CLOSED): _S.CANCELLED,
    (Step.RECORD_ATTENDANCE, _S.CLOSED): _S.CLOSED,
    (Step.RECORD_ATTENDANCE, _S.RESULTS_ENTERED): _S.RESULTS_ENTERED,
    (Step.ENTER_RESULTS, _S.CLOSED): _S.RESULTS_ENTERED,
    (Step.ENTER_RESULTS, _S.RESULTS_ENTERED): _S.RESULTS_ENTERED,
    (Step.ENTER_RESULTS, _S.RESULTS_CONFIRMED): _S.RESULTS_ENTERED,
    (Step.CONFIRM_RESULTS, _S.RESULTS_ENTERED): _S.RESULTS_CONFIRMED,
    (Step.PUBLISH_RESULTS, _S.RESULTS_CONFIRMED): _S.RESULTS_PUBLISHED,
}

AFTER_THE_EXAM = frozenset({Step.ENTER_RESULTS, Step.CONFIRM_RESULTS, Step.PUBLISH_RESULTS})
BEFORE_THE_EXAM = frozenset({Step.CHANGE, Step.PUBLISH, Step.NOMINATE, Step.CLOSE, Step.CANCEL})


def next_state(step: Step, state: SessionState) -> SessionState:
    """Where the step leads. Raises Conflict `exam.wrong_state`."""
    following = STEPS.get((step, state))
    if following is None:
        raise Conflict("exam.wrong_state", {"state": state.value})
    return following


def possible_steps(state: SessionState, held_at: datetime, now: datetime) -> list[Step]:
    """What may be done now."""
    unfit = set(BEFORE_THE_EXAM if now >= held_at else AFTER_THE_EXAM)
    if state is SessionState.DRAFT:
        unfit -= {Step.CHANGE, Step.CANCEL}  # nobody knows of it: its date may have passed
    if now >= last_moment(held_at):
        unfit.add(Step.NOMINATE)
    if local_date(now) != local_date(held_at):
        unfit.add(Step.RECORD_ATTENDANCE)
    return [step for step, before in STEPS if before is state and step not in unfit]


# ------------------------------------------------------------------------------------------- deadlines


def last_moment(held_at: datetime) -> datetime:
    """The end of the day before the exam, in Kuwait: until then a free seat goes to the next."""
    return datetime.combine(local_date(held_at), time.min, KUWAIT)


def usual_confirm_day(held_at: datetime, holidays: Collection[date]) -> date:
    """The third working day before the exam: attendance is confirmed until the Bureau closes on it."""
    return days.working_day_before(local_date(held_at), CONFIRM_DAYS_BEFORE, holidays)


def deadline_faults(held_at: datetime, confirm_until: datetime, now: datetime) -> list[Fault]:
    """What is wrong with the moments of a session that is still to come."""
    if held_at <= now:
        return [Fault("/held_at", "exam.held_in_past")]
    if confirm_until >= last_moment(held_at):
        return [Fault("/confirm_until", "exam.confirm_until_too_late")]
    if confirm_until <= now:
        return [Fault("/confirm_until", "exam.confirm_until_past")]
    return []


def deadline_of_nominee(confirm_until: datetime, held_at: datetime, now: datetime) -> datetime | None:
    """Until when somebody nominated now may confirm; None when it is too late to nominate anybody."""
    if now < confirm_until:
        return confirm_until
    last = last_moment(held_at)
    return last if now < last else None


@dataclass(frozen=True)
class Hall:
    """How many candidates are how far."""

    candidates: int
    nominated: int
    waiting: int


def closes_itself(hall: Hall, confirm_until: datetime, held_at: datetime, now: datetime) -> bool:
    """Whether no deadline is ahead any more: nobody may confirm, and no seat can go to anybody else."""
    if now >= last_moment(held_at):
        return True
    return now >= confirm_until and bool(hall.candidates) and not (hall.nominated or hall.waiting)


def next_look(confirm_until: datetime, held_at: datetime, now: datetime) -> datetime:
    """When the deadlines of an announced session are to be looked at again."""
    return confirm_until if now < confirm_until else last_moment(held_at)


# --------------------------------------------------------------------------------------------- results


class Outcome(StrEnum):
    """What came of the exam for one candidate."""

    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"


MOVE_OF = {Outcome.PASSED: Action.PASS, Outcome.FAILED: Action.FAIL, Outcome.ABSENT: Action.MISS}


@dataclass(frozen=True)
class Result:
    """One row of a list of results; `score` is of 100, if one was given."""

    number: str
    outcome: Outcome
    score: int | None = None


def require_whole(results: Sequence[Result], listed: Collection[str]) -> None:
    """Everybody of the final list, once. Raises Invalid `exam.results_incomplete` naming who is not."""
    given = Counter(result.number for result in results)
    missing = sorted(set(listed) - set(given))
    unknown = sorted(number for number, times in given.items() if number not in listed or times > 1)
    if missing or unknown:
        facts: dict[str, Any] = {"missing": missing, "unknown": unknown}
        raise Invalid("exam.results_incomplete", facts, [Fault("/results", "exam.results_incomplete", facts)])


def require_same(first: Sequence[Result], second: Sequence[Result]) -> None:
    """Raises Conflict `exam.results_differ` naming the rows in which two lists differ."""
    others = {result.number: result for result in second}
    rows = sorted(result.number for result in first if others.get(result.number) != result)
    if rows:
        raise Conflict("exam.results_differ", {"rows": rows})
