"""Files of a request: into slots, renamed, taken out, opened, and what documents tells about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from sqlalchemy.orm import Session

from chassis import audit, outbox
from chassis.actor import Actor
from chassis.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from contracts.permissions import APPLICANTS, DECIDERS
from services.requests.catalog import catalog
from services.requests.domain import files
from services.requests.domain.correction import Unlocked
from services.requests.domain.definition import Slot
from services.requests.domain.life import EDITABLE
from services.requests.models import Attachment, ServiceRequest
from services.requests.store import records
from services.requests.store import requests as store
from services.requests.usecases.correcting import was_there_before
from services.requests.usecases.drafting import lock_editable
from services.requests.usecases.moves import keep_alive
from services.requests.usecases.news import documents_detached
from services.requests.usecases.occasion import Occasion


@dataclass(frozen=True, kw_only=True)
class Upload:
    """What the applicant announces; documents decides by what the file is."""

    slot: str
    name: str | None = None
    filename: str
    content_type: str
    size: int | None = None
    sha256: str | None = None


def plan_upload(session: Session, number: str, upload: Upload, occasion: Occasion) -> tuple[str, Slot]:
    """The request's number and the slot that documents needs to know. Raises NotFound, Invalid.

    Whether there is room is asked when the file is attached: a repeated call must get its first answer.
    """
    request = store.get_visible(session, number, occasion.actor)
    slot = files.slot_of(catalog().get(request.service_type).definition, upload.slot)
    faults = []
    if upload.content_type not in slot.types:
        faults.append(Fault("/content_type", "document.wrong_type", {"types": list(slot.types)}))
    if upload.size is not None and upload.size > slot.max_bytes:
        faults.append(Fault("/size", "document.too_large", {"max_bytes": slot.max_bytes}))
    if faults:
        raise Invalid("input.invalid", faults=faults)
    return request.number, slot


def attach(session: Session, number: str, document_id: str, upload: Upload, occasion: Occasion) -> Attachment:
    """Put the announced file into its slot. Raises Conflict when the slot or the request takes no more."""
    request, unlocked = lock_editable(session, number, occasion)
    _require_unlocked(upload.slot, unlocked)
    entry = catalog().get(request.service_type)
    slot = files.slot_of(entry.definition, upload.slot)
    in_slot = [file for file in records.list_files(session, request.id) if file.slot == slot.code]
    if len(records.list_all_document_ids(session, request.id)) >= files.MOST_PER_REQUEST:
        raise Conflict("document.slot_full", {"maximum": files.MOST_PER_REQUEST})
    _detach(session, request, [file.id for file in files.make_room(slot, in_slot)], occasion)
    label = entry.words.text("slots", slot.code, "label")
    attachment = Attachment(
        id=document_id,
        request_id=request.id,
        slot=slot.code,
        name=upload.name or label.get(occasion.actor.language, label["ar"]),
        filename=upload.filename,
        content_type=upload.content_type,
        size=upload.size,
        sha256=upload.sha256,
        state=files.AWAITING,
        attached_at=occasion.now,
        placed_at=occasion.now,
    )
    session.add(attachment)
    keep_alive(request, occasion)
    _audit(session, occasion, "document.attach", request, document_id)
    return attachment


def change_document(
    session: Session, document_id: str, name: str | None, slot: str | None, occasion: Occasion
) -> Attachment:
    """Rename a file of a draft, or move it to another slot that takes its type."""
    request, attachment, unlocked = _lock_own(session, document_id, occasion)
    if slot is not None and slot != attachment.slot:
        _require_unlocked(slot, unlocked)
        _move_to(session, request, attachment, slot, occasion)
    if name is not None:
        attachment.name = name
    keep_alive(request, occasion)
    _audit(session, occasion, "document.change", request, document_id)
    return attachment


def detach_document(session: Session, document_id: str, occasion: Occasion) -> None:
    """Take a file out of a draft; the file itself may go. One that an officer has seen is kept as a version."""
    request, attachment, unlocked = _lock_own(session, document_id, occasion)
    if unlocked is not None and was_there_before(session, request, attachment.id):
        attachment.replaced_at = occasion.now
        _audit(session, occasion, "document.replace", request, attachment.id)
    else:
        _detach(session, request, [attachment.id], occasion)
    keep_alive(request, occasion)


def note_document_state(
    session: Session, document_id: str, told: Mapping[str, Any], occasion: Occasion
) -> None:
    """Documents looked at a file: keep what it found; a clean one takes the place of the one before it.

    A file that was detached meanwhile is nobody's any more. The request's version stays.
    """
    found = records.find_attachment(session, document_id)
    request = store.lock_by_id(session, found.request_id) if found else None
    attachment = records.find_attachment(session, document_id)
    if request is None or attachment is None:
        return
    attachment.state, attachment.code = told["state"], told["code"]
    attachment.content_type = told["content_type"] or attachment.content_type
    attachment.size, attachment.sha256 = told["size"], told["sha256"]
    request.updated_at = occasion.now
    settle(session, request, attachment.slot, occasion)


def open_document(
    session: Session, document_id: str, verb: str, occasion: Occasion
) -> tuple[Attachment, str]:
    """The attachment and its request's number, if this person may do that to it.

    Raises NotFound for what is not his, Forbidden `permission.missing` for an officer who would complete it.
    """
    is_officer = bool(occasion.actor.roles & DECIDERS)
    attachment, number = records.get_attachment(session, document_id, with_versions=is_officer)
    request = _get_for(session, number, occasion.actor)
    if verb != "complete":
        return attachment, number
    if not occasion.actor.roles & APPLICANTS:
        raise Forbidden("permission.missing")
    if request.status not in EDITABLE:
        raise Conflict("request.not_draft", {"status": request.status})
    if attachment.state == files.AWAITING:
        # Told by documents in a moment; until then a page says that it is being checked.
        attachment.state = files.UPLOADED
    return attachment, number


def download_name(attachment: Attachment) -> str:
    """The name as the applicant gave it, with the ending of the file that was uploaded."""
    ending = PurePath(attachment.filename).suffix
    return attachment.name if attachment.name.endswith(ending) else f"{attachment.name}{ending}"


def _get_for(session: Session, number: str, actor: Actor) -> ServiceRequest:
    """The request behind a document; the same NotFound for all that is not this person's."""
    try:
        if actor.roles & DECIDERS:
            return store.get_sent(session, number)
        return store.get_visible(session, number, actor)
    except NotFound:
        raise NotFound("document.unknown") from None


