"""State and news are saved together: an event is a row of the same transaction, published by the relay."""

import json
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from chassis import clock, ids, logs
from chassis.actor import Actor
from chassis.failpoints import failpoint
from chassis.models import outbox
from contracts.events import Event

CHANNEL = "outbox"


def record(session: Session, event: Event, actor: Actor) -> str:
    """Add the event to the outbox of this transaction; its message id. `actor` is a fact, no authorisation."""
    failpoint("before_outbox")
    message_id = ids.new_id()
    body = json.dumps(_body(event, message_id, actor), ensure_ascii=False, separators=(",", ":"))
    session.execute(insert(outbox).values(name=event.NAME, body=body))
    session.execute(text(f"NOTIFY {CHANNEL}"))
    session.info.setdefault(CHANNEL, []).append(event)
    return message_id


def recorded(session: Session) -> list[Event]:
    """The events recorded in this transaction so far, oldest first."""
    return list(session.info.get(CHANNEL, ()))


def _body(event: Event, message_id: str, actor: Actor) -> dict[str, Any]:
    return {
        "id": message_id,
        "name": event.NAME,
        "v": event.V,
        "at": clock.now().isoformat(),
        "aggregate": event.aggregate,
        "seq": event.seq,
        "actor": {"kind": actor.kind, "id": actor.id, "office": actor.office},
        "trace_id": logs.trace_id.get(),
        "language": actor.language,
        "recipients": list(event.recipients),
        "data": event.data(),
    }
