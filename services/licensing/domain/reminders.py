"""Reminders before each of the four dates: at every distance once, and never two of one date on a day."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from services.licensing.domain.status import Facts, What

DISTANCES = (60, 30, 7)  # days before


class Mark(NamedTuple):
    """One reminder of one date: `distance` is the one that it was due at, however late it goes out."""

    what: What
    expires_on: date
    distance: int


def due(facts: Facts, today: date, told: Collection[Mark]) -> list[Mark]:
    """What is to be told now. A date that came nearer than one distance is told at the nearest alone."""
    if facts.cancelled_on is not None:
        return []
    return [mark for mark in _reached(facts, today) if mark not in told]


def next_on(facts: Facts, today: date) -> date | None:
    """The next day after today on which a distance is reached."""
    if facts.cancelled_on is not None:
        return None
    days = (end - timedelta(days=distance) for end in facts.ends.values() for distance in DISTANCES)
    return min((day for day in days if day > today), default=None)


def first_on(facts: Facts, today: date) -> date | None:
    """Today if a distance has been reached already, else the next day."""
    return today if due(facts, today, ()) else next_on(facts, today)


def _reached(facts: Facts, today: date) -> Iterator[Mark]:
    for what, end in facts.ends.items():
        left = (end - today).days
        reached = [distance for distance in DISTANCES if 0 <= left <= distance]
        if reached:
            yield Mark(what, end, min(reached))
