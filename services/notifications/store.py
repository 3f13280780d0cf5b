"""Named queries on the service's own database."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from services.notifications.domain import Lane, State
from services.notifications.models import Delivery, Notice

_OPEN = (State.WAITING, State.LEASED)


def add_delivery(session: Session, **values: Any) -> bool:
    """Insert a waiting delivery; False when the person has this event on this channel already."""
    claim = insert(Delivery).values(state=State.WAITING, **values)
    return _is_new(session, claim.on_conflict_do_nothing().returning(Delivery.id))


def add_notice(session: Session, **values: Any) -> bool:
    """Insert a notice; False when the person has one of this event already."""
    claim = insert(Notice).values(**values)
    return _is_new(session, claim.on_conflict_do_nothing().returning(Notice.id))


def _is_new(session: Session, statement: Any) -> bool:
    return session.execute(statement).first() is not None


def lock_due(session: Session, lane: Lane, limit: int, now: datetime) -> list[tuple[Delivery, bool]]:
    """Due deliveries that nobody else holds, the longest waiting first, each with whether a newer code exists.

    News of one request go to a person one after another, in the order of `seq`.
    """
    query = (
        select(Delivery, _is_replaced())
        .where(
            Delivery.channel == lane.channel,
            Delivery.is_code == lane.is_code,
            Delivery.state.in_(_OPEN),
            Delivery.next_at <= now,
            or_(Delivery.is_code, ~_waits_for_earlier()),
        )
        .order_by(Delivery.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    return [(row, is_replaced) for row, is_replaced in session.execute(query)]


def _waits_for_earlier() -> Any:
    earlier = aliased(Delivery)
    return exists().where(
        earlier.account_id == Delivery.account_id,
        earlier.channel == Delivery.channel,
        earlier.aggregate == Delivery.aggregate,
        earlier.seq < Delivery.seq,
        earlier.state.in_(_OPEN),
    )


def _is_replaced() -> Any:
    newer = aliased(Delivery)
    return and_(
        Delivery.is_code,
        exists().where(
            newer.account_id == Delivery.account_id,
            newer.channel == Delivery.channel,
            newer.event == Delivery.event,
            newer.event_id > Delivery.event_id,  # UUIDv7: in the order of their making
        ),
    )


def lock_delivery(session: Session, delivery_id: str) -> Delivery:
    """The delivery, locked for update."""
    return session.execute(select(Delivery).where(Delivery.id == delivery_id).with_for_update()).scalar_one()


def list_notices(
    session: Session, account_id: str, limit: int, after: tuple[datetime, int, str] | None
) -> list[Notice]:
    """The account's notices, newest first, below the sort key `after`."""
    key = (Notice.at, Notice.seq, Notice.id)
    query = select(Notice).where(Notice.account_id == account_id)
    if after is not None:
        query = query.where(tuple_(*key) < tuple_(*after))
    return list(session.scalars(query.order_by(*(part.desc() for part in key)).limit(limit)))


def count_unread(session: Session, account_id: str) -> int:
    """How many notices of the account were not read yet."""
    query = select(func.count()).where(Notice.account_id == account_id, Notice.read_at.is_(None))
    return session.execute(query.select_from(Notice)).scalar_one()


def mark_read(session: Session, account_id: str, notice_id: str, now: datetime) -> bool:
    """Keep the first moment of reading; False when the account has no such notice."""
    mark = (
        update(Notice)
        .where(Notice.id == notice_id, Notice.account_id == account_id)
        .values(read_at=func.coalesce(Notice.read_at, now))
    )
    return session.execute(mark.returning(Notice.id)).first() is not None
