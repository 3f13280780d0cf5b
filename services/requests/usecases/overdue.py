"""Requests that the Bureau should have decided: its supervisors are told, once."""

from sqlalchemy.orm import Session

from chassis import outbox
from contracts.permissions import Role
from contracts.requests import RequestOverdue
from services.requests.domain.life import CLOCK_RUNS
from services.requests.store import bureau
from services.requests.store import requests as store
from services.requests.usecases.news import Telling, make
from services.requests.usecases.occasion import Occasion


def due(session: Session, limit: int, occasion: Occasion) -> list[str]:
    """Ids of requests that became overdue."""
    return store.list_newly_overdue(session, occasion.today, limit)


def tell(session: Session, request_id: str, occasion: Occasion) -> None:
    """Tell the supervisors of one."""
    request = store.lock_by_id(session, request_id)
    if request is None or request.status not in CLOCK_RUNS or request.overdue_told_at is not None:
        return
    if request.due_on is None or request.due_on >= occasion.today:
        return
    request.overdue_told_at = occasion.now
    supervisors = tuple(each.id for each in bureau.list_officers(session, frozenset({Role.SUPERVISOR})))
    telling = Telling(RequestOverdue, {"due_on": str(request.due_on), "recipients": supervisors})
    outbox.record(session, make(request, telling), occasion.actor)
