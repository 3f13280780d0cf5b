"""Objects that nothing refers to: leased, removed from the store, forgotten."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services.documents import domain, store


@dataclass(frozen=True)
class Doomed:
    """One object to remove."""

    id: int
    bucket: str
    key: str


def lease_doomed(session: Session, limit: int, now: datetime) -> list[Doomed]:
    """Take due ones; who fails leaves them to the next try."""
    rows = store.lock_due_doomed(session, limit, now)
    for row in rows:
        row.attempt += 1
        row.due_at = now + domain.REMOVAL_LEASE
    return [Doomed(row.id, row.bucket, row.key) for row in rows]


def forget_doomed(session: Session, doomed: Doomed) -> None:
    """It is gone from the store."""
    store.delete_doomed(session, doomed.id)
