"""The day of the exam and after: who came, what came of it, twice, and everybody's own result at once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from chassis import audit
from chassis.clock import local_date
from chassis.errors import Conflict, Fault, Forbidden, Invalid
from contracts import requests as events
from services.requests.domain import exam, rules
from services.requests.domain.exam import Outcome, Result, SessionState, Step
from services.requests.domain.life import Status
from services.requests.models import ExamSession
from services.requests.store import exams
from services.requests.store.exams import Seated
from services.requests.usecases import seats
from services.requests.usecases.moves import concern, move
from services.requests.usecases.occasion import Occasion

_NEWS: dict[Outcome, type[events.ExamResult]] = {
    Outcome.PASSED: events.ExamPassed,
    Outcome.FAILED: events.ExamFailed,
    Outcome.ABSENT: events.ExamMissed,
}


def record_attendance(session: Session, session_id: str, code: str, occasion: Occasion) -> Seated:
    """The candidate whose slip has this code is in the hall; again changes nothing.

    Raises Conflict `exam.wrong_state` `exam.not_today`, Invalid `exam.code_unknown`, Forbidden
    `decision.own_request`.
    """
    hall = seats.lock_for(session, session_id, Step.RECORD_ATTENDANCE, None, occasion)
    if occasion.today != local_date(hall.held_at):
        raise Conflict("exam.not_today")
    found = exams.find_by_code(session, hall.id, code)
    if found is None or found[1].status != Status.ON_FINAL_LIST:
        raise Invalid("input.invalid", faults=[Fault("/code", "exam.code_unknown")])
    rules.require_disinterested(concern(found[1]), occasion.actor)
    if found[0].attended_at is None:
        found[0].attended_at = occasion.now
        audit.record(session, occasion.actor, "exam.attend", found[1].number)
    return found


def enter(session: Session, session_id: str, results: Sequence[Result], occasion: Occasion) -> ExamSession:
    """One examiner's list, kept until another one has confirmed it. A new list takes the place of the old."""
    hall, listed = _lock(session, session_id, Step.ENTER_RESULTS, results, occasion)
    told = {result.number: result for result in results}
    for candidate, request in listed:
        candidate.outcome, candidate.score = told[request.number].outcome.value, told[request.number].score
    hall.results_by, hall.results_by_name = occasion.actor.id, occasion.actor.name
    hall.results_at, nobody = occasion.now, None
    hall.confirmed_by = hall.confirmed_by_name = hall.confirmed_at = nobody
    _record(session, hall, Step.ENTER_RESULTS, occasion)
    return hall


def confirm(session: Session, session_id: str, results: Sequence[Result], occasion: Occasion) -> ExamSession:
    """Another examiner's own list, which must be the same.

    Raises Forbidden `exam.same_examiner`, Conflict `exam.results_differ` naming the rows.
    """
    hall = exams.lock_session(session, session_id)
    if hall.results_by == occasion.actor.id and hall.state == SessionState.RESULTS_ENTERED:
        raise Forbidden("exam.same_examiner")
    hall, listed = _lock(session, session_id, Step.CONFIRM_RESULTS, results, occasion)
    exam.require_same([_entered(pair) for pair in listed], results)
    hall.confirmed_by, hall.confirmed_by_name = occasion.actor.id, occasion.actor.name
    hall.confirmed_at = occasion.now
    _record(session, hall, Step.CONFIRM_RESULTS, occasion)
    return hall


def publish(session: Session, session_id: str, version: int | None, occasion: Occasion) -> ExamSession:
    """All results at once; everybody is told his own."""
    hall = seats.lock_for(session, session_id, Step.PUBLISH_RESULTS, version, occasion)
    hall.published_at = occasion.now
    for candidate, request in exams.lock_present(session, hall.id, Status.ON_FINAL_LIST):
        outcome = Outcome(candidate.outcome or "")
        telling = seats.tell(_NEWS[outcome], hall, score=candidate.score)
        move(session, request, exam.MOVE_OF[outcome], occasion, telling=telling)
    _record(session, hall, Step.PUBLISH_RESULTS, occasion)
    return hall


def _lock(
    session: Session, session_id: str, step: Step, results: Sequence[Result], occasion: Occasion
) -> tuple[ExamSession, list[Seated]]:
    hall = seats.lock_for(session, session_id, step, None, occasion)
    listed = exams.list_listed(session, hall.id)
    for _candidate, request in listed:
        rules.require_disinterested(concern(request), occasion.actor)
    exam.require_whole(results, {request.number for _candidate, request in listed})
    return hall, listed


def _entered(pair: Seated) -> Result:
    candidate, request = pair
    return Result(request.number, Outcome(candidate.outcome or ""), candidate.score)


def _record(session: Session, hall: ExamSession, step: Step, occasion: Occasion) -> None:
    hall.state = exam.next_state(step, SessionState(hall.state)).value
    seats.touch(hall)
    facts: dict[str, Any] = {"state": hall.state, "version": hall.version}
    audit.record(session, occasion.actor, f"exam.{step.value}", hall.number, facts)
