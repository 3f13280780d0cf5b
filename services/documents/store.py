"""Named queries on the documents database."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.errors import NotFound
from services.documents.domain import PDF, PaperState, State
from services.documents.models import DoomedObject, Paper, Upload

TO_CHECK = (State.UPLOADED, State.SCANNING)


def get_upload(session: Session, document_id: str) -> Upload:
    """Raises NotFound `document.unknown`, also for a removed one."""
    return _present(session.get(Upload, document_id))


def lock_upload(session: Session, document_id: str) -> Upload:
    """As get_upload, for update."""
    return _present(session.get(Upload, document_id, with_for_update=True, populate_existing=True))


def find_locked_upload(session: Session, document_id: str) -> Upload | None:
    """The upload for update, in whatever state."""
    return session.get(Upload, document_id, with_for_update=True, populate_existing=True)


def _present(upload: Upload | None) -> Upload:
    if upload is None or upload.state == State.REMOVED:
        raise NotFound("document.unknown")
    return upload


def list_uploads(session: Session, document_ids: Collection[str]) -> Sequence[Upload]:
    """Those that are there and not removed, in the order of their making."""
    query = select(Upload).where(Upload.id.in_(document_ids), Upload.state != State.REMOVED)
    return session.scalars(query.order_by(Upload.id)).all()


def lock_owned(session: Session, owner: str, document_ids: Collection[str]) -> Sequence[Upload]:
    """The owner's uploads among these, for update, in one order for everybody."""
    query = select(Upload).where(Upload.id.in_(document_ids), Upload.owner == owner)
    return session.scalars(query.order_by(Upload.id).with_for_update()).all()


def lock_due_checks(session: Session, limit: int, now: datetime) -> Sequence[Upload]:
    """Uploads to look at that nobody else is taking now, the longest due first."""
    query = select(Upload).where(Upload.state.in_(TO_CHECK), Upload.due_at <= now)
    return session.scalars(query.order_by(Upload.due_at).limit(limit).with_for_update(skip_locked=True)).all()


def lock_due_drawings(session: Session, limit: int, now: datetime) -> Sequence[Upload]:
    """Clean PDFs without a word on their pictures that nobody else is drawing, new ones first."""
    is_due = or_(Upload.drawing_due_at.is_(None), Upload.drawing_due_at <= now)
    query = select(Upload).where(
        Upload.state == State.CLEAN, Upload.content_type == PDF, Upload.pages_shown.is_(None), is_due
    )
    query = query.order_by(Upload.drawing_due_at.nulls_first(), Upload.id.desc())
    return session.scalars(query.limit(limit).with_for_update(skip_locked=True)).all()


def list_due_expiries(session: Session, limit: int, now: datetime) -> list[str]:
    """Ids of uploads that were never completed in their time."""
    query = select(Upload.id).where(Upload.state == State.AWAITING, Upload.due_at <= now)
    return list(session.scalars(query.order_by(Upload.due_at).limit(limit)))


def add_doomed(session: Session, bucket: str, key: str, due_at: datetime) -> None:
    """Have an object removed from that moment on."""
    session.add(DoomedObject(bucket=bucket, key=key, due_at=due_at))


def lock_due_doomed(session: Session, limit: int, now: datetime) -> Sequence[DoomedObject]:
    """Objects to remove now that nobody else is taking."""
    query = select(DoomedObject).where(DoomedObject.due_at <= now)
    return session.scalars(
        query.order_by(DoomedObject.due_at).limit(limit).with_for_update(skip_locked=True)
    ).all()


def delete_doomed(session: Session, doomed_id: int) -> None:
    """It is gone from the store."""
    session.execute(delete(DoomedObject).where(DoomedObject.id == doomed_id))


def add_paper_once(session: Session, paper: dict) -> None:
    """Add the order unless one with its kind and key is there."""
    session.execute(insert(Paper).values(**paper).on_conflict_do_nothing())


def lock_paper(session: Session, kind: str, key: str) -> Paper:
    """The paper for update. Raises NotFound `paper.unknown`."""
    paper = find_locked_paper(session, kind, key)
    if paper is None:
        raise NotFound("paper.unknown")
    return paper


def find_locked_paper(session: Session, kind: str, key: str) -> Paper | None:
    """The paper for update, if it is there."""
    return session.get(Paper, (kind, key), with_for_update=True, populate_existing=True)


def find_paper(session: Session, kind: str, key: str) -> Paper | None:
    """The paper as it is."""
    return session.get(Paper, (kind, key))


def lock_due_papers(session: Session, limit: int, now: datetime) -> Sequence[Paper]:
    """Ordered papers to make now that nobody else is taking."""
    query = select(Paper).where(Paper.state == PaperState.ORDERED, Paper.due_at <= now)
    return session.scalars(query.order_by(Paper.due_at).limit(limit).with_for_update(skip_locked=True)).all()


def list_old_papers(session: Session, limit: int, now: datetime) -> list[list[str]]:
    """`[kind, key]` of papers that were kept long enough, or could not be made."""
    query = select(Paper.kind, Paper.key).where(Paper.state != PaperState.ORDERED, Paper.due_at <= now)
    return [list(row) for row in session.execute(query.order_by(Paper.due_at).limit(limit))]
