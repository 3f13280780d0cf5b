"""May this broker work, until when, and because of what: the one item that binds among all that count."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.licensing.domain.status import LAPSES, Cause, Facts, Status, What, status_of

# What ends first counts; of what ends on the same day, the first of these.
_ORDER = ("cancelled", "suspended", "deactivated", *What)
_BECAUSE: dict[Cause, str] = {
    **{cause: cause.value for cause in Cause},
    **{cause: what.value for what, cause in LAPSES.items()},
    Cause.GUARANTEE_MISSING: What.GUARANTEE.value,
}


@dataclass(frozen=True)
class Readiness:
    """`until` is the last day on which he may work, or could: None for no end, or for what never was there.

    `because` is one of What, or deactivated, suspended, cancelled; None when nothing binds.
    """

    ready: bool
    until: date | None
    because: str | None


def readiness(facts: Facts, today: date, hold_on: frozenset[What]) -> Readiness:
    """The binding item on that day."""
    standing = status_of(facts, today, hold_on)
    ends = _ends(facts, hold_on)
    if standing.status is not Status.ACTIVE:
        because = _BECAUSE[standing.causes[0]]
        return Readiness(False, ends.get(because), because)
    coming = [(end, _ORDER.index(what), what) for what, end in ends.items() if end >= today]
    until, _, because = min(coming)  # there is one: an active license has not expired
    return Readiness(True, until, because)


def _ends(facts: Facts, hold_on: frozenset[What]) -> dict[str, date]:
    ends = {what.value: end for what, end in facts.ends.items() if what is What.LICENSE or what in hold_on}
    starts = {
        "cancelled": facts.cancelled_on,
        "suspended": facts.suspended_from,
        "deactivated": facts.deactivated_from,
    }
    day = timedelta(days=1)
    return {**ends, **{why: start - day for why, start in starts.items() if start is not None}}
