"""Seats of an exam: who has one, who waits, who confirmed; a free one goes to the next.

A session is locked before its requests, always.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from chassis import ids
from chassis.clock import local_date
from chassis.errors import Conflict
from contracts import requests as events
from services.requests.catalog import catalog
from services.requests.domain import exam, numbers, rules
from services.requests.domain.exam import SessionState, Step
from services.requests.domain.life import Action, Status, next_status
from services.requests.models import Candidate, ExamSession, ServiceRequest
from services.requests.store import exams
from services.requests.store import requests as store
from services.requests.usecases.moves import concern, move, require_version
from services.requests.usecases.news import Telling
from services.requests.usecases.occasion import Occasion

_SETTLED = frozenset({Status.ATTENDANCE_CONFIRMED, Status.ON_FINAL_LIST})
_TOO_LATE = frozenset({Status.LAPSED, Status.PRELIMINARILY_APPROVED, Status.WAITING_LISTED})


def lock_for(
    session: Session, session_id: str, step: Step, version: int | None, occasion: Occasion
) -> ExamSession:
    """The session, locked and settled, if the step may be taken. `version` is what somebody saw, if he says.

    Raises NotFound, Conflict `exam.not_held_yet` `exam.wrong_state` `conflict.stale`.
    """
    hall = exams.lock_session(session, session_id)
    seen = hall.version  # what follows from a deadline by itself makes no picture an old one
    is_over = occasion.now >= hall.held_at
    if step in exam.AFTER_THE_EXAM and not is_over:
        raise Conflict("exam.not_held_yet")
    settle(session, hall, occasion)
    exam.next_state(step, SessionState(hall.state))
    if step in exam.BEFORE_THE_EXAM and is_over and hall.state != SessionState.DRAFT:
        raise Conflict("exam.wrong_state", {"state": hall.state})
    if version is not None and version != seen:
        raise Conflict("conflict.stale", {"current_version": seen})
    return hall


def nominate(
    session: Session, session_id: str, wanted: list[str] | None, version: int | None, occasion: Occasion
) -> ExamSession:
    """Rank by preliminary approval: the first get the free seats, the rest wait. None takes all there are.

    Raises Conflict `exam.wrong_state` `exam.confirmation_closed` `exam.not_nominable` `conflict.stale`, Forbidden
    `decision.own_request`.
    """
    hall = lock_for(session, session_id, Step.NOMINATE, version, occasion)
    deadline = exam.deadline_of_nominee(hall.confirm_until, hall.held_at, occasion.now)
    if deadline is None:
        raise Conflict("exam.confirmation_closed")
    chosen = None if wanted is None else [numbers.find(number) or number for number in wanted]
    found = exams.lock_nominable(session, hall.broker_type, chosen, exam.NOMINATED_AT_ONCE)
    missing = sorted(set(chosen or ()) - {request.number for request in found})
    if missing:
        raise Conflict("exam.not_nominable", {"numbers": missing})
    if chosen is not None:  # all of them together have their order; who names some, chooses
        for request in found:
            rules.require_disinterested(concern(request), occasion.actor)
    _enter(session, hall, found, deadline, occasion)
    touch(hall)
    return hall


def confirm(session: Session, number: str, version: int | None, occasion: Occasion) -> ServiceRequest:
    """The candidate will come; again changes nothing.

    Raises Conflict `exam.no_seat` `exam.confirmation_closed` `exam.not_nominated` `conflict.stale`.
    """
    hall, request, candidate = lock_place(session, number, occasion)
    status = Status(request.status)
    if hall is None or candidate is None:
        raise Conflict("exam.not_nominated", {"status": status.value})
    if status in _SETTLED:
        return request
    _require_seat(session, hall, candidate, status, occasion.now)
    next_status(catalog().get(request.service_type).definition.moves, Action.CONFIRM_ATTENDANCE, status)
    if candidate.confirm_until is None or candidate.confirm_until <= occasion.now:
        raise Conflict("exam.confirmation_closed")
    require_version(request, version)
    candidate.confirm_until = None
    telling = tell(events.AttendanceConfirmed, hall)
    move(session, request, Action.CONFIRM_ATTENDANCE, occasion, telling=telling)
    return request


def lock_place(
    session: Session, number: str, occasion: Occasion
) -> tuple[ExamSession | None, ServiceRequest, Candidate | None]:
    """The session that a request is or was in, settled, then the request, both locked; and its place there.

    Raises Conflict `conflict.stale` when it came into another session before it was locked.
    """
    seen = exams.find_last(session, store.get_visible(session, number, occasion.actor).id)
    hall = exams.lock_session(session, seen.session_id) if seen else None
    if hall is not None:
        settle(session, hall, occasion)
    request = store.lock_visible(session, number, occasion.actor)
    candidate = exams.find_last(session, request.id)
    if candidate is not None and (hall is None or hall.id != candidate.session_id):
        raise Conflict("conflict.stale", {"current_version": request.version})
    return hall, request, candidate


def leave(session: Session, hall: ExamSession, candidate: Candidate, occasion: Occasion) -> None:
    """The candidate is out of the session that is locked; the seat goes to the next."""
    if candidate.left_at is not None:
        return
    vacate(session, candidate, occasion)
    if hall.state == SessionState.PUBLISHED:
        offer_free_seats(session, hall, occasion)
    touch(hall)


def vacate(session: Session, candidate: Candidate, occasion: Occasion) -> None:
    """The seat is free."""
    candidate.left_at, candidate.seat, candidate.confirm_until = occasion.now, None, None
    session.flush()


def draw_together(session: Session, hall: ExamSession) -> None:
    """Seats behind the last one of a smaller hall become free ones before it: nobody was told his number yet."""
    free = _free_seats(session, hall)
    for candidate in exams.list_seated_behind(session, hall.id, hall.seats):
        candidate.seat = free.pop(0)
    session.flush()


def offer_free_seats(session: Session, hall: ExamSession, occasion: Occasion) -> None:
    """Free seats to the first of the waiting list, until the end of the day before the exam."""
    deadline = exam.deadline_of_nominee(hall.confirm_until, hall.held_at, occasion.now)
    if deadline is None:
        return
    for seat in _free_seats(session, hall):
        following = exams.lock_next_waiting(session, hall.id)
        if following is None:
            return
        candidate, request = following
        candidate.seat, candidate.confirm_until = seat, deadline
        telling = tell(events.SeatOffered, hall, confirm_until=written(deadline))
        move(session, request, Action.OFFER_SEAT, occasion.by_itself(), telling=telling)


def due_halls(session: Session, limit: int, occasion: Occasion) -> list[str]:
    """Ids of sessions with a deadline that has come."""
    return exams.list_to_look_at(session, occasion.now, limit)


def look_at(session: Session, session_id: str, occasion: Occasion) -> None:
    """The job's work on one session."""
    settle(session, exams.lock_session(session, session_id), occasion)


