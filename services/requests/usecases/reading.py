"""What people look at: one request whole, lists, the officer's view, the printed request."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from contracts.permissions import DECIDERS
from services.requests.catalog import Entry, catalog
from services.requests.models import Attachment, HistoryEntry, Note, ServiceRequest
from services.requests.store import lists, records
from services.requests.store import requests as store
from services.requests.usecases.drafting import check
from services.requests.usecases.occasion import Occasion


@dataclass(frozen=True)
class Details:
    """A request with all that its applicant sees."""

    request: ServiceRequest
    entry: Entry
    files: Sequence[Attachment]
    history: Sequence[HistoryEntry]


@dataclass(frozen=True)
class Review:
    """A request with all that an officer sees."""

    details: Details
    checks: list[tuple[str, bool]]
    notes: Sequence[Note]
    duplicates: Sequence[ServiceRequest]


def details(session: Session, request: ServiceRequest) -> Details:
    """What hangs on the request."""
    entry = catalog().get(request.service_type)
    session.flush()
    files = records.list_files(session, request.id)
    return Details(request, entry, files, records.list_history(session, request.id))


def get_request(session: Session, number: str, occasion: Occasion) -> Details:
    """Raises NotFound `request.unknown`."""
    return details(session, store.get_visible(session, number, occasion.actor))


def list_requests(
    session: Session, filters: lists.Filters, limit: int, cursor: str | None, occasion: Occasion
) -> lists.Page:
    """A page of what this person may see."""
    return lists.list_visible(session, occasion.actor, filters, limit, cursor)


def review(session: Session, request: ServiceRequest, occasion: Occasion) -> Review:
    """The officer's view of a request."""
    whole = details(session, request)
    _entry, answers = check(session, request, occasion)
    notes = records.list_notes(session, request.id)
    return Review(whole, answers, notes, store.list_same_person(session, request))


def get_for_review(session: Session, number: str, occasion: Occasion) -> Review:
    """Raises NotFound `request.unknown`; drafts are not the Bureau's."""
    return review(session, store.get_sent(session, number), occasion)


def get_for_print(session: Session, number: str, occasion: Occasion) -> Details:
    """The owner prints his, an officer whatever was sent."""
    if occasion.actor.roles & DECIDERS:
        return details(session, store.get_sent(session, number))
    return get_request(session, number, occasion)
