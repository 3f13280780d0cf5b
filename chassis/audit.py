"""Who did what to which object. Rows are inserted unchained with the change and chained by one sealer.

A chain made inside the transaction would need one lock for all; the sealer numbers committed rows each second.
"""

import json
from collections.abc import Mapping
from datetime import UTC
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from chassis import logs
from chassis.actor import Actor
from chassis.models import audit_entry

GENESIS = "0" * 64


def record(
    session: Session, actor: Actor, action: str, object_id: str, facts: Mapping[str, Any] | None = None
) -> None:
    """Add one row to this transaction. Facts hold codes and ids, never secrets."""
    session.execute(
        insert(audit_entry).values(
            actor_kind=actor.kind,
            actor_id=actor.id,
            action=action,
            object_id=object_id,
            facts=dict(facts or {}),
            trace_id=logs.trace_id.get(),
        )
    )


def seal(session: Session, limit: int = 500) -> int:
    """Number and chain the oldest unsealed rows; how many. Only the holder of the sealer's lock calls it."""
    last = session.execute(
        select(audit_entry.c.n, audit_entry.c.hash)
        .where(audit_entry.c.n.is_not(None))
        .order_by(audit_entry.c.n.desc())
        .limit(1)
    ).first()
    n, previous = (last.n, last.hash) if last else (0, GENESIS)
    rows = session.execute(
        select(audit_entry).where(audit_entry.c.n.is_(None)).order_by(audit_entry.c.id).limit(limit)
    ).all()
    for row in rows:
        n, previous = n + 1, link(previous, n + 1, row)
        session.execute(update(audit_entry).where(audit_entry.c.id == row.id).values(n=n, hash=previous))
    return len(rows)


def link(previous: str, n: int, row: Row) -> str:
    """The hash of one entry over the one before it."""
    body = [
        n,
        row.at.astimezone(UTC).isoformat(),
        row.actor_kind,
        row.actor_id,
        row.action,
        row.object_id,
        row.facts,
    ]
    return sha256((previous + json.dumps(body, sort_keys=True, ensure_ascii=False)).encode()).hexdigest()


def first_break(session: Session) -> int | None:
    """The number at which the chain does not recompute or has a gap; None when it holds."""
    previous, expected = GENESIS, 1
    sealed = select(audit_entry).where(audit_entry.c.n.is_not(None)).order_by(audit_entry.c.n)
    for row in session.execute(sealed.execution_options(yield_per=500)):
        if row.n != expected or row.hash != link(previous, row.n, row):
            return expected
        previous, expected = row.hash, expected + 1
    return None
