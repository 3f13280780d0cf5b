"""What happened to licenses: acts with the facts after them, changes that the calendar made, what was told, effects."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from services.licensing.models.base import CODE, ID, NUMBER, Base


class LicenseState(Base):
    """The facts of a license after one change, in force from the day `from_on`. Append-only.

    The status on any day follows from the last row with `from_on` on or before it.
    """

    __tablename__ = "license_state"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    license_id: Mapped[str] = mapped_column(ForeignKey("license.id"))
    version: Mapped[int] = mapped_column(Integer)
    from_on: Mapped[date]
    at: Mapped[datetime]
    cause: Mapped[str] = mapped_column(String(30))
    actor_id: Mapped[str] = mapped_column(String(80))
    actor_role: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(20))  # on the day `from_on`
    causes: Mapped[list[str]]

    valid_until: Mapped[date]
    civil_id_expiry: Mapped[date | None]
    passport_expiry: Mapped[date | None]
    guarantee_id: Mapped[str | None] = mapped_column(ForeignKey("guarantee.id"))
    guarantee_expires_on: Mapped[date | None]
    deactivated_from: Mapped[date | None]
    deactivated_until: Mapped[date | None]
    suspended_from: Mapped[date | None]
    cancelled_on: Mapped[date | None]
    office_code: Mapped[str] = mapped_column(CODE)

    __table_args__ = (
        Index(None, "license_id", "version", unique=True),
        Index(None, "license_id", "from_on", "version"),
        Index(None, "license_id", "at", "id"),
    )


class StatusNote(Base):
    """A change that came with a day and by nobody's hand, written and told once."""

    __tablename__ = "status_note"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    license_id: Mapped[str] = mapped_column(ForeignKey("license.id"))
    day: Mapped[date]
    at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(20))
    causes: Mapped[list[str]]

    __table_args__ = (
        Index("uq_status_note_once", "license_id", "day", "status", "causes", unique=True),
        Index(None, "license_id", "at", "id"),
    )


class Reminder(Base):
    """Somebody was reminded, so many days before, that a date of a license is near. Once each."""

    __tablename__ = "reminder"

    license_id: Mapped[str] = mapped_column(ForeignKey("license.id"), primary_key=True)
    what: Mapped[str] = mapped_column(
        String(20), primary_key=True
    )  # license | guarantee | civil_id | passport
    expires_on: Mapped[date] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(SmallInteger, primary_key=True)  # the threshold
    at: Mapped[datetime]


class Effect(Base):
    """What an approved request made of a license, once. A refused one may be decided anew: `seq` tells the news."""

    __tablename__ = "effect"

    request_number: Mapped[str] = mapped_column(String(20), primary_key=True)
    effect: Mapped[str] = mapped_column(String(40))
    license_number: Mapped[str] = mapped_column(NUMBER)
    seq: Mapped[int] = mapped_column(Integer)
    data: Mapped[dict[str, Any]]
    result: Mapped[str] = mapped_column(String(10))  # applied | refused
    code: Mapped[str | None] = mapped_column(String(60))  # of the refusal
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime]

    __table_args__ = (Index(None, "license_number", "request_number"),)
