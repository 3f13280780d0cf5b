"""What an officer wants mended."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey, Identity, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.requests.models.base import Base


class Correction(Base):
    """What an officer wants mended, and by when. Open until it is answered, withdrawn or lapsed."""

    __tablename__ = "correction"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("service_request.id", ondelete="CASCADE"))
    message: Mapped[dict[str, Any] | None]  # {ar, en}
    working_days: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[date] = mapped_column(Date)
    remind_on: Mapped[date] = mapped_column(Date)
    returned_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # answered, or of no use any more

    __table_args__ = (
        Index(None, "request_id", "id"),
        Index("ix_correction_due", "due_on", postgresql_where=text("ended_at IS NULL")),
        Index(
            "ix_correction_remind",
            "remind_on",
            postgresql_where=text("ended_at IS NULL AND reminded_at IS NULL"),
        ),
    )


class CorrectionMark(Base):
    """One field or slot that is unlocked: why, and what stood there before and after."""

    __tablename__ = "correction_mark"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    correction_id: Mapped[str] = mapped_column(ForeignKey("correction.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    target: Mapped[str] = mapped_column(String(40))
    reason_code: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[dict[str, Any] | None]  # {ar, en}
    before: Mapped[dict[str, Any]]  # {value} of a field, {files: [id]} of a slot
    after: Mapped[dict[str, Any] | None]

    __table_args__ = (Index(None, "correction_id", "kind", "target", unique=True),)
