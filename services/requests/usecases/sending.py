"""Send and withdraw: the moment from which a request is the Bureau's business, and back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from chassis import outbox
from chassis.errors import Fault, Invalid, NotYet
from services.requests.catalog import Entry, catalog
from services.requests.domain import fields, files
from services.requests.domain.life import EDITABLE, Action, Status, next_status
from services.requests.models import Attachment, ServiceRequest
from services.requests.store import records
from services.requests.store import requests as store
from services.requests.usecases.attaching import settle
from services.requests.usecases.correcting import answer
from services.requests.usecases.deciding import forget_recommendation
from services.requests.usecases.drafting import require_unblocked
from services.requests.usecases.moves import move, require_version
from services.requests.usecases.news import NO_REASON, Reason, documents_detached
from services.requests.usecases.occasion import Occasion
from services.requests.usecases.seats import leave, lock_place

DocumentStates = Mapping[str, Mapping[str, Any]]  # by document id, as documents.list_states tells


def documents_to_ask_about(session: Session, number: str, occasion: Occasion) -> list[str]:
    """The files of a draft whose state documents has to tell before Send; none for what was sent already."""
    request = store.get_visible(session, number, occasion.actor)
    if request.status not in EDITABLE:
        return []
    return [file.id for file in records.list_files(session, request.id)]


def submit(
    session: Session, number: str, version: int | None, states: DocumentStates, occasion: Occasion
) -> ServiceRequest:
    """Send. The rules are asked under the row lock, and the unique index has the last word between twins."""
    request = store.lock_visible(session, number, occasion.actor)
    entry = catalog().get(request.service_type)
    next_status(entry.definition.moves, Action.SUBMIT, Status(request.status))
    require_version(request, version)
    require_unblocked(session, entry, request, occasion)
    attached = _with_states(session, request, states, occasion)
    _require_complete(entry, request, attached, occasion.today)
    _drop_unusable(session, request, attached, occasion)
    answer(session, request, occasion)
    request.raw = {}
    # Sent again it keeps its place in the queue: the Bureau's clock only rested.
    request.submitted_by = request.submitted_by or occasion.actor.id
    request.submitted_at = request.submitted_at or occasion.now
    move(session, request, Action.SUBMIT, occasion)
    return request


def withdraw(
    session: Session, number: str, version: int | None, reason: str | None, occasion: Occasion
) -> ServiceRequest:
    """Take back what was sent, as long as the type's table allows it."""
    hall, request, candidate = lock_place(session, number, occasion)
    entry = catalog().get(request.service_type)
    next_status(entry.definition.moves, Action.WITHDRAW, Status(request.status))
    require_version(request, version)
    given = Reason(text={"ar": reason, "en": reason}) if reason else NO_REASON
    forget_recommendation(request)
    move(session, request, Action.WITHDRAW, occasion, given)
    if hall and candidate:
        leave(session, hall, candidate, occasion)
    return request


def _with_states(
    session: Session, request: ServiceRequest, states: DocumentStates, occasion: Occasion
) -> list[Attachment]:
    """The files with what documents said a moment ago; one attached since then keeps what is known of it."""
    attached = list(records.list_files(session, request.id))
    for file in attached:
        if file.id in states:
            file.state, file.code = states[file.id]["state"], states[file.id].get("code")
    for slot in sorted({file.slot for file in attached}):
        settle(session, request, slot, occasion)  # what Send learned may be earlier than the news of it
    return list(records.list_files(session, request.id))


def _require_complete(entry: Entry, request: ServiceRequest, attached: list[Attachment], today: date) -> None:
    faults: list[Fault] = [
        *fields.faults_before_send(entry.definition, request.fields, today),
        *files.faults_before_send(entry.definition, attached),
    ]
    if faults:
        raise Invalid("request.incomplete", faults=faults)
    if files.are_being_checked(attached):
        raise NotYet("documents.being_checked")


def _drop_unusable(
    session: Session, request: ServiceRequest, attached: list[Attachment], occasion: Occasion
) -> None:
    """Uploads that never came and files that were refused are not part of what is sent."""
    unusable = [file.id for file in attached if file.state in files.UNUSED]
    if unusable:
        records.remove_attachments(session, unusable)
        outbox.record(session, documents_detached(request, unusable), occasion.actor)
