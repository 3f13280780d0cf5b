"""Exam sessions: opened, announced, moved, cancelled, closed by hand; and as they are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from chassis import audit, ids, outbox
from chassis.clock import KUWAIT, local_date
from chassis.errors import Conflict, Fault, Invalid
from contracts import requests as events
from services.requests import reference
from services.requests.domain import exam, numbers
from services.requests.domain.exam import SessionState, Step
from services.requests.domain.life import Action, Status
from services.requests.models import Candidate, ExamSession, ServiceRequest
from services.requests.store import bureau, exams
from services.requests.store.exams import Seated
from services.requests.usecases import news, seats, timing
from services.requests.usecases.drafting import TakeSerial
from services.requests.usecases.moves import move
from services.requests.usecases.occasion import Occasion

PREFIX = "EX"
TOLD_AT_ONCE = 500  # recipients of one piece of news

IN_SESSION = (
    Status.WAITING_LISTED,
    Status.NOMINATED,
    Status.ATTENDANCE_CONFIRMED,
    Status.ON_FINAL_LIST,
)


@dataclass(frozen=True)
class View:
    """A session with what its page shows."""

    hall: ExamSession
    counts: dict[str, int]
    attended: int
    eligible: int
    rows: Sequence[tuple[Candidate, ServiceRequest]] = ()


def open_session(
    session: Session, form: Mapping[str, Any], occasion: Occasion, take_serial: TakeSerial
) -> ExamSession:
    """A draft session. Raises Invalid with a Fault per moment that will not do."""
    held_at = form["held_at"]
    confirm_until = form.get("confirm_until") or _usual_deadline(session, held_at, occasion)
    _require_moments(held_at, confirm_until, occasion.now)
    year = numbers.series_year(occasion.now)
    hall = ExamSession(
        id=ids.new_id(),
        number=numbers.write(PREFIX, take_serial(PREFIX, year), year),
        broker_type=form["broker_type"],
        held_at=held_at,
        place_ar=form["place_ar"],
        place_en=form["place_en"],
        seats=form["seats"],
        confirm_until=confirm_until,
        state=SessionState.DRAFT.value,
        version=1,
        opened_by=occasion.actor.id,
        opened_at=occasion.now,
    )
    session.add(hall)
    session.flush()
    _audit(session, hall, "open", occasion)
    return hall


def change_session(
    session: Session, session_id: str, version: int, changes: Mapping[str, Any], occasion: Occasion
) -> ExamSession:
    """Change it; once announced, everybody in it is told, and a new date asks for confirmation anew."""
    hall = seats.lock_for(session, session_id, Step.CHANGE, version, occasion)
    before = (hall.held_at, hall.confirm_until, hall.place_ar, hall.place_en)
    held_at = changes.get("held_at") or hall.held_at
    is_moved = held_at != hall.held_at
    usual = _usual_deadline(session, held_at, occasion) if is_moved else hall.confirm_until
    confirm_until = changes.get("confirm_until") or usual
    is_reopened = is_moved or confirm_until != hall.confirm_until
    if is_reopened:
        _require_moments(held_at, confirm_until, occasion.now)
    if hall.state == SessionState.CLOSED and not is_moved and {"seats", "confirm_until"} & set(changes):
        raise Conflict("exam.wrong_state", {"state": hall.state})
    _require_room(session, hall, changes.get("seats"))
    hall.held_at, hall.confirm_until = held_at, confirm_until
    for name in ("place_ar", "place_en", "seats"):
        setattr(hall, name, changes.get(name) or getattr(hall, name))
    if hall.state != SessionState.DRAFT:
        _follow(session, hall, before, occasion)
    seats.touch(hall)
    _audit(session, hall, "change", occasion)
    return hall


def publish(session: Session, session_id: str, version: int | None, occasion: Occasion) -> ExamSession:
    """Announce it: from now on anybody sees it, and whoever waits for an exam of this kind is told."""
    hall = seats.lock_for(session, session_id, Step.PUBLISH, version, occasion)
    _require_moments(hall.held_at, hall.confirm_until, occasion.now)
    hall.state, hall.announced_at = SessionState.PUBLISHED.value, occasion.now
    hall.look_at = hall.confirm_until
    seats.touch(hall)
    _audit(session, hall, "publish", occasion)
    _announce(session, hall, occasion)
    return hall


def close(session: Session, session_id: str, version: int | None, occasion: Occasion) -> ExamSession:
    """Fix the final list by hand, before the last deadline."""
    hall = seats.lock_for(session, session_id, Step.CLOSE, version, occasion)
    seats.fix_list(session, hall, occasion)
    seats.touch(hall)
    _audit(session, hall, "close", occasion)
    return hall


def cancel(session: Session, session_id: str, version: int | None, occasion: Occasion) -> ExamSession:
    """It will not be held: everybody in it keeps the preliminary approval and is told."""
    hall = seats.lock_for(session, session_id, Step.CANCEL, version, occasion)
    hall.state, hall.look_at = SessionState.CANCELLED.value, None
    for candidate, request in exams.lock_present(session, hall.id, *IN_SESSION):
        telling = seats.tell(events.ExamCancelled, hall)
        seats.unseat(session, candidate, request, occasion, telling)
    seats.touch(hall)
    _audit(session, hall, "cancel", occasion)
    return hall


def view(session: Session, hall: ExamSession) -> View:
    """The session with its counts and, once there are some, its results."""
    (found,) = views(session, [hall])
    return replace(found, rows=exams.list_listed(session, hall.id)) if hall.results_at else found


def views(session: Session, halls: Sequence[ExamSession]) -> list[View]:
    """Sessions as a list shows them: counted together, without the rows of their results."""
    session.flush()
    session_ids = [hall.id for hall in halls]
    counts, attended = exams.count_by_status(session, session_ids), exams.count_attended(session, session_ids)
    is_open = {hall.id: hall.state == SessionState.PUBLISHED for hall in halls}
    eligible = exams.count_nominable(session, {hall.broker_type for hall in halls if is_open[hall.id]})
    return [
        View(
            hall,
            counts[hall.id],
            attended.get(hall.id, 0),
            eligible.get(hall.broker_type, 0) if is_open[hall.id] else 0,
        )
        for hall in halls
    ]


@dataclass(frozen=True)
class Line:
    """A candidate with the request and, for who waits, the place in the waiting list."""

    pair: Seated
    waiting: int | None


def list_candidates(session: Session, hall: ExamSession, after: int, limit: int) -> list[Line]:
    """Everybody who was ever nominated, in order."""
    waiting = exams.count_waiting(session, hall.id, after)
    lines = []
    for pair in exams.list_candidates(session, hall.id, after, limit):
        is_waiting = pair[0].left_at is None and pair[1].status == Status.WAITING_LISTED
        waiting += is_waiting
        lines.append(Line(pair, waiting if is_waiting else None))
    return lines


def hall_of(session: Session, pair: Seated) -> ExamSession:
    """The session of a candidate."""
    return exams.get_session(session, pair[0].session_id)


def get_listed(session: Session, session_id: str) -> tuple[ExamSession, list[Seated]]:
    """The final list, by seat. Raises Conflict `exam.wrong_state` before there is one."""
    hall = exams.get_session(session, session_id)
    if hall.closed_at is None or hall.state == SessionState.CANCELLED:
        raise Conflict("exam.wrong_state", {"state": hall.state})
    return hall, exams.list_listed(session, hall.id)


def _usual_deadline(session: Session, held_at: datetime, occasion: Occasion) -> datetime:
    holidays = bureau.list_holidays(session, occasion.today, local_date(held_at))
    day = exam.usual_confirm_day(held_at, holidays)
    return datetime.combine(day, timing.closing_hour(session, day, occasion.settings), KUWAIT)


def _require_moments(held_at: datetime, confirm_until: datetime, now: datetime) -> None:
    faults = exam.deadline_faults(held_at, confirm_until, now)
    if faults:
        raise Invalid("input.invalid", faults=faults)


def _require_room(session: Session, hall: ExamSession, wanted: int | None) -> None:
    """Nobody who has a seat loses it by a smaller hall. Raises Invalid."""
    taken = len(exams.list_taken_seats(session, hall.id))
    if wanted is not None and wanted < taken:
        facts = {"minimum": taken, "maximum": exam.MOST_SEATS}
        raise Invalid("input.invalid", faults=[Fault("/seats", "field.out_of_range", facts)])


def _follow(
    session: Session, hall: ExamSession, before: tuple[datetime, datetime, str, str], occasion: Occasion
) -> None:
    """Take everybody in an announced session along with its change."""
    held_at, confirm_until, *place = before
    if hall.held_at != held_at:
        hall.state, hall.closed_at = SessionState.PUBLISHED.value, None
    if (hall.held_at, hall.confirm_until) != (held_at, confirm_until):
        hall.look_at = hall.confirm_until  # both are ahead
    seats.draw_together(session, hall)
    for candidate, request in exams.lock_present(session, hall.id, *IN_SESSION):
        request.exam_on = local_date(hall.held_at)
        if hall.held_at != held_at and candidate.seat is not None:
            _ask_again(session, hall, candidate, request, occasion)
        elif hall.confirm_until != confirm_until == candidate.confirm_until:
            candidate.confirm_until = hall.confirm_until
            _tell_moved(session, hall, request, occasion, seats.written(hall.confirm_until))
        elif hall.held_at != held_at or [hall.place_ar, hall.place_en] != place:
            _tell_moved(session, hall, request, occasion, None)
    seats.offer_free_seats(session, hall, occasion)


def _ask_again(
    session: Session, hall: ExamSession, candidate: Candidate, request: ServiceRequest, occasion: Occasion
) -> None:
    candidate.confirm_until, candidate.attended_at = hall.confirm_until, None
    telling = seats.tell(events.ExamMoved, hall, confirm_until=seats.written(hall.confirm_until))
    move(session, request, Action.ASK_AGAIN, occasion, telling=telling)


def _tell_moved(
    session: Session,
    hall: ExamSession,
    request: ServiceRequest,
    occasion: Occasion,
    confirm_until: str | None,
) -> None:
    telling = seats.tell(events.ExamMoved, hall, confirm_until=confirm_until)
    outbox.record(session, news.make(request, telling), occasion.actor)


def _announce(session: Session, hall: ExamSession, occasion: Occasion) -> None:
    waiting = exams.list_awaiting(session, hall.broker_type)
    told = list(dict.fromkeys(each for request in waiting for each in news.recipients(request)))
    for start in range(0, len(told), TOLD_AT_ONCE):
        announced = events.ExamAnnounced(
            aggregate=hall.id,
            seq=hall.version,
            recipients=tuple(told[start : start + TOLD_AT_ONCE]),
            broker_type=reference.broker_types()[hall.broker_type],
            held_at=seats.written(hall.held_at),
            place=seats.place_of(hall),
            seats=hall.seats,
            confirm_until=seats.written(hall.confirm_until),
        )
        outbox.record(session, announced, occasion.actor)


def _audit(session: Session, hall: ExamSession, action: str, occasion: Occasion) -> None:
    facts = {"state": hall.state, "version": hall.version}
    audit.record(session, occasion.actor, f"exam.{action}", hall.number, facts)
