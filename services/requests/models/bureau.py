"""What the Bureau keeps beside the requests: number series, days and hours, its people."""

from datetime import date, time

from sqlalchemy import Date, Integer, String, Time
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.requests.models.base import Base


class Series(Base):
    """The last serial given of a prefix in a Kuwait year."""

    __tablename__ = "series"

    prefix: Mapped[str] = mapped_column(String(4), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class Holiday(Base):
    """A day on which the Bureau is closed, besides Friday and Saturday."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    name_ar: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))


class WorkingHours(Base):
    """Other hours than the usual ones between two days, both counted: Ramadan, for one."""

    __tablename__ = "working_hours"

    starts_on: Mapped[date] = mapped_column(Date, primary_key=True)
    ends_on: Mapped[date] = mapped_column(Date)
    closes_at: Mapped[time] = mapped_column(Time)
    name_ar: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))


class Officer(Base):
    """Somebody of the Bureau, as identity told last. Nobody is deleted: without roles he is no officer any more."""

    __tablename__ = "officer"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    roles: Mapped[list[str]] = mapped_column(JSONB)
    seq: Mapped[int] = mapped_column(Integer)