def settle(session: Session, hall: ExamSession, occasion: Occasion) -> None:
    """What follows from the deadlines of a locked session that have come, before anything else is done to it.

    Who has not confirmed in time loses the seat to the next; after the last deadline the list is fixed.
    """
    now, occasion = occasion.now, occasion.by_itself()
    if hall.look_at is None or hall.look_at > now:
        return
    for candidate, request in exams.lock_present(session, hall.id, Status.NOMINATED):
        if candidate.confirm_until is not None and candidate.confirm_until <= now:
            lapse(session, candidate, request, occasion)
    offer_free_seats(session, hall, occasion)
    if exam.closes_itself(exams.hall_of(session, hall.id), hall.confirm_until, hall.held_at, now):
        fix_list(session, hall, occasion)
    else:
        hall.look_at = exam.next_look(hall.confirm_until, hall.held_at, now)
    touch(hall)


def lapse(session: Session, candidate: Candidate, request: ServiceRequest, occasion: Occasion) -> None:
    """Attendance was not confirmed in time."""
    vacate(session, candidate, occasion)
    telling = Telling(events.RequestLapsed, {"cause": "confirmation"})
    move(session, request, Action.LAPSE, occasion, telling=telling)


def fix_list(session: Session, hall: ExamSession, occasion: Occasion) -> None:
    """The final list: only who confirmed. The others keep their preliminary approval for the next session."""
    hall.state = exam.next_state(Step.CLOSE, SessionState(hall.state)).value
    hall.closed_at, hall.look_at = occasion.now, None
    for _candidate, request in exams.lock_present(session, hall.id, Status.ATTENDANCE_CONFIRMED):
        move(session, request, Action.LIST, occasion, telling=tell(events.CandidateListed, hall))
    unseated = (Status.NOMINATED, Status.WAITING_LISTED)
    for candidate, request in exams.lock_present(session, hall.id, *unseated):
        if candidate.confirm_until is not None and candidate.confirm_until <= occasion.now:
            lapse(session, candidate, request, occasion)
        else:
            unseat(session, candidate, request, occasion, tell(events.CandidateNotSeated, hall))


