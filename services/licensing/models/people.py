"""Who holds licenses and who works where. Offices and members are what identity told last."""

from datetime import date

from sqlalchemy import Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.licensing.models.base import CODE, ID, TRIGRAMS, Base


class Office(Base):
    """A clearing office. An import may name it before identity does: then it has no id yet."""

    __tablename__ = "office"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    id: Mapped[str | None] = mapped_column(ID, unique=True)  # identity's
    name_ar: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    commercial_registration: Mapped[str | None] = mapped_column(String(20))
    general_broker_civil_id: Mapped[str | None] = mapped_column(String(12))
    seq: Mapped[int] = mapped_column(Integer, server_default="0")  # of the news that was kept


class Member(Base):
    """A person in an office; `id` is identity's membership. May be heard of before its office."""

    __tablename__ = "member"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    office_id: Mapped[str] = mapped_column(ID)
    account_id: Mapped[str] = mapped_column(ID)
    kind: Mapped[str] = mapped_column(String(10))  # general | additional
    is_active: Mapped[bool]
    seq: Mapped[int] = mapped_column(Integer)

    __table_args__ = (Index("ix_member_active", "office_id", "kind", postgresql_where=text("is_active")),)


class Broker(Base):
    """A customs broker, one per civil ID. `account_id` is the account whose proved civil ID equals his."""

    __tablename__ = "broker"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    civil_id: Mapped[str] = mapped_column(String(12), unique=True)
    account_id: Mapped[str | None] = mapped_column(ID, unique=True)
    name_ar: Mapped[dict[str, str]]  # {first, second, third, fourth}, empty parts absent
    name_en: Mapped[dict[str, str]]
    full_name_ar: Mapped[str] = mapped_column(String(200))
    full_name_en: Mapped[str] = mapped_column(String(200))
    search: Mapped[str] = mapped_column(Text)  # folded words, a space before each
    sort_key: Mapped[str] = mapped_column(String(200))  # the folded Arabic name
    nationality: Mapped[str | None] = mapped_column(String(2))
    mobile: Mapped[str | None] = mapped_column(String(16))
    email: Mapped[str | None] = mapped_column(String(254))
    civil_id_expiry: Mapped[date | None]
    passport_number: Mapped[str | None] = mapped_column(String(12))
    passport_expiry: Mapped[date | None]
    photo_document_id: Mapped[str | None] = mapped_column(ID)
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        Index(None, "sort_key", "id"),
        Index(None, "search", postgresql_using="gin", postgresql_ops=TRIGRAMS),
    )
