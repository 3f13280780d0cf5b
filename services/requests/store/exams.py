"""Exam sessions and their candidates. Whoever changes seats locks the session first, then the requests."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from chassis.errors import NotFound
from services.requests.domain.exam import Hall
from services.requests.domain.life import Status
from services.requests.models import Candidate, ExamSession, ServiceRequest

Seated = tuple[Candidate, ServiceRequest]


def get_session(session: Session, session_id: str) -> ExamSession:
    """Raises NotFound `exam.unknown`."""
    return _one(session, select(ExamSession).where(ExamSession.id == session_id))


def get_announced(session: Session, session_id: str) -> ExamSession:
    """For anybody: what was announced. Raises NotFound `exam.unknown`."""
    announced = ExamSession.announced_at.is_not(None)
    return _one(session, select(ExamSession).where(ExamSession.id == session_id, announced))


def lock_session(session: Session, session_id: str) -> ExamSession:
    """As get_session, locked for change."""
    return _one(session, select(ExamSession).where(ExamSession.id == session_id).with_for_update())


def list_sessions(
    session: Session, state: str | None, after: tuple[datetime, str] | None, limit: int
) -> Sequence[ExamSession]:
    """The latest exam first."""
    query = select(ExamSession)
    if state is not None:
        query = query.where(ExamSession.state == state)
    return _newest(session, query, after, limit)


def list_announced(session: Session, after: tuple[datetime, str] | None, limit: int) -> Sequence[ExamSession]:
    """What was announced, the latest exam first."""
    return _newest(session, select(ExamSession).where(ExamSession.announced_at.is_not(None)), after, limit)


def list_to_look_at(session: Session, now: datetime, limit: int) -> list[str]:
    """Ids of sessions with a deadline that has come."""
    query = select(ExamSession.id).where(ExamSession.look_at <= now).order_by(ExamSession.look_at)
    return list(session.scalars(query.limit(limit)))


# ------------------------------------------------------------------------------------------- candidates


def list_candidates(session: Session, session_id: str, after: int, limit: int) -> list[Seated]:
    """Whose latest session this is, in order, also who left it; `after` is the position of the page before."""
    query = _seated(session_id).where(_is_latest(), Candidate.position > after)
    return _pairs(session, query.order_by(Candidate.position).limit(limit))


def list_listed(session: Session, session_id: str) -> list[Seated]:
    """The final list, by seat, also when the results are out."""
    query = _seated(session_id).where(Candidate.left_at.is_(None), Candidate.seat.is_not(None))
    return _pairs(session, query.order_by(Candidate.seat))


def lock_present(session: Session, session_id: str, *statuses: Status) -> list[Seated]:
    """Those who have not left, in these statuses, in order; their requests locked in one fixed order."""
    present = _seated(session_id).where(Candidate.left_at.is_(None), ServiceRequest.status.in_(statuses))
    locked = present.order_by(ServiceRequest.id).with_for_update(of=ServiceRequest)
    return sorted(_pairs(session, locked), key=lambda pair: pair[0].position)


def lock_next_waiting(session: Session, session_id: str) -> Seated | None:
    """The first of the waiting list."""
    waiting = _seated(session_id).where(
        Candidate.left_at.is_(None), ServiceRequest.status == Status.WAITING_LISTED
    )
    found = _pairs(session, waiting.order_by(Candidate.position).limit(1).with_for_update(of=ServiceRequest))
    return found[0] if found else None


def find_last(session: Session, request_id: str) -> Candidate | None:
    """The latest place of a request, left or not."""
    query = select(Candidate).where(Candidate.request_id == request_id).order_by(Candidate.id.desc()).limit(1)
    return session.scalar(query, execution_options={"populate_existing": True})


def find_by_code(session: Session, session_id: str, code: str) -> Seated | None:
    """Whose admission slip has this code."""
    found = _pairs(session, _seated(session_id).where(Candidate.code == code, Candidate.left_at.is_(None)))
    return found[0] if found else None


def list_taken_seats(session: Session, session_id: str) -> frozenset[int]:
    """The numbers of the seats that somebody has."""
    query = select(Candidate.seat).where(Candidate.session_id == session_id, Candidate.seat.is_not(None))
    return frozenset(seat for seat in session.scalars(query) if seat is not None)


def list_seated_behind(session: Session, session_id: str, last: int) -> Sequence[Candidate]:
    """Who has a seat with a number higher than the last."""
    query = select(Candidate).where(Candidate.session_id == session_id, Candidate.seat > last)
    return session.scalars(query.order_by(Candidate.seat)).all()


def last_position(session: Session, session_id: str) -> int:
    """The highest place in the order; 0 when there is nobody."""
    return session.scalar(_of(session_id, func.coalesce(func.max(Candidate.position), 0))) or 0


def count_waiting(session: Session, session_id: str, up_to: int) -> int:
    """How many wait for a seat, up to and with this place in the order."""
    query = (
        _of(session_id, func.count())
        .join(ServiceRequest, ServiceRequest.id == Candidate.request_id)
        .where(
            Candidate.left_at.is_(None),
            Candidate.position <= up_to,
            ServiceRequest.status == Status.WAITING_LISTED,
        )
    )
    return session.scalar(query) or 0


def count_by_status(session: Session, session_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """By session: how many requests whose latest session it is are in which status."""
    query = (
        select(Candidate.session_id, ServiceRequest.status, func.count())
        .join(ServiceRequest, ServiceRequest.id == Candidate.request_id)
        .where(Candidate.session_id.in_(session_ids), _is_latest())
        .group_by(Candidate.session_id, ServiceRequest.status)
    )
    counts: dict[str, dict[str, int]] = {each: {} for each in session_ids}
    for session_id, status, count in session.execute(query):
        counts[session_id][status] = count
    return counts


def count_attended(session: Session, session_ids: Sequence[str]) -> dict[str, int]:
    """By session: how many came; nobody is not in it."""
    query = select(Candidate.session_id, func.count()).where(
        Candidate.session_id.in_(session_ids), Candidate.attended_at.is_not(None)
    )
    return {session_id: count for session_id, count in session.execute(query.group_by(Candidate.session_id))}


def hall_of(session: Session, session_id: str) -> Hall:
    """How many are how far, of those who have not left."""
    counts = dict(
        session.execute(
            select(ServiceRequest.status, func.count())
            .join(Candidate, Candidate.request_id == ServiceRequest.id)
            .where(Candidate.session_id == session_id, Candidate.left_at.is_(None))
            .group_by(ServiceRequest.status)
        ).all()
    )
    return Hall(sum(counts.values()), counts.get(Status.NOMINATED, 0), counts.get(Status.WAITING_LISTED, 0))


# ------------------------------------------------------------------------------------------- nomination


def lock_nominable(
    session: Session, broker_type: str, numbers: Sequence[str] | None, limit: int
) -> Sequence[ServiceRequest]:
    """Preliminarily approved requests of this broker type, in the order of their approval."""
    query = _nominable(broker_type).order_by(ServiceRequest.decided_at, ServiceRequest.id)
    if numbers is not None:
        query = query.where(ServiceRequest.number.in_(numbers))
    return session.scalars(query.limit(limit).with_for_update()).all()


def count_nominable(session: Session, broker_types: Collection[str]) -> dict[str, int]:
    """By broker type: how many could be nominated; none is not in it."""
    if not broker_types:
        return {}
    kind = ServiceRequest.fields["broker_type"].astext
    query = select(kind, func.count()).where(
        ServiceRequest.status == Status.PRELIMINARILY_APPROVED, kind.in_(broker_types)
    )
    return {code: count for code, count in session.execute(query.group_by(kind))}


def list_awaiting(session: Session, broker_type: str) -> Sequence[ServiceRequest]:
    """Whom an announcement concerns."""
    return session.scalars(_nominable(broker_type)).all()


def _nominable(broker_type: str) -> Select[ServiceRequest]:
    return select(ServiceRequest).where(
        ServiceRequest.status == Status.PRELIMINARILY_APPROVED,
        ServiceRequest.fields["broker_type"].astext == broker_type,
    )


def _is_latest() -> ColumnElement[bool]:
    """Nobody is counted twice who came into another session, or into the same one again."""
    later = aliased(Candidate)
    return ~exists().where(later.request_id == Candidate.request_id, later.id > Candidate.id)


def _seated(session_id: str) -> Select[Candidate, ServiceRequest]:
    return (
        select(Candidate, ServiceRequest)
        .join(ServiceRequest, ServiceRequest.id == Candidate.request_id)
        .where(Candidate.session_id == session_id)
    )


def _pairs(session: Session, query: Select[Candidate, ServiceRequest]) -> list[Seated]:
    rows = session.execute(query, execution_options={"populate_existing": True})
    return [(candidate, request) for candidate, request in rows]


def _of(session_id: str, what: Any) -> Select[Any]:
    return select(what).select_from(Candidate).where(Candidate.session_id == session_id)


def _one(session: Session, query: Select[ExamSession]) -> ExamSession:
    found = session.scalar(query, execution_options={"populate_existing": True})
    if found is None:
        raise NotFound("exam.unknown")
    return found


def _newest(
    session: Session, query: Select[ExamSession], after: tuple[datetime, str] | None, limit: int
) -> Sequence[ExamSession]:
    key = tuple_(ExamSession.held_at, ExamSession.id)
    if after is not None:
        query = query.where(key < after)
    ordered = query.order_by(ExamSession.held_at.desc(), ExamSession.id.desc())
    return session.scalars(ordered.limit(limit)).all()