def unseat(
    session: Session, candidate: Candidate, request: ServiceRequest, occasion: Occasion, telling: Telling
) -> None:
    """Back to the preliminary approval."""
    vacate(session, candidate, occasion)
    request.exam_on = None
    move(session, request, Action.UNSEAT, occasion, telling=telling)


def tell(event: type[events.ExamEvent], hall: ExamSession, **facts: object) -> Telling:
    """The news about one candidate of the session."""
    return Telling(event, {"held_at": written(hall.held_at), "place": place_of(hall), **facts})


def place_of(hall: ExamSession) -> dict[str, str]:
    """Where it is held, in both languages."""
    return {"ar": hall.place_ar, "en": hall.place_en}


def written(moment: datetime) -> str:
    """A moment as events tell it: RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat()


def touch(hall: ExamSession) -> None:
    """Count a change."""
    hall.version += 1


def _enter(
    session: Session,
    hall: ExamSession,
    requests: Sequence[ServiceRequest],
    deadline: datetime,
    occasion: Occasion,
) -> None:
    """Into the order; with a free seat, or to wait. Whoever waits already comes before every newcomer."""
    offer_free_seats(session, hall, occasion)
    session.flush()
    waiting = exams.hall_of(session, hall.id).waiting
    free = [] if waiting else _free_seats(session, hall)
    position = exams.last_position(session, hall.id)
    for place, request in enumerate(requests, position + 1):
        candidate = Candidate(
            session_id=hall.id, request_id=request.id, position=place, code=ids.new_token(64)
        )
        session.add(candidate)
        request.exam_on = local_date(hall.held_at)
        if free:
            candidate.seat, candidate.confirm_until = free.pop(0), deadline
            telling = tell(events.CandidateNominated, hall, confirm_until=written(deadline))
            move(session, request, Action.NOMINATE, occasion, telling=telling)
        else:
            waiting += 1
            telling = tell(events.CandidateWaitListed, hall, position=waiting)
            move(session, request, Action.WAIT_LIST, occasion, telling=telling)


def _free_seats(session: Session, hall: ExamSession) -> list[int]:
    return sorted(set(range(1, hall.seats + 1)) - exams.list_taken_seats(session, hall.id))


def _require_seat(
    session: Session, hall: ExamSession, candidate: Candidate, status: Status, now: datetime
) -> None:
    """Raises Conflict for whoever has no seat: he waits for one, or it is too late."""
    is_open = hall.state == SessionState.PUBLISHED and now < exam.last_moment(hall.held_at)
    if status is Status.WAITING_LISTED and is_open:
        raise Conflict(
            "exam.no_seat",
            {"waiting_position": exams.count_waiting(session, candidate.session_id, candidate.position)},
        )
    if status in _TOO_LATE:
        raise Conflict("exam.confirmation_closed")
