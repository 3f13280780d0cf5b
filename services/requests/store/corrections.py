"""Corrections of a request, and the marks in them."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.requests.models import Correction, CorrectionMark


def find_open(session: Session, request_id: str) -> Correction | None:
    """The one that the applicant owes an answer to."""
    query = select(Correction).where(Correction.request_id == request_id, Correction.ended_at.is_(None))
    return session.scalar(query)


def find_last(session: Session, request_id: str) -> Correction | None:
    """The latest, whether answered or not."""
    query = select(Correction).where(Correction.request_id == request_id)
    return session.scalar(query.order_by(Correction.id.desc()).limit(1))


def list_marks(session: Session, correction_id: str) -> Sequence[CorrectionMark]:
    """What is marked, in the order in which it was written."""
    query = select(CorrectionMark).where(CorrectionMark.correction_id == correction_id)
    return session.scalars(query.order_by(CorrectionMark.id)).all()


def end_open(session: Session, request_id: str, now: datetime) -> None:
    """Nobody owes an answer any more."""
    is_open = (Correction.request_id == request_id, Correction.ended_at.is_(None))
    session.execute(update(Correction).where(*is_open).values(ended_at=now))


def list_to_remind(session: Session, today: date, limit: int) -> list[str]:
    """Request ids of open ones whose reminder is due and was not sent."""
    query = select(Correction.request_id).where(
        Correction.ended_at.is_(None),
        Correction.reminded_at.is_(None),
        Correction.remind_on <= today,
        Correction.due_on >= today,
    )
    return list(session.scalars(query.order_by(Correction.remind_on).limit(limit)))


def list_lapsed(session: Session, today: date, limit: int) -> list[str]:
    """Request ids of open ones whose last day is over."""
    query = select(Correction.request_id).where(Correction.ended_at.is_(None), Correction.due_on < today)
    return list(session.scalars(query.order_by(Correction.due_on).limit(limit)))
