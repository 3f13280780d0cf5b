"""Days on which the Bureau is closed, and weeks in which it closes earlier: an administrator enters them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy.orm import Session

from chassis import audit
from chassis.errors import Fault, Invalid
from services.requests.domain import days
from services.requests.models import Holiday, WorkingHours
from services.requests.store import bureau
from services.requests.usecases.occasion import Occasion

LONGEST = timedelta(days=60)


@dataclass(frozen=True, kw_only=True)
class Closing:
    """From `day` to `until`, both counted: closed, or open until `closes_at`."""

    day: date
    until: date
    closes_at: time | None
    name_ar: str
    name_en: str


def list_closings(session: Session, start: date, end: date) -> list[Closing]:
    """What was entered for these days, the earliest first."""
    holidays = [
        Closing(day=row.day, until=row.day, closes_at=None, name_ar=row.name_ar, name_en=row.name_en)
        for row in bureau.list_holiday_rows(session, start, end)
    ]
    hours = [
        Closing(
            day=row.starts_on,
            until=row.ends_on,
            closes_at=row.closes_at,
            name_ar=row.name_ar,
            name_en=row.name_en,
        )
        for row in bureau.list_hours(session, start, end)
    ]
    return sorted([*holidays, *hours], key=lambda each: (each.day, each.until))


def add_closing(session: Session, closing: Closing, occasion: Occasion) -> Closing:
    """Enter it; what is due on such a day or after it is due later. Only days that are still to come.

    Raises Invalid with a Fault `/day` or `/until`.
    """
    _require_ahead(closing, occasion.today)
    if closing.closes_at is None:
        for day in _days_of(closing):
            _close(session, closing, day)
    else:
        bureau.put_hours(session, _hours(closing, closing.closes_at))
    facts = {"until": str(closing.until), "closes_at": str(closing.closes_at or "")}
    audit.record(session, occasion.actor, "calendar.close", str(closing.day), facts)
    return closing


def _close(session: Session, closing: Closing, day: date) -> None:
    """One day: every request that would have been decided on it or later gets a day more."""
    known = bureau.list_holidays(session, day, days.horizon(day, 0) + LONGEST)
    holiday = Holiday(day=day, name_ar=closing.name_ar, name_en=closing.name_en)
    if not bureau.add_holiday_once(session, holiday) or not days.is_working_day(day, known):
        return
    closed = known | {day}
    # The latest first, so that nothing is put off twice.
    for due_on in sorted(bureau.list_due_days(session, day), reverse=True):
        bureau.put_off(session, due_on, days.due_on(due_on, 1, closed | _after(session, due_on)))


def _after(session: Session, day: date) -> frozenset[date]:
    return bureau.list_holidays(session, day, days.horizon(day, 1))


def _require_ahead(closing: Closing, today: date) -> None:
    if closing.day <= today:
        raise Invalid("input.invalid", faults=[Fault("/day", "field.not_after_today")])
    if not closing.day <= closing.until <= closing.day + LONGEST:
        raise Invalid("input.invalid", faults=[Fault("/until", "field.invalid")])


def _days_of(closing: Closing) -> Sequence[date]:
    return [closing.day + timedelta(days=n) for n in range((closing.until - closing.day).days + 1)]


def _hours(closing: Closing, closes_at: time) -> WorkingHours:
    return WorkingHours(
        starts_on=closing.day,
        ends_on=closing.until,
        closes_at=closes_at,
        name_ar=closing.name_ar,
        name_en=closing.name_en,
    )
