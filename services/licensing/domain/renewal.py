"""Renewing a license: the date proposed, and what speaks against it."""

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from services.licensing.domain.allowance import RENEWAL, find_refusal
from services.licensing.domain.status import Cause, Facts, What, status_of

MONTHS = 12

# A cause that a renewal would leave in place.
_NOT_CURED = {
    Cause.GUARANTEE_MISSING: "guarantee.missing",
    Cause.GUARANTEE_LAPSED: "guarantee.lapsed",
    Cause.CIVIL_ID_LAPSED: "civil_id.lapsed",
    Cause.PASSPORT_LAPSED: "passport.lapsed",
}


@dataclass(frozen=True)
class Terms:
    """Under which settings: what puts a license on hold, how many days before its end renewing begins (0: any)."""

    hold_on: frozenset[What]
    opens_days: int = 0


@dataclass(frozen=True)
class Refusal:
    """A code and the facts for its sentence."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


def proposed(valid_until: date, today: date) -> date:
    """Twelve months after the present end, or after today where that has passed."""
    return _months_after(max(valid_until, today), MONTHS)


def find_renewal_refusal(before: Facts, after: Facts, today: date, terms: Terms) -> Refusal | None:
    """Why the license as it is `before` cannot be renewed to be as `after`; None when it can."""
    standing = status_of(before, today, terms.hold_on)
    code = find_refusal(RENEWAL, standing.status, (today - before.valid_until).days)
    if code:
        return Refusal(code, {"status": standing.status.value})
    opens_on = before.valid_until - timedelta(days=terms.opens_days)
    if terms.opens_days and today < opens_on:
        return Refusal("license.renewal_not_open", {"opens_on": opens_on.isoformat()})
    if after.valid_until <= max(before.valid_until, today):
        return Refusal("license.not_extended", {"valid_until": before.valid_until.isoformat()})
    return _what_stays(after, today, terms)


def _what_stays(after: Facts, today: date, terms: Terms) -> Refusal | None:
    causes = status_of(after, today, terms.hold_on).causes
    staying = [cause for cause in causes if cause in _NOT_CURED]
    return (
        Refusal(_NOT_CURED[staying[0]], {"causes": [cause.value for cause in staying]}) if staying else None
    )


def _months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
