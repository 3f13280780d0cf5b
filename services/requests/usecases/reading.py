"""What people look at: one request whole, lists, the officer's view, the printed request."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from contracts.permissions import DECIDERS
from services.requests.catalog import Entry, catalog
from services.requests.domain.correction import Unlocked
from services.requests.domain.life import Status
from services.requests.models import (
    Attachment,
    Candidate,
    Correction,
    CorrectionMark,
    ExamSession,
    HistoryEntry,
    Note,
    ServiceRequest,
)
from services.requests.store import corrections, exams, lists, records
from services.requests.store import requests as store
from services.requests.usecases import timing
from services.requests.usecases.correcting import find_unlocked
from services.requests.usecases.drafting import check
from services.requests.usecases.occasion import Occasion
from services.requests.usecases.timing import Clock


@dataclass(frozen=True)
class Correcting:
    """A correction with its marks."""

    correction: Correction
    marks: Sequence[CorrectionMark]


@dataclass(frozen=True)
class Place:
    """A request's place in an exam session; `waiting` is its place in the waiting list, if it waits."""

    candidate: Candidate
    hall: ExamSession
    waiting: int | None


@dataclass(frozen=True)
class Details:
    """A request with all that its applicant sees."""

    request: ServiceRequest
    entry: Entry
    files: Sequence[Attachment]
    history: Sequence[HistoryEntry]
    clock: Clock | None
    correction: Correcting | None
    unlocked: Unlocked
    place: Place | None


@dataclass(frozen=True)
class Review:
    """A request with all that an officer sees."""

    details: Details
    checks: list[tuple[str, bool]]
    notes: Sequence[Note]
    versions: Sequence[Attachment]
    duplicates: Sequence[ServiceRequest]


def details(session: Session, request: ServiceRequest, occasion: Occasion) -> Details:
    """What hangs on the request."""
    session.flush()
    history = records.list_history(session, request.id)
    is_returned = request.status == Status.RETURNED
    return Details(
        request,
        catalog().get(request.service_type),
        records.list_files(session, request.id),
        history,
        timing.read(session, request, history, occasion),
        _correcting(session, request),
        find_unlocked(session, request, occasion) if is_returned else Unlocked(),
        _place(session, request),
    )


def get_request(session: Session, number: str, occasion: Occasion) -> Details:
    """Raises NotFound `request.unknown`."""
    return details(session, store.get_visible(session, number, occasion.actor), occasion)


def list_requests(
    session: Session, filters: lists.Filters, limit: int, cursor: str | None, occasion: Occasion
) -> lists.Page:
    """A page of what this person may see."""
    return lists.list_visible(session, occasion.actor, filters, limit, cursor)


def review(session: Session, request: ServiceRequest, occasion: Occasion) -> Review:
    """The officer's view of a request."""
    whole = details(session, request, occasion)
    _entry, answers = check(session, request, occasion)
    notes = records.list_notes(session, request.id)
    versions = records.list_versions(session, request.id) if whole.correction else ()
    return Review(whole, answers, notes, versions, store.list_same_person(session, request))


def get_for_review(session: Session, number: str, occasion: Occasion) -> Review:
    """Raises NotFound `request.unknown`; drafts are not the Bureau's."""
    return review(session, store.get_sent(session, number), occasion)


def get_for_print(session: Session, number: str, occasion: Occasion) -> Details:
    """The owner prints his, an officer whatever was sent."""
    if occasion.actor.roles & DECIDERS:
        return details(session, store.get_sent(session, number), occasion)
    return get_request(session, number, occasion)


def _correcting(session: Session, request: ServiceRequest) -> Correcting | None:
    last = corrections.find_last(session, request.id)
    return Correcting(last, corrections.list_marks(session, last.id)) if last else None


def _place(session: Session, request: ServiceRequest) -> Place | None:
    candidate = exams.find_last(session, request.id)
    if candidate is None:
        return None
    is_waiting = request.status == Status.WAITING_LISTED
    waiting = exams.count_waiting(session, candidate.session_id, candidate.position) if is_waiting else None
    return Place(candidate, exams.get_session(session, candidate.session_id), waiting)