def _lock_own(
    session: Session, document_id: str, occasion: Occasion
) -> tuple[ServiceRequest, Attachment, Unlocked | None]:
    _found, number = records.get_attachment(session, document_id)
    try:
        request, unlocked = lock_editable(session, number, occasion)
    except NotFound:
        raise NotFound("document.unknown") from None
    attachment, _number = records.get_attachment(session, document_id)  # as it is under the lock
    _require_unlocked(attachment.slot, unlocked)
    return request, attachment, unlocked


def _require_unlocked(slot: str, unlocked: Unlocked | None) -> None:
    if unlocked is not None and slot not in unlocked.slots:
        raise Invalid("input.invalid", faults=[Fault("/slot", "field.locked")])


def _move_to(
    session: Session, request: ServiceRequest, attachment: Attachment, code: str, occasion: Occasion
) -> None:
    slot = files.slot_of(catalog().get(request.service_type).definition, code)
    if attachment.content_type not in slot.types:
        raise Invalid(
            "input.invalid", faults=[Fault("/slot", "document.wrong_type", {"types": list(slot.types)})]
        )
    in_slot = [file for file in records.list_files(session, request.id) if file.slot == slot.code]
    _detach(session, request, [file.id for file in files.make_room(slot, in_slot)], occasion)
    attachment.slot, attachment.placed_at = slot.code, occasion.now
    session.flush()
    settle(session, request, slot.code, occasion)


def settle(session: Session, request: ServiceRequest, code: str, occasion: Occasion) -> None:
    """Keep one clean file in a slot for one; the others become versions."""
    slot = catalog().get(request.service_type).definition.find_slot(code)
    if slot is None:
        return
    in_slot = [file for file in records.list_files(session, request.id) if file.slot == code]
    for file in files.replaced(slot, in_slot):
        session.get_one(Attachment, file.id).replaced_at = occasion.now


def _detach(session: Session, request: ServiceRequest, document_ids: list[str], occasion: Occasion) -> None:
    if not document_ids:
        return
    records.remove_attachments(session, document_ids)
    outbox.record(session, documents_detached(request, document_ids), occasion.actor)
    for document_id in document_ids:
        _audit(session, occasion, "document.detach", request, document_id)


def _audit(
    session: Session, occasion: Occasion, action: str, request: ServiceRequest, document_id: str
) -> None:
    audit.record(session, occasion.actor, action, request.number, {"document": document_id})
