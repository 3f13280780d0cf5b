"""Working days of the Bureau: Sunday to Thursday without holidays."""

from collections.abc import Collection
from datetime import date, timedelta

_WEEKEND = frozenset({4, 5})  # Friday, Saturday


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """Whether the Bureau works on that day."""
    return day.weekday() not in _WEEKEND and day not in holidays


def due_on(sent_on: date, target: int, holidays: Collection[date]) -> date:
    """The `target`-th working day after the day of Send; the day after Send is the first that may count."""
    day, left = sent_on, target
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day, holidays)
    return day


def working_days_between(start: date, end: date, holidays: Collection[date]) -> int:
    """How many working days lie after `start` up to and with `end`; 0 when `end` is not later."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working_day(day, holidays) for day in days)


def horizon(sent_on: date, target: int) -> date:
    """A day before which the due day surely lies: how far ahead holidays must be known."""
    return sent_on + timedelta(days=target * 2 + 60)
