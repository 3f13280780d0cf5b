"""Licenses and the guarantees that cover them. Lists and searches read one table: `license` holds what they show.

`status` and `causes` are what the facts said when they were last looked at; they hold until the day `changes_on`.
"""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Numeric, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.licensing.models.base import ID, NUMBER, TRIGRAMS, Base
from services.licensing.models.people import Broker, Office


class Guarantee(Base):
    """A bank guarantee of an office; it may cover several licenses."""

    __tablename__ = "guarantee"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    office_code: Mapped[str] = mapped_column(ForeignKey("office.code"))
    number: Mapped[str] = mapped_column(String(60))
    bank: Mapped[str] = mapped_column(String(100))
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 3))  # Kuwaiti dinar
    expires_on: Mapped[date]
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        Index(None, "office_code", "number", unique=True),
        Index(None, "office_code", "expires_on", "id"),
        Index(None, "expires_on", "id"),
    )


class License(Base):
    """A broker's license in an office. `version` counts changes of its facts, `news` the events told of it."""

    __tablename__ = "license"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    number: Mapped[str] = mapped_column(NUMBER, unique=True)
    legacy_number: Mapped[str | None] = mapped_column(String(60), unique=True)
    broker_id: Mapped[str] = mapped_column(ForeignKey("broker.id"))
    broker_type: Mapped[str] = mapped_column(String(20))
    office_code: Mapped[str] = mapped_column(ForeignKey("office.code"))
    general_license_id: Mapped[str | None] = mapped_column(ForeignKey("license.id"))
    customs_office: Mapped[str | None] = mapped_column(String(3))
    issued_on: Mapped[date | None]
    guarantee_id: Mapped[str | None] = mapped_column(ForeignKey("guarantee.id"))
    version: Mapped[int] = mapped_column(Integer)
    news: Mapped[int] = mapped_column(Integer, server_default="0")

    search: Mapped[str] = mapped_column(Text)  # folded words, a space before each
    sort_key: Mapped[str] = mapped_column(String(200))

    valid_until: Mapped[date]
    civil_id_expiry: Mapped[date | None]  # the broker's
    passport_expiry: Mapped[date | None]  # the broker's
    guarantee_expires_on: Mapped[date | None]  # the guarantee's
    deactivated_from: Mapped[date | None]
    deactivated_until: Mapped[date | None]
    suspended_from: Mapped[date | None]
    cancelled_on: Mapped[date | None]

    status: Mapped[str] = mapped_column(String(20))
    causes: Mapped[list[str]]
    changes_on: Mapped[date | None]  # the next day on which status or causes may be others
    remind_on: Mapped[date | None]  # the next day on which somebody is to be reminded

    broker: Mapped[Broker] = relationship(lazy="joined", innerjoin=True)
    office: Mapped[Office] = relationship(lazy="joined", innerjoin=True)
    guarantee: Mapped[Guarantee | None] = relationship(lazy="joined")

    __table_args__ = (
        CheckConstraint("(guarantee_id IS NULL) = (guarantee_expires_on IS NULL)", name="guarantee_is_dated"),
        CheckConstraint("deactivated_until IS NULL OR deactivated_from IS NOT NULL", name="stop_has_a_start"),
        Index(None, "office_code", "sort_key", "id"),
        Index(None, "status", "id"),
        Index(None, "broker_id", "id"),
        Index(None, "guarantee_id", "id", postgresql_where=text("guarantee_id IS NOT NULL")),
        Index(None, "general_license_id", "id", postgresql_where=text("general_license_id IS NOT NULL")),
        Index(None, "search", postgresql_using="gin", postgresql_ops=TRIGRAMS),
        Index("ix_license_changes_on", "changes_on", "id", postgresql_where=text("changes_on IS NOT NULL")),
        Index("ix_license_remind_on", "remind_on", "id", postgresql_where=text("remind_on IS NOT NULL")),
    )


class Series(Base):
    """The last serial of a license type at a customs office; it never starts anew."""

    __tablename__ = "series"

    type_code: Mapped[str] = mapped_column(String(2), primary_key=True)
    customs_office: Mapped[str] = mapped_column(String(3), primary_key=True)
    last: Mapped[int] = mapped_column(Integer)
