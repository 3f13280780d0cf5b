"""A request and what hangs on it. Lists and searches read one table: it holds a snapshot of what they show."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.requests.models.base import Base

_WAITING = text("status IN ('submitted', 'under_review') AND officer_id IS NULL")
_UNTOLD = text("status IN ('submitted', 'under_review') AND overdue_told_at IS NULL")
_NOMINABLE = text("status = 'preliminarily_approved'")
_IN_HAND = text("status IN ('submitted', 'under_review')")
_SENT = text("submitted_at IS NOT NULL")
_DRAFTS = text("status = 'draft'")
_TRIGRAMS = {"search": "gin_trgm_ops"}


class ServiceRequest(Base):
    """One application. `id` is in the order of opening; `version` counts its changes."""

    __tablename__ = "service_request"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    service_type: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(30))
    reached: Mapped[str | None] = mapped_column(String(30))  # the furthest step of the definition's path
    version: Mapped[int] = mapped_column(Integer)

    office: Mapped[str | None] = mapped_column(String(36))
    opened_by: Mapped[str] = mapped_column(String(36))
    submitted_by: Mapped[str | None] = mapped_column(String(36))
    applicant_id: Mapped[str] = mapped_column(String(36))  # the account that it is about
    legal_entity: Mapped[str] = mapped_column(String(40))
    civil_id: Mapped[str] = mapped_column(String(12))
    license_number: Mapped[str | None] = mapped_column(String(40))
    exclusive_key: Mapped[str | None] = mapped_column(String(80))  # see rules.exclusive_key

    fields: Mapped[dict[str, Any]]
    raw: Mapped[dict[str, Any]]  # what a page was told and could not be taken

    account_name: Mapped[str] = mapped_column(String(100))
    name_ar: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    search: Mapped[str] = mapped_column(Text)  # folded words, a space before each

    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    due_on: Mapped[date | None] = mapped_column(Date)
    overdue_told_at: Mapped[datetime | None]
    exam_on: Mapped[date | None] = mapped_column(Date)  # of the session that it was last in
    expires_on: Mapped[date | None] = mapped_column(Date)  # of a draft whose owner was reminded

    officer_id: Mapped[str | None] = mapped_column(String(36))
    officer_name: Mapped[str | None] = mapped_column(String(100))
    recommended_at: Mapped[datetime | None]
    recommended_by: Mapped[str | None] = mapped_column(String(36))
    recommendation: Mapped[dict[str, Any] | None]  # {action, by, reason}
    corrections: Mapped[int] = mapped_column(Integer, server_default="0")  # answered so far
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(36))
    decider_civil_id: Mapped[str | None] = mapped_column(String(12))

    __table_args__ = (
        CheckConstraint(
            "decided_by IS NULL OR (decided_by <> opened_by AND decided_by <> applicant_id"
            " AND decided_by IS DISTINCT FROM submitted_by)",
            name="decider_is_no_party",
        ),
        CheckConstraint("decided_by <> recommended_by", name="two_officers"),
        CheckConstraint("decider_civil_id IS DISTINCT FROM civil_id", name="decider_is_another_person"),
        CheckConstraint(
            "status NOT IN ('preliminarily_approved', 'approved', 'rejected') OR decided_by IS NOT NULL",
            name="decision_has_decider",
        ),
        CheckConstraint("(status = 'draft') = (submitted_at IS NULL)", name="sent_is_dated"),
        Index(
            "uq_service_request_exclusive_key",
            "exclusive_key",
            unique=True,
            postgresql_where=text("exclusive_key IS NOT NULL"),
        ),
        Index(None, "opened_by", "id"),
        Index(None, "applicant_id", "id"),
        Index(None, "office", "id", postgresql_where=text("office IS NOT NULL")),
        Index(None, "civil_id", "service_type"),
        Index(None, "license_number", "id", postgresql_where=text("license_number IS NOT NULL")),
        Index(None, "search", postgresql_using="gin", postgresql_ops=_TRIGRAMS),
        Index("ix_service_request_waiting", "submitted_at", "id", postgresql_where=_WAITING),
        Index("ix_service_request_in_hand", "officer_id", "submitted_at", "id", postgresql_where=_IN_HAND),
        Index("ix_service_request_due", "due_on", postgresql_where=_IN_HAND),
        Index("ix_service_request_untold", "due_on", postgresql_where=_UNTOLD),
        Index(
            "ix_service_request_nominable", "service_type", "decided_at", "id", postgresql_where=_NOMINABLE
        ),
        Index("ix_service_request_sent", "submitted_at", "id", postgresql_where=_SENT),
        Index("ix_service_request_status", "status", "submitted_at", "id", postgresql_where=_SENT),
        Index("ix_service_request_expiring", "expires_on", postgresql_where=text("expires_on IS NOT NULL")),
        Index("ix_service_request_drafts", "updated_at", postgresql_where=_DRAFTS),
    )


class HistoryEntry(Base):
    """One change of status: when, who, why. Append-only."""

    __tablename__ = "history_entry"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("service_request.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(Integer)
    action: Mapped[str] = mapped_column(String(30))
    status: Mapped[str] = mapped_column(String(30))
    at: Mapped[datetime]
    actor_id: Mapped[str] = mapped_column(String(80))
    actor_role: Mapped[str] = mapped_column(String(80))
    actor_name: Mapped[str] = mapped_column(String(100))
    reason_code: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[dict[str, Any] | None]  # {ar, en}

    __table_args__ = (Index(None, "request_id", "version", unique=True),)


class Attachment(Base):
    """A file in a slot of a request; its `id` is the document's. A replaced one is kept as version."""

    __tablename__ = "attachment"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("service_request.id", ondelete="CASCADE"))
    slot: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    filename: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(100))  # announced, then what it is
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20))  # as documents told last
    code: Mapped[str | None] = mapped_column(String(60))  # why it was refused
    attached_at: Mapped[datetime]
    placed_at: Mapped[datetime]  # in its present slot
    replaced_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "request_id", "id"),)


class Note(Base):
    """An officer's word to the other officers; never shown to the applicant."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("service_request.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    by_id: Mapped[str] = mapped_column(String(36))
    by_name: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index(None, "request_id", "id"),)
