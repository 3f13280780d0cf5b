"""Pictures of the pages of clean PDFs: a second step that nothing waits for, each try under keys of its own."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services.documents import domain, store
from services.documents.domain import State
from services.documents.models import Upload


@dataclass(frozen=True)
class Sitting:
    """One leased drawing of a PDF's pages: all that is needed outside of the transaction."""

    document_id: str
    attempt: int
    stored_key: str
    pages_key: str
    max_bytes: int


def lease_sittings(session: Session, limit: int, now: datetime) -> list[Sitting]:
    """Take PDFs to draw; what a try before may have left is doomed."""
    return [_lease(session, upload, now) for upload in store.lock_due_drawings(session, limit, now)]


def _lease(session: Session, upload: Upload, now: datetime) -> Sitting:
    _doom(session, upload.pages_key, now + domain.SLOW_WORKER)
    upload.drawing_attempt += 1
    upload.drawing_due_at = domain.lease_end(upload.drawing_attempt, now)
    upload.pages_key = pages_key = str(uuid.uuid4())
    return Sitting(
        document_id=upload.id,
        attempt=upload.drawing_attempt,
        stored_key=upload.stored_key or "",
        pages_key=pages_key,
        max_bytes=upload.max_bytes,
    )


def record_pages(session: Session, sitting: Sitting, *, shown: int, count: int | None, now: datetime) -> None:
    """So many pictures lie in the store, of a file of `count` pages; 0: there will be none.

    Nothing when another try took over, or the document was detached meanwhile: the pictures go again.
    """
    upload = store.find_locked_upload(session, sitting.document_id)
    if upload is not None and _is_own(upload, sitting):
        upload.pages_shown, upload.page_count, upload.drawing_due_at = shown, count, None
    elif upload is None or upload.pages_key != sitting.pages_key:
        _doom(session, sitting.pages_key, now)


def postpone_sitting(session: Session, sitting: Sitting, *, now: datetime) -> None:
    """The try could not be finished, for no fault of the file's: again, a little later."""
    upload = store.find_locked_upload(session, sitting.document_id)
    if upload is not None and _is_own(upload, sitting):
        upload.drawing_due_at = domain.next_try(upload.drawing_attempt, now)


def _is_own(upload: Upload, sitting: Sitting) -> bool:
    is_open = upload.state == State.CLEAN and upload.pages_shown is None
    return is_open and upload.pages_key == sitting.pages_key


def picture_key(upload: Upload, page: int) -> str | None:
    """Where the picture of a page lies, if it has one. An image is its own only page."""
    if upload.has_rendition:
        return upload.rendition_key if page == 1 else None
    if upload.pages_key is None or not 1 <= page <= (upload.pages_shown or 0):
        return None
    return domain.page_key(upload.pages_key, page)


def doom_pages(session: Session, upload: Upload, now: datetime) -> None:
    """Have the pictures removed; later, when somebody may still be drawing."""
    is_in_work = upload.pages_shown is None
    _doom(session, upload.pages_key, now + domain.SLOW_WORKER if is_in_work else now)
    upload.pages_key = upload.pages_shown = upload.page_count = None


def _doom(session: Session, pages_key: str | None, when: datetime) -> None:
    for key in domain.page_keys(pages_key):
        store.add_doomed(session, domain.DOCUMENTS, key, when)
