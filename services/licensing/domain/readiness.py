"""May this broker work, until when, and because of what: the one item that binds among all that count."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.licensing.domain.status import Cause, Facts, Status, What, status_of

_DECISIONS = ("cancelled", "suspended", "deactivated")
# What ends first binds; of what ends on the same day, the first of these.
_ORDER = (*_DECISIONS, *What)


@dataclass(frozen=True)
class Readiness:
    """`until` is the last day on which he may work, or might have; None for what never was there.

    `because` is one of What, or deactivated, suspended, cancelled.
    """

    ready: bool
    until: date | None
    because: str


def readiness(facts: Facts, today: date, hold_on: frozenset[What]) -> Readiness:
    """The binding item on that day. A decision binds whatever lapses beside it."""
    standing = status_of(facts, today, hold_on)
    ends = _ends(facts, hold_on)
    if standing.status is Status.ACTIVE:
        return Readiness(True, *_first({what: end for what, end in ends.items() if end >= today}))
    if standing.causes[0] in _DECISIONS:
        return Readiness(False, ends[standing.causes[0]], standing.causes[0].value)
    if Cause.GUARANTEE_MISSING in standing.causes:
        return Readiness(False, None, What.GUARANTEE.value)
    return Readiness(False, *_first({what.value: end for what, end in facts.ends.items() if what in ends}))


def _first(ends: dict[str, date]) -> tuple[date, str]:
    """There always is one: a license has an end."""
    until, _, because = min((end, _ORDER.index(what), what) for what, end in ends.items())
    return until, because


def _ends(facts: Facts, hold_on: frozenset[What]) -> dict[str, date]:
    ends = {what.value: end for what, end in facts.ends.items() if what is What.LICENSE or what in hold_on}
    starts = {
        "cancelled": facts.cancelled_on,
        "suspended": facts.suspended_from,
        "deactivated": facts.deactivated_from,
    }
    day = timedelta(days=1)
    return {**ends, **{why: start - day for why, start in starts.items() if start is not None}}
