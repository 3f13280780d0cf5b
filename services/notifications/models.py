"""The service's tables: deliveries on their way to a person, and the notices of the portal."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Index, String, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis import models


class Base(DeclarativeBase):
    metadata = models.metadata()


_MOMENT = DateTime(timezone=True)
_OPEN = text("state IN ('waiting', 'leased')")


class Delivery(Base):
    """One event for one person on one channel: there is never a second one.

    Its id goes to the provider, so that a repeat is the same message. Addresses are not kept; `sealed` (a code or
    token) is erased with the end of the delivery.
    """

    __tablename__ = "delivery"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(36))
    channel: Mapped[str] = mapped_column(String(10))
    event_id: Mapped[str] = mapped_column(String(36))
    event: Mapped[str] = mapped_column(String(80))
    aggregate: Mapped[str] = mapped_column(String(80))
    seq: Mapped[int]
    is_code: Mapped[bool]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sealed: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(server_default="0")
    # When it is to be looked at again: waiting, the next attempt; leased, the end of the lease.
    next_at: Mapped[datetime] = mapped_column(_MOMENT)
    provider_id: Mapped[str | None] = mapped_column(String(200))
    error: Mapped[str | None] = mapped_column(String(60))
    trace_id: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(_MOMENT, server_default=func.now())
    finished_at: Mapped[datetime | None] = mapped_column(_MOMENT)

    __table_args__ = (
        # In this order it also finds a person's newer code.
        UniqueConstraint("account_id", "channel", "event_id"),
        CheckConstraint("state IN ('waiting', 'leased', 'sent', 'failed', 'gave_up')", name="state"),
        CheckConstraint("channel IN ('email', 'sms')", name="channel"),
        Index("ix_delivery_due", "channel", "is_code", "next_at", postgresql_where=_OPEN),
        Index("ix_delivery_open", "account_id", "channel", "aggregate", "seq", postgresql_where=_OPEN),
    )


class Notice(Base):
    """One event in one person's portal inbox; its words are made when it is shown."""

    __tablename__ = "notice"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(36))
    event_id: Mapped[str] = mapped_column(String(36))
    event: Mapped[str] = mapped_column(String(80))
    aggregate: Mapped[str] = mapped_column(String(80))
    seq: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(_MOMENT)
    read_at: Mapped[datetime | None] = mapped_column(_MOMENT)

    __table_args__ = (
        UniqueConstraint("event_id", "account_id"),
        Index("ix_notice_inbox", "account_id", "at", "seq", "id"),
        Index("ix_notice_unread", "account_id", postgresql_where=text("read_at IS NULL")),
    )
