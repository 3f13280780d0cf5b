"""What the service does: note who is to be told, lease what is due, record what became of it, show notices."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from chassis import cursors, ids, outbox
from chassis.actor import Actor
from chassis.errors import Fault, Invalid, NotFound
from chassis.events import Message
from contracts.notifications import NoticePosted
from services.notifications import domain, store
from services.notifications.domain import Channel, Lane, Outcome, Parcel, Result, State
from services.notifications.models import Delivery, Notice

_SECRET = "sealed"  # noqa: S105 - the name of a field


def tell(session: Session, message: Message, *, actor: Actor, now: datetime) -> None:
    """Note a notice and a delivery per channel for each recipient; what is there already is left alone."""
    rule = domain.RULES[message.name]
    for account_id in dict.fromkeys(message.recipients):
        if rule.notice:
            _post_notice(session, message, account_id, actor)
        for channel in domain.channels_of(rule, message.data):
            store.add_delivery(
                session,
                id=ids.new_id(),
                account_id=account_id,
                channel=channel,
                event_id=message.id,
                event=message.name,
                aggregate=message.aggregate,
                seq=message.seq,
                is_code=rule.is_code,
                data=_open_facts(message),
                sealed=message.data.get(_SECRET),
                expires_at=domain.expiry_of(rule, message.id, message.data),
                next_at=now,
                trace_id=message.trace_id,
            )


def _post_notice(session: Session, message: Message, account_id: str, actor: Actor) -> None:
    notice_id = ids.new_id()
    is_new = store.add_notice(
        session,
        id=notice_id,
        account_id=account_id,
        event_id=message.id,
        event=message.name,
        aggregate=message.aggregate,
        seq=message.seq,
        data=_open_facts(message),
        at=datetime.fromisoformat(message.at),
    )
    if is_new:
        outbox.record(session, NoticePosted(aggregate=notice_id, seq=1, recipients=(account_id,)), actor)


def _open_facts(message: Message) -> dict[str, Any]:
    return {name: value for name, value in message.data.items() if name != _SECRET}


def lease_bundles(session: Session, lane: Lane, limit: int, now: datetime) -> list[list[Parcel]]:
    """Up to `limit` bundles of due deliveries, ours until the lane's lease has passed.

    A delivery whose sender was lost is not leased again at once: what kills a sender would kill the next.
    """
    parcels = []
    for row, is_replaced in store.lock_due(session, lane, limit * lane.bundle, now):
        if row.state == State.LEASED:
            _move(session, row, domain.SENDER_LOST, now)
        else:
            row.state, row.next_at, row.attempts = State.LEASED, now + lane.lease, row.attempts + 1
            parcels.append(_parcel(row, is_replaced))
    return [parcels[start : start + lane.bundle] for start in range(0, len(parcels), lane.bundle)]


def _parcel(row: Delivery, is_replaced: bool) -> Parcel:
    return Parcel(
        id=row.id,
        event=row.event,
        account_id=row.account_id,
        channel=Channel(row.channel),
        aggregate=row.aggregate,
        data=row.data,
        sealed=row.sealed,
        expires_at=row.expires_at,
        is_replaced=is_replaced,
        attempts=row.attempts,
        trace_id=row.trace_id,
    )


def record(session: Session, parcel: Parcel, outcome: Outcome, now: datetime) -> State:
    """Write down what became of a leased delivery; its state then.

    Somebody else may hold the lease by now: then only a success still counts, because it is true.
    """
    row = store.lock_delivery(session, parcel.id)
    is_ours = row.state == State.LEASED and row.attempts == parcel.attempts
    if row.state in domain.FINAL or not (is_ours or outcome.result is Result.SENT):
        return State(row.state)
    _move(session, row, outcome, now)
    return State(row.state)


def _move(session: Session, row: Delivery, outcome: Outcome, now: datetime) -> None:
    state, pause = domain.after(outcome, row.attempts, row.is_code)
    row.state, row.error, row.provider_id = state, outcome.error, outcome.provider_id
    if state in domain.FINAL:
        row.finished_at, row.sealed = now, None
        _fall_back(session, row, now)
    else:
        row.next_at = now + pause
        row.attempts -= outcome.result is Result.UNTRIED


def _fall_back(session: Session, row: Delivery, now: datetime) -> None:
    channel = domain.fallback_of(domain.RULES[row.event], Channel(row.channel))
    if row.state == State.SENT or channel is None:
        return
    kept = (
        "account_id",
        "event_id",
        "event",
        "aggregate",
        "seq",
        "is_code",
        "data",
        "expires_at",
        "trace_id",
    )
    values = {name: getattr(row, name) for name in kept}
    store.add_delivery(session, id=ids.new_id(), channel=channel, next_at=now, **values)


def list_notices(
    session: Session, *, actor: Actor, limit: int, cursor: str | None
) -> tuple[list[Notice], str | None]:
    """A page of the actor's own notices, newest first, and the cursor of the next. Raises Invalid."""
    after = _sort_key(cursor) if cursor else None
    rows = store.list_notices(session, actor.id, cursors.check_limit(limit) + 1, after)
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], cursors.encode([last.at.isoformat(), last.seq, last.id])


def _sort_key(cursor: str) -> tuple[datetime, int, str]:
    at, seq, notice_id = cursors.decode(cursor, 3)
    try:
        moment = datetime.fromisoformat(at)
    except (TypeError, ValueError):
        moment = None
    is_whole = isinstance(seq, int) and abs(seq) < 2**31 and isinstance(notice_id, str)
    if moment is None or moment.tzinfo is None or not is_whole or "\x00" in notice_id:
        raise Invalid("cursor.invalid", faults=[Fault("/cursor", "cursor.invalid")])
    return moment, seq, notice_id


def count_unread(session: Session, *, actor: Actor) -> int:
    """How many notices the actor has not read."""
    return store.count_unread(session, actor.id)


def read_notice(session: Session, notice_id: str, *, actor: Actor, now: datetime) -> None:
    """Mark one of the actor's notices as read. Raises NotFound `notice.unknown`."""
    if not store.mark_read(session, actor.id, notice_id, now):
        raise NotFound("notice.unknown")
