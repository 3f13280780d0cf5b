"""The same key, the same answer: a row in the acting service's own transaction.

Kept are results and refusals that belong to the state (409, 404), for a day; never errors of form, rights or
availability, which the caller mends or waits out.
"""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import psycopg2.errors
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from chassis import clock
from chassis.errors import Conflict, Invalid, NotFound, NotYet, PortalError
from chassis.models import idempotency as table

KEPT_FOR = timedelta(hours=24)


class Replayed(Exception):
    """The work of this key was done; `outcome` is what was answered."""

    def __init__(self, outcome: dict[str, Any]):
        super().__init__("replayed")
        self.outcome = outcome


@dataclass(frozen=True)
class Call:
    """One command: who, which method, under which key, with which body (digest of its canonical form)."""

    account: str
    method: str
    key: str
    body_hash: str

    @property
    def row_id(self) -> str:
        """Keys are per account and method."""
        return sha256("\0".join((self.account, self.method, self.key)).encode()).hexdigest()

    def about(self, facts: dict[str, Any]) -> "Call":
        """The same call, recognised by these facts in place of its arguments."""
        return replace(self, body_hash=body_hash(facts))


def body_hash(arguments: dict[str, Any]) -> str:
    """Digest of the arguments, independent of the order of their names."""
    return sha256(json.dumps(arguments, sort_keys=True).encode()).hexdigest()


def take(session: Session, call: Call) -> None:
    """Claim the key in this transaction; a parallel call with it waits here.

    Raises Replayed, Invalid `idempotency.key_reused`, Conflict `idempotency.in_progress`.
    """
    claim = insert(table).values(id=call.row_id, body_hash=call.body_hash).on_conflict_do_nothing()
    try:
        if session.execute(claim.returning(table.c.id)).first():
            return
    except OperationalError as error:
        if isinstance(error.orig, psycopg2.errors.LockNotAvailable):
            raise Conflict("idempotency.in_progress") from None
        raise
    row = session.execute(select(table).where(table.c.id == call.row_id).with_for_update()).one()
    if row.created_at < clock.real_now() - KEPT_FOR:
        fresh = {"body_hash": call.body_hash, "outcome": None, "created_at": clock.real_now()}
        session.execute(update(table).where(table.c.id == call.row_id).values(**fresh))
        return
    if row.body_hash != call.body_hash:
        raise Invalid("idempotency.key_reused")
    raise Replayed(row.outcome)


def keep(session: Session, call: Call, outcome: dict[str, Any]) -> None:
    """Store the outcome of a claimed key."""
    session.execute(update(table).where(table.c.id == call.row_id).values(outcome=outcome))


def is_kept(error: PortalError) -> bool:
    """Whether this refusal is an outcome (and not the key's own)."""
    if isinstance(error, NotYet) or error.code.startswith("idempotency."):
        return False
    return isinstance(error, Conflict | NotFound)


def keep_refusal(session: Session, call: Call, error: PortalError) -> None:
    """Store a refusal after its transaction was rolled back; somebody else's answer is not overwritten."""
    values = {"id": call.row_id, "body_hash": call.body_hash, "outcome": {"error": error.to_wire()}}
    session.execute(insert(table).values(**values).on_conflict_do_nothing())


def remove_old(session: Session) -> int:
    """Delete what is past its day; the number of rows."""
    old = table.c.created_at < clock.real_now() - KEPT_FOR
    return session.execute(delete(table).where(old)).rowcount  # type: ignore[attr-defined]
