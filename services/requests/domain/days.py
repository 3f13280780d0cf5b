"""Working days of the Bureau: Sunday to Thursday without holidays. And whose turn each of them was."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.requests.domain.life import Party

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


def working_day_before(day: date, count: int, holidays: Collection[date]) -> date:
    """The `count`-th working day before the day."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_working_day(day, holidays)
    return day


@dataclass(frozen=True)
class Tally:
    """Working days since Send: those that the Bureau had, and those it waited for somebody else."""

    spent: int
    paused: int


def tally(turns: Sequence[tuple[date, Party]], until: date, holidays: Collection[date]) -> Tally:
    """Count the days up to and with `until`. `turns`: on that day the turn came to that party.

    A day belongs to whoever had the turn when it began, so the day after Send is the first that counts, and the
    day of a return is still the Bureau's. Nobody's days are not counted.
    """
    counted = dict.fromkeys(Party, 0)
    for place, (day, party) in enumerate(turns):
        following = turns[place + 1][0] if place + 1 < len(turns) else until
        counted[party] += _working_days_after(day, min(following, until), holidays)
    return Tally(counted[Party.BUREAU], counted[Party.APPLICANT])


def _working_days_after(start: date, end: date, holidays: Collection[date]) -> int:
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working_day(day, holidays) for day in days)


def horizon(start: date, count: int) -> date:
    """A day before which the `count`-th working day surely lies: how far ahead holidays must be known."""
    return start + timedelta(days=count * 2 + 60)
