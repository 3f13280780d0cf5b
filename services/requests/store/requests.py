"""Requests as their applicants may see them, and as the rules count them."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from chassis.actor import Actor
from chassis.errors import NotFound
from contracts.permissions import Role
from services.requests.domain import numbers
from services.requests.domain.life import CLOCK_RUNS, ENDED
from services.requests.models import ServiceRequest


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """What a person may know of: what he is the subject of, what he opened for his present company or for
    himself, and as general user everything of that company."""
    subject = ServiceRequest.applicant_id == actor.id
    opened = and_(
        ServiceRequest.opened_by == actor.id,
        or_(ServiceRequest.office.is_(None), ServiceRequest.office == (actor.office or "")),
    )
    if actor.office and Role.GENERAL_USER in actor.roles:
        return or_(subject, opened, ServiceRequest.office == actor.office)
    return or_(subject, opened)


def get_visible(session: Session, number: str, actor: Actor) -> ServiceRequest:
    """Raises NotFound `request.unknown` when it is not there or not for this person."""
    return _one(session, number, visible_to(actor), is_locked=False)


def lock_visible(session: Session, number: str, actor: Actor) -> ServiceRequest:
    """As get_visible, locked for change."""
    return _one(session, number, visible_to(actor), is_locked=True)


def get_sent(session: Session, number: str) -> ServiceRequest:
    """For the Bureau: whatever was sent. Raises NotFound; a draft is nobody's but its owner's."""
    return _one(session, number, ServiceRequest.submitted_at.is_not(None), is_locked=False)


def lock_sent(session: Session, number: str) -> ServiceRequest:
    """As get_sent, locked for change."""
    return _one(session, number, ServiceRequest.submitted_at.is_not(None), is_locked=True)


def lock_by_id(session: Session, request_id: str) -> ServiceRequest | None:
    """The row, locked; None when it is gone."""
    return session.scalar(
        select(ServiceRequest).where(ServiceRequest.id == request_id).with_for_update(),
        execution_options={"populate_existing": True},
    )


def is_key_taken(session: Session, exclusive_key: str, by_other_than: str) -> bool:
    """Whether another request holds the key now."""
    holder = select(ServiceRequest.id).where(
        ServiceRequest.exclusive_key == exclusive_key, ServiceRequest.id != by_other_than
    )
    return session.scalar(holder) is not None


def list_ended(session: Session, service_type: str, fact: str, value: str) -> Sequence[ServiceRequest]:
    """Requests of this type with this fact that have ended."""
    return session.scalars(
        select(ServiceRequest).where(
            ServiceRequest.service_type == service_type,
            getattr(ServiceRequest, fact) == value,
            ServiceRequest.status.in_(ENDED),
        )
    ).all()


def list_same_person(session: Session, request: ServiceRequest, limit: int = 20) -> Sequence[ServiceRequest]:
    """Other sent requests of this type with the same civil ID, newest first."""
    return session.scalars(
        select(ServiceRequest)
        .where(
            ServiceRequest.civil_id == request.civil_id,
            ServiceRequest.service_type == request.service_type,
            ServiceRequest.id != request.id,
            ServiceRequest.submitted_at.is_not(None),
        )
        .order_by(ServiceRequest.id.desc())
        .limit(limit)
    ).all()


def list_newly_overdue(session: Session, today: date, limit: int) -> list[str]:
    """Ids of requests that the Bureau should have decided before today and that nobody was told of."""
    query = select(ServiceRequest.id).where(
        ServiceRequest.status.in_(CLOCK_RUNS),
        ServiceRequest.overdue_told_at.is_(None),
        ServiceRequest.due_on < today,
    )
    return list(session.scalars(query.order_by(ServiceRequest.due_on).limit(limit)))


def list_untouched(session: Session, before: datetime, limit: int) -> Sequence[ServiceRequest]:
    """Drafts not touched since `before` whose owner was not reminded yet."""
    return session.scalars(
        select(ServiceRequest)
        .where(
            ServiceRequest.status == "draft",
            ServiceRequest.updated_at < before,
            ServiceRequest.expires_on.is_(None),
        )
        .order_by(ServiceRequest.updated_at)
        .limit(limit)
    ).all()


def list_expired(session: Session, today: date, limit: int) -> Sequence[str]:
    """Ids of drafts whose notice is over."""
    return session.scalars(
        select(ServiceRequest.id)
        .where(ServiceRequest.status == "draft", ServiceRequest.expires_on <= today)
        .order_by(ServiceRequest.expires_on)
        .limit(limit)
    ).all()


def _one(session: Session, number: str, condition: ColumnElement[bool], *, is_locked: bool) -> ServiceRequest:
    query = select(ServiceRequest).where(ServiceRequest.number == (numbers.find(number) or ""), condition)
    if is_locked:
        query = query.with_for_update()
    request = session.scalar(query, execution_options={"populate_existing": True})
    if request is None:
        raise NotFound("request.unknown")
    return request
