"""The life of an upload: started, completed, looked at, removed. Every end dooms the objects it leaves behind."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from chassis import audit, outbox
from chassis.actor import Actor
from chassis.errors import Conflict, Fault, Invalid, NotFound
from contracts.documents import DocumentChecked
from services.documents import domain, store
from services.documents.domain import State, Verdict
from services.documents.models import Upload
from services.documents.usecases import showing


@dataclass(frozen=True)
class Handout:
    """One object that may be given out."""

    key: str
    filename: str
    content_type: str


@dataclass(frozen=True)
class Check:
    """One leased look at a file: all that is needed outside of the transaction."""

    document_id: str
    attempt: int
    incoming_key: str
    stored_key: str
    rendition_key: str
    content_types: tuple[str, ...]
    max_bytes: int
    announced_size: int | None
    announced_sha256: str | None


def start_upload(
    session: Session, order: dict[str, Any], *, document_id: str, key: str, now: datetime, actor: Actor
) -> Upload:
    """A new upload that waits for its file. `order` is what schemas.Start loads."""
    upload = Upload(
        id=document_id,
        owner=order["owner"],
        slot=order["slot"],
        filename=domain.clean_filename(order["filename"]),
        content_types=order["content_types"],
        max_bytes=order["max_bytes"],
        announced_size=order["size"],
        announced_sha256=order["sha256"],
        state=State.AWAITING,
        incoming_key=key,
        policy_expires_at=now + domain.POLICY_TIME,
        created_at=now,
        due_at=now + domain.UNCOMPLETED_FOR,
    )
    session.add(upload)
    audit.record(session, actor, "document.start", upload.id, {"owner": upload.owner, "slot": upload.slot})
    return upload


def complete_upload(
    session: Session,
    document_id: str,
    sha256: str | None,
    *,
    now: datetime,
    business_now: datetime,
    actor: Actor,
) -> Upload:
    """The file was sent: it is looked at next. Said again, it changes nothing.

    Raises NotFound `document.unknown`, Invalid `document.hash_differs` when it is not the announced file.
    """
    upload = store.lock_upload(session, document_id)
    if upload.state != State.AWAITING:
        return upload
    if sha256 and upload.announced_sha256 and sha256 != upload.announced_sha256:
        code = domain.Refusal.HASH_DIFFERS
        raise Invalid(code, faults=[Fault("/sha256", code)])
    upload.announced_sha256 = upload.announced_sha256 or sha256
    upload.state, upload.due_at, upload.uploaded_at = State.UPLOADED, now, business_now
    audit.record(session, actor, "document.complete", upload.id)
    return upload


def lease_checks(session: Session, limit: int, now: datetime) -> list[Check]:
    """Take due uploads; each try has keys of its own, those of a try before are doomed."""
    return [_lease(session, upload, now) for upload in store.lock_due_checks(session, limit, now)]


def _lease(session: Session, upload: Upload, now: datetime) -> Check:
    _doom_stored(session, upload, now + domain.SLOW_WORKER)
    upload.state, upload.attempt = State.SCANNING, upload.attempt + 1
    upload.due_at = domain.lease_end(upload.attempt, now)
    upload.stored_key, upload.rendition_key = stored, rendition = str(uuid.uuid4()), str(uuid.uuid4())
    return Check(
        document_id=upload.id,
        attempt=upload.attempt,
        incoming_key=upload.incoming_key,
        stored_key=stored,
        rendition_key=rendition,
        content_types=tuple(upload.content_types),
        max_bytes=upload.max_bytes,
        announced_size=upload.announced_size,
        announced_sha256=upload.announced_sha256,
    )


def record_check(session: Session, check: Check, verdict: Verdict, *, now: datetime, actor: Actor) -> None:
    """What the look found; nothing when another try took over, or the document was detached meanwhile."""
    upload = store.find_locked_upload(session, check.document_id)
    if not _is_own(upload, check):
        if upload is None or upload.stored_key != check.stored_key:
            _doom(session, (check.stored_key, check.rendition_key), now)
        return
    assert upload is not None
    upload.content_type, upload.size, upload.sha256 = verdict.content_type, verdict.size, verdict.sha256
    upload.has_rendition = verdict.has_rendition
    _end(session, upload, verdict.state, verdict.code, now=now, actor=actor)


def postpone_check(session: Session, check: Check, *, now: datetime) -> None:
    """The try could not be finished, for no fault of the file's: again, a little later."""
    upload = store.find_locked_upload(session, check.document_id)
    if upload is not None and _is_own(upload, check):
        upload.state, upload.due_at = State.UPLOADED, domain.next_try(upload.attempt, now)


