"""Exam sessions and who is in them."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.requests.models.base import Base


class ExamSession(Base):
    """One exam: when, where, for how many. `version` counts its changes."""

    __tablename__ = "exam_session"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    broker_type: Mapped[str] = mapped_column(String(40))
    held_at: Mapped[datetime]
    place_ar: Mapped[str] = mapped_column(String(200))
    place_en: Mapped[str] = mapped_column(String(200))
    seats: Mapped[int] = mapped_column(Integer)
    confirm_until: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(30))
    version: Mapped[int] = mapped_column(Integer)
    opened_by: Mapped[str] = mapped_column(String(36))
    opened_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    look_at: Mapped[datetime | None]  # when its deadlines are to be looked at
    closed_at: Mapped[datetime | None]
    results_by: Mapped[str | None] = mapped_column(String(36))
    results_by_name: Mapped[str | None] = mapped_column(String(100))
    results_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(36))
    confirmed_by_name: Mapped[str | None] = mapped_column(String(100))
    confirmed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("confirmed_by <> results_by", name="two_examiners"),
        CheckConstraint("confirm_until < held_at", name="confirmed_before_held"),
        Index(None, "held_at", "id"),
        Index(
            "ix_exam_session_announced", "held_at", "id", postgresql_where=text("announced_at IS NOT NULL")
        ),
        Index("ix_exam_session_look_at", "look_at", postgresql_where=text("look_at IS NOT NULL")),
    )


class Candidate(Base):
    """A request in a session: its place in the order, its seat, what came of it.

    The unique indexes keep one seat for one candidate, and a request in one session at a time.
    """

    __tablename__ = "candidate"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("exam_session.id"))
    request_id: Mapped[str] = mapped_column(ForeignKey("service_request.id"))
    position: Mapped[int] = mapped_column(Integer)
    seat: Mapped[int | None] = mapped_column(Integer)
    confirm_until: Mapped[datetime | None]
    code: Mapped[str] = mapped_column(String(20), unique=True)  # on the admission slip
    attended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(10))
    score: Mapped[int | None] = mapped_column(SmallInteger)
    left_at: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "session_id", "position", unique=True),
        Index(None, "request_id", "id"),
        Index(
            "uq_candidate_seat", "session_id", "seat", unique=True, postgresql_where=text("seat IS NOT NULL")
        ),
        Index("uq_candidate_present", "request_id", unique=True, postgresql_where=text("left_at IS NULL")),
    )
