"""Drafts that nobody touches: their owner is reminded, then they go."""

from datetime import timedelta

from sqlalchemy.orm import Session

from chassis import outbox
from contracts.requests import DraftExpiring
from services.requests.domain.life import Status
from services.requests.store import requests as store
from services.requests.usecases.drafting import remove_request
from services.requests.usecases.news import Telling, make
from services.requests.usecases.occasion import Occasion


def due_reminders(session: Session, limit: int, occasion: Occasion) -> list[str]:
    """Ids of drafts whose owner is to be told now."""
    settings = occasion.settings
    before = occasion.now - timedelta(days=settings.DRAFT_DAYS - settings.DRAFT_NOTICE_DAYS)
    return [request.id for request in store.list_untouched(session, before, limit)]


def remind(session: Session, request_id: str, occasion: Occasion) -> None:
    """Tell the owner once. However late the job runs, the full notice is given before the draft goes."""
    request = store.lock_by_id(session, request_id)
    settings = occasion.settings
    notice = timedelta(days=settings.DRAFT_NOTICE_DAYS)
    untouched_for = timedelta(days=settings.DRAFT_DAYS) - notice
    if request is None or request.status != Status.DRAFT or request.expires_on is not None:
        return
    if request.updated_at > occasion.now - untouched_for:
        return
    request.expires_on = occasion.today + notice
    telling = Telling(DraftExpiring, {"removed_on": str(request.expires_on)})
    outbox.record(session, make(request, telling), occasion.actor)


def due_removals(session: Session, limit: int, occasion: Occasion) -> list[str]:
    """Ids of drafts whose notice is over."""
    return list(store.list_expired(session, occasion.today, limit))


def remove(session: Session, request_id: str, occasion: Occasion) -> None:
    """Remove a draft that stayed untouched."""
    request = store.lock_by_id(session, request_id)
    if request is None or request.status != Status.DRAFT:
        return
    if request.expires_on is not None and request.expires_on <= occasion.today:
        remove_request(session, request, occasion, "request.expire")
