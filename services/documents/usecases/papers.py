"""The life of a paper: ordered, made once per content, kept for some days, removed."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from services.documents import domain, store
from services.documents.domain import PaperState
from services.documents.models import Paper


@dataclass(frozen=True)
class Rendering:
    """One leased making of a paper."""

    kind: str
    key: str
    data: dict[str, Any]
    attempt: int
    stored_key: str


def order_paper(session: Session, order: dict[str, Any], *, now: datetime) -> Paper:
    """The paper of this content; ordered now unless it was before. `order` is what schemas.Order loads."""
    fresh = {
        "state": PaperState.ORDERED,
        "data": order["data"],
        "attempt": 0,
        "ordered_at": now,
        "due_at": now,
    }
    filename = f"{order['data']['number'].replace('/', '-')}.pdf"
    names = {"kind": order["paper"], "key": order["key"], "filename": filename}
    store.add_paper_once(session, {**names, **fresh})
    paper = store.lock_paper(session, order["paper"], order["key"])
    if paper.state == PaperState.FAILED and paper.due_at <= now:
        for name, value in fresh.items():
            setattr(paper, name, value)
    return paper


def find_paper(session: Session, kind: str, key: str) -> Paper | None:
    """The paper as it is now."""
    return store.find_paper(session, kind, key)


def lease_papers(session: Session, limit: int, now: datetime) -> list[Rendering]:
    """Take ordered papers; each try has a key of its own."""
    return [_lease(session, paper, now) for paper in store.lock_due_papers(session, limit, now)]


def _lease(session: Session, paper: Paper, now: datetime) -> Rendering:
    if paper.stored_key:
        store.add_doomed(session, domain.PAPERS, paper.stored_key, now + domain.SLOW_WORKER)
    paper.attempt += 1
    paper.due_at = domain.lease_end(paper.attempt, now)
    paper.stored_key = stored_key = str(uuid.uuid4())
    return Rendering(paper.kind, paper.key, paper.data or {}, paper.attempt, stored_key)


def record_made(session: Session, rendering: Rendering, *, now: datetime, kept_for: timedelta) -> None:
    """It lies in the store; what it was made of is forgotten here."""
    paper = store.find_locked_paper(session, rendering.kind, rendering.key)
    if not _is_own(paper, rendering):
        if paper is None or paper.stored_key != rendering.stored_key:
            store.add_doomed(session, domain.PAPERS, rendering.stored_key, now)
        return
    assert paper is not None
    paper.state, paper.data, paper.due_at = PaperState.MADE, None, now + kept_for


def record_failure(session: Session, rendering: Rendering, *, is_final: bool, now: datetime) -> None:
    """It could not be made: again a little later, or, when it never will be, not before it is asked for again."""
    paper = store.find_locked_paper(session, rendering.kind, rendering.key)
    if paper is None or not _is_own(paper, rendering):
        return
    if is_final and paper.attempt >= domain.MOST_TRIES:
        paper.state, paper.data, paper.due_at = PaperState.FAILED, None, now + domain.FAILED_PAPER_REST
    else:
        paper.due_at = domain.next_try(paper.attempt, now)


def _is_own(paper: Paper | None, rendering: Rendering) -> bool:
    return paper is not None and paper.state == PaperState.ORDERED and paper.attempt == rendering.attempt


def list_old_papers(session: Session, limit: int, now: datetime) -> list[list[str]]:
    """`[kind, key]` of papers that are not to be kept any longer."""
    return store.list_old_papers(session, limit, now)


def remove_paper(session: Session, kind: str, key: str, *, now: datetime) -> None:
    """Its days are over; asked for again it is made anew."""
    paper = store.find_locked_paper(session, kind, key)
    if paper is None or paper.state == PaperState.ORDERED or paper.due_at > now:
        return
    if paper.stored_key:
        # An address given a moment ago still works for its minute.
        store.add_doomed(session, domain.PAPERS, paper.stored_key, now + 2 * domain.ADDRESS_TIME)
    session.delete(paper)
