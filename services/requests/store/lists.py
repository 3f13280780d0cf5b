"""Pages of requests: an applicant's own, and the Bureau's queues. One query in one table each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import Session

from chassis import arabic, cursors
from chassis.actor import Actor
from contracts.permissions import Role
from services.requests.domain import numbers
from services.requests.domain.life import CLOCK_RUNS
from services.requests.models import ServiceRequest
from services.requests.store.requests import visible_to

MOST_WORDS = 6
PREFIX_BELOW = 3  # letters: shorter words have no whole trigram and are searched as beginnings of words

Page = tuple[list[ServiceRequest], str | None]


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list is narrowed by; None leaves it."""

    status: str | None = None
    service_type: str | None = None
    q: str | None = None
    license_number: str | None = None
    updated_since: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL."""
        columns: list[tuple[Any, Any]] = [
            (ServiceRequest.status, self.status),
            (ServiceRequest.service_type, self.service_type),
            (ServiceRequest.license_number, self.license_number),
        ]
        found = [column == value for column, value in columns if value is not None]
        if self.updated_since is not None:
            found.append(ServiceRequest.updated_at >= self.updated_since)
        return [*found, *_matching(self.q or "")]


def list_visible(session: Session, actor: Actor, filters: Filters, limit: int, cursor: str | None) -> Page:
    """What this person may see, the last opened first. The key never changes, so pages are stable."""
    query = select(ServiceRequest).where(visible_to(actor), *filters.conditions())
    if cursor is not None:
        query = query.where(ServiceRequest.id < _last_id(cursor))
    rows = session.scalars(query.order_by(ServiceRequest.id.desc()).limit(limit + 1)).all()
    return _cut(rows, limit, lambda last: [last.id])


def queue_condition(queue: str, officer: Actor, today: date) -> ColumnElement[bool]:
    """What stands in a queue of the Bureau. What was recommended waits for supervisors alone."""
    in_hand = ServiceRequest.status.in_(CLOCK_RUNS)
    free = and_(in_hand, ServiceRequest.officer_id.is_(None))
    is_supervisor = Role.SUPERVISOR in officer.roles
    return {
        "mine": and_(ServiceRequest.officer_id == officer.id, in_hand),
        "unassigned": free if is_supervisor else and_(free, ServiceRequest.recommended_by.is_(None)),
        "overdue": and_(ServiceRequest.due_on < today, in_hand),
        "all": ServiceRequest.submitted_at.is_not(None),
    }[queue]


QUEUES = ("mine", "unassigned", "overdue", "all")
_NEWEST_FIRST = frozenset({"all"})  # an archive as well; the others are work, the oldest first


def list_queue(
    session: Session,
    queue: str,
    filters: Filters,
    limit: int,
    cursor: str | None,
    *,
    condition: ColumnElement[bool],
) -> Page:
    """A page of a queue, by the moment of sending, which never changes."""
    key = tuple_(ServiceRequest.submitted_at, ServiceRequest.id)
    is_newest_first = queue in _NEWEST_FIRST
    query = select(ServiceRequest).where(condition, *filters.conditions())
    if cursor is not None:
        place = cursors.decode_moment_and_id(cursor)
        query = query.where(key < place if is_newest_first else key > place)
    order = (ServiceRequest.submitted_at, ServiceRequest.id)
    query = query.order_by(*(column.desc() if is_newest_first else column for column in order))
    rows = session.scalars(query.limit(limit + 1)).all()
    return _cut(rows, limit, lambda last: [last.submitted_at.isoformat(), last.id])


def count_queues(session: Session, officer: Actor, today: date) -> dict[str, int]:
    """How many stand in each queue: one statement, an index for each count."""
    counts = [
        select(func.count())
        .select_from(ServiceRequest)
        .where(queue_condition(queue, officer, today))
        .scalar_subquery()
        .label(queue)
        for queue in QUEUES
    ]
    return dict(session.execute(select(*counts)).one()._mapping)


def lock_next_waiting(session: Session, actor: Actor, service_type: str | None) -> ServiceRequest | None:
    """The longest waiting request that nobody has and that is not this officer's own business.

    Rows that another officer is taking at this moment are passed over.
    """
    query = (
        select(ServiceRequest)
        .where(
            queue_condition("unassigned", actor, date.min),
            ServiceRequest.civil_id != (actor.person.get("civil_id") or ""),
            ServiceRequest.opened_by != actor.id,
            ServiceRequest.applicant_id != actor.id,
            ServiceRequest.submitted_by != actor.id,
            ServiceRequest.recommended_by.is_distinct_from(actor.id),
        )
        .order_by(ServiceRequest.submitted_at, ServiceRequest.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if service_type is not None:
        query = query.where(ServiceRequest.service_type == service_type)
    return session.scalar(query)


def _matching(q: str) -> list[ColumnElement[bool]]:
    """Every word must occur: a part of a word from three letters on, else the beginning of one."""
    patterns = []
    for word in q.split()[:MOST_WORDS]:
        folded = arabic.fold(numbers.find(arabic.digits(word)) or word)
        if folded:
            start = "%" if len(folded) >= PREFIX_BELOW else "% "
            patterns.append(f"{start}{_literal(folded)}%")
    return [ServiceRequest.search.like(pattern, escape="\\") for pattern in patterns]


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _cut(rows: Sequence[ServiceRequest], limit: int, key: Any) -> Page:
    page = list(rows[:limit])
    return page, cursors.encode(key(page[-1])) if len(rows) > limit else None


def _last_id(cursor: str) -> str:
    (last_id,) = cursors.decode(cursor, 1)
    if not isinstance(last_id, str) or "\x00" in last_id:
        raise cursors.invalid()
    return last_id
