"""What hangs on a request: files, history, notes."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.errors import NotFound
from services.requests.models import Attachment, HistoryEntry, Note, ServiceRequest


def list_history(session: Session, request_id: str) -> Sequence[HistoryEntry]:
    """Oldest first."""
    query = select(HistoryEntry).where(HistoryEntry.request_id == request_id)
    return session.scalars(query.order_by(HistoryEntry.version)).all()


def list_notes(session: Session, request_id: str) -> Sequence[Note]:
    """Oldest first."""
    return session.scalars(select(Note).where(Note.request_id == request_id).order_by(Note.id)).all()


def list_files(session: Session, request_id: str) -> Sequence[Attachment]:
    """What stands in the slots, oldest first; replaced versions are not in it."""
    query = select(Attachment).where(Attachment.request_id == request_id, Attachment.replaced_at.is_(None))
    return session.scalars(query.order_by(Attachment.id)).all()


def list_versions(session: Session, request_id: str) -> Sequence[Attachment]:
    """Every file of the request, replaced ones too."""
    query = select(Attachment).where(Attachment.request_id == request_id)
    return session.scalars(query.order_by(Attachment.id)).all()


def list_all_document_ids(session: Session, request_id: str) -> list[str]:
    """Every document ever attached and not detached, replaced versions too."""
    query = select(Attachment.id).where(Attachment.request_id == request_id)
    return list(session.scalars(query.order_by(Attachment.id)))


def find_attachment(session: Session, document_id: str) -> Attachment | None:
    """The attachment of a document."""
    return session.get(Attachment, document_id)


def get_attachment(
    session: Session, document_id: str, *, with_versions: bool = False
) -> tuple[Attachment, str]:
    """The attachment with its request's number; a replaced one only with its versions.

    Raises NotFound `document.unknown`.
    """
    query = (
        select(Attachment, ServiceRequest.number)
        .join(ServiceRequest, ServiceRequest.id == Attachment.request_id)
        .where(Attachment.id == document_id)
    )
    if not with_versions:
        query = query.where(Attachment.replaced_at.is_(None))
    row = session.execute(query).first()
    if row is None:
        raise NotFound("document.unknown")
    return row[0], row[1]


def remove_attachments(session: Session, document_ids: Sequence[str]) -> None:
    """Forget attachments."""
    session.execute(delete(Attachment).where(Attachment.id.in_(document_ids)))
