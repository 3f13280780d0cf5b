"""Every handler may be called twice: the first time is a row in the handler's own transaction."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import clock
from chassis.models import inbox

KEPT_FOR = timedelta(days=30)


def first_time(session: Session, handler: str, message_id: str) -> bool:
    """Whether this handler sees this message for the first time; a parallel twin waits for the answer."""
    claim = insert(inbox).values(handler=handler, message_id=message_id).on_conflict_do_nothing()
    return session.execute(claim.returning(inbox.c.message_id)).first() is not None


def remove_old(session: Session) -> int:
    """Delete what is past its time; the number of rows."""
    old = inbox.c.received_at < clock.real_now() - KEPT_FOR
    return session.execute(delete(inbox).where(old)).rowcount  # type: ignore[attr-defined]