def _is_own(upload: Upload | None, check: Check) -> bool:
    return upload is not None and upload.state == State.SCANNING and upload.attempt == check.attempt


def list_due_expiries(session: Session, limit: int, now: datetime) -> list[str]:
    """Ids of uploads that were never completed in their time."""
    return store.list_due_expiries(session, limit, now)


def expire_upload(session: Session, document_id: str, *, now: datetime, actor: Actor) -> None:
    """An upload that was never completed ends as missing."""
    upload = store.find_locked_upload(session, document_id)
    if upload is None or upload.state != State.AWAITING or upload.due_at is None or upload.due_at > now:
        return
    _end(session, upload, State.REFUSED, domain.Refusal.MISSING, now=now, actor=actor)


def _end(
    session: Session, upload: Upload, state: State, code: str | None, *, now: datetime, actor: Actor
) -> None:
    upload.state, upload.code, upload.seq, upload.due_at = state, code, upload.seq + 1, None
    _doom_incoming(session, upload, now)
    if state == State.REFUSED:
        _doom_stored(session, upload, now)
    news = DocumentChecked(
        aggregate=upload.id,
        seq=upload.seq,
        owner=upload.owner,
        state=upload.state,
        code=upload.code,
        content_type=upload.content_type,
        size=upload.size or 0,
        sha256=upload.sha256 or "",
    )
    outbox.record(session, news, actor)
    audit.record(session, actor, "document.check", upload.id, {"state": upload.state, "code": upload.code})


def remove_detached(
    session: Session, owner: str, document_ids: Collection[str], *, now: datetime, actor: Actor
) -> None:
    """Documents that belong to nothing any more: the row stays as a stone without a name, the objects go.

    Only the owner's own are removed; unknown and removed ones are passed over.
    """
    for upload in store.lock_owned(session, owner, document_ids):
        if upload.state == State.REMOVED:
            continue
        _doom_incoming(session, upload, now)
        showing.doom_pages(session, upload, now)
        is_in_work = upload.state == State.SCANNING
        _doom_stored(session, upload, now + domain.SLOW_WORKER if is_in_work else now)
        upload.state, upload.code, upload.seq, upload.due_at = State.REMOVED, None, upload.seq + 1, None
        upload.filename, upload.announced_sha256, upload.sha256 = "", None, None
        audit.record(session, actor, "document.remove", upload.id, {"owner": owner})


def list_states(session: Session, document_ids: Collection[str]) -> Sequence[Upload]:
    """The uploads that are there."""
    return store.list_uploads(session, document_ids)


def get_document(session: Session, document_id: str) -> Upload:
    """Raises NotFound `document.unknown`."""
    return store.get_upload(session, document_id)


def get_handout(session: Session, document_id: str, *, filename: str | None, page: int | None) -> Handout:
    """The original, or the JPEG that stands for an image (its page 1) or for a page of a PDF.

    Raises NotFound `document.unknown`, `document.not_shown`, Conflict `document.not_clean` {state}.
    """
    upload = store.get_upload(session, document_id)
    if upload.state != State.CLEAN or upload.stored_key is None:
        raise Conflict("document.not_clean", {"state": upload.state})
    given, content_type = filename or upload.filename, upload.content_type or domain.UNKNOWN_TYPE
    if page is None:
        return Handout(upload.stored_key, domain.download_name(given, content_type), content_type)
    key = showing.picture_key(upload, page)
    if key is None:
        raise NotFound("document.not_shown")
    name = domain.page_filename(given, page) if upload.pages_key else given
    return Handout(key, domain.download_name(name, domain.SHOWN_TYPE), domain.SHOWN_TYPE)


def _doom_incoming(session: Session, upload: Upload, now: datetime) -> None:
    # Until its policy ends whoever holds the form may post to the key again: it is emptied twice.
    posts_end = upload.policy_expires_at + domain.POLICY_GRACE
    for moment in {now, max(now, posts_end)}:
        store.add_doomed(session, domain.INCOMING, upload.incoming_key, moment)


def _doom_stored(session: Session, upload: Upload, when: datetime) -> None:
    _doom(session, (upload.stored_key, upload.rendition_key), when)
    upload.stored_key = upload.rendition_key = None


def _doom(session: Session, keys: tuple[str | None, ...], when: datetime) -> None:
    for key in filter(None, keys):
        store.add_doomed(session, domain.DOCUMENTS, key, when)
