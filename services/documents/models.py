"""The records of the documents service."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Identity, Index, Integer, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis import models


class Base(DeclarativeBase):
    """The service's metadata."""

    metadata = models.metadata()
    type_annotation_map: ClassVar = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[str]: JSONB,
    }


class Upload(Base):
    """A file that somebody wants to attach: announced, sent, looked at, kept or refused."""

    __tablename__ = "upload"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    owner: Mapped[str] = mapped_column(String(40))  # the number of a request
    slot: Mapped[str] = mapped_column(String(40))
    filename: Mapped[str] = mapped_column(String(120))  # metadata alone: keys never hold it
    content_types: Mapped[list[str]]  # what it may be
    max_bytes: Mapped[int] = mapped_column(Integer)
    announced_size: Mapped[int | None] = mapped_column(Integer)
    announced_sha256: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20))
    code: Mapped[str | None] = mapped_column(String(60))
    seq: Mapped[int] = mapped_column(Integer, server_default="1")
    incoming_key: Mapped[str] = mapped_column(String(80))
    policy_expires_at: Mapped[datetime]
    # The present try's own keys: a slow earlier worker cannot overwrite what a later one checked.
    stored_key: Mapped[str | None] = mapped_column(String(80))
    rendition_key: Mapped[str | None] = mapped_column(String(80))
    has_rendition: Mapped[bool] = mapped_column(server_default=text("false"))
    content_type: Mapped[str | None] = mapped_column(String(80))
    size: Mapped[int | None] = mapped_column(Integer)
    sha256: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    uploaded_at: Mapped[datetime | None]  # business time, for people
    attempt: Mapped[int] = mapped_column(Integer, server_default="0")
    due_at: Mapped[datetime | None]  # next step: look at it (or the lease of who does), or give it up
    # The pictures of a clean PDF's pages, made afterwards: nothing but the officer's page waits for them.
    pages_key: Mapped[str | None] = mapped_column(String(80))  # the present try's own, as above
    pages_shown: Mapped[int | None] = mapped_column(Integer)  # None: not made yet; 0: it has none
    page_count: Mapped[int | None] = mapped_column(Integer)  # of the whole file; some may not be shown
    drawing_attempt: Mapped[int] = mapped_column(Integer, server_default="0")
    drawing_due_at: Mapped[datetime | None]  # next try, or the lease of who draws; None: at once

    __table_args__ = (
        Index("ix_upload_to_check", "due_at", postgresql_where=text("state IN ('uploaded', 'scanning')")),
        Index("ix_upload_to_expire", "due_at", postgresql_where=text("state = 'awaiting_upload'")),
        Index(
            "ix_upload_to_draw",
            "drawing_due_at",
            postgresql_where=text(
                "state = 'clean' AND content_type = 'application/pdf' AND pages_shown IS NULL"
            ),
        ),
    )


class DoomedObject(Base):
    """An object of the store that nothing refers to any more: to be removed from `due_at` on."""

    __tablename__ = "doomed_object"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    bucket: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(80))
    attempt: Mapped[int] = mapped_column(Integer, server_default="0")
    due_at: Mapped[datetime] = mapped_column(index=True)


class Paper(Base):
    """A PDF made once per content. `data` goes when it is made: the paper itself is in the store."""

    __tablename__ = "paper"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))  # ordered, made, failed
    data: Mapped[dict[str, Any] | None]
    stored_key: Mapped[str | None] = mapped_column(String(80))
    filename: Mapped[str] = mapped_column(Text)
    attempt: Mapped[int] = mapped_column(Integer, server_default="0")
    ordered_at: Mapped[datetime]
    due_at: Mapped[datetime]  # ordered: next try; made: removed then; failed: may be ordered again then

    __table_args__ = (Index("ix_paper_due", "state", "due_at"),)
