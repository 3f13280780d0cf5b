"""The status of a license on a day follows from its facts and from nothing else.

A table of causes in the order of precedence: the first that applies gives the status, all that apply are named.
Every expiry is the last valid day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

_DAY = timedelta(days=1)


class Status(StrEnum):
    """What a license is. The words are in reference/statuses.toml."""

    ACTIVE = "active"
    DEACTIVATED = "deactivated"
    SUSPENDED = "suspended"
    ON_HOLD = "on_hold"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class What(StrEnum):
    """The four dates that a license hangs on."""

    LICENSE = "license"
    GUARANTEE = "guarantee"
    CIVIL_ID = "civil_id"
    PASSPORT = "passport"


class Cause(StrEnum):
    """Why a license is not active. The words are in reference/causes.toml."""

    CANCELLED = "cancelled"
    SUSPENDED = "suspended"
    DEACTIVATED = "deactivated"
    LICENSE_EXPIRED = "license_expired"
    GUARANTEE_MISSING = "guarantee_missing"
    GUARANTEE_LAPSED = "guarantee_lapsed"
    CIVIL_ID_LAPSED = "civil_id_lapsed"
    PASSPORT_LAPSED = "passport_lapsed"


# In the order of precedence.
STATUS_OF: Mapping[Cause, Status] = {
    Cause.CANCELLED: Status.CANCELLED,
    Cause.SUSPENDED: Status.SUSPENDED,
    Cause.DEACTIVATED: Status.DEACTIVATED,
    Cause.LICENSE_EXPIRED: Status.EXPIRED,
    Cause.GUARANTEE_MISSING: Status.ON_HOLD,
    Cause.GUARANTEE_LAPSED: Status.ON_HOLD,
    Cause.CIVIL_ID_LAPSED: Status.ON_HOLD,
    Cause.PASSPORT_LAPSED: Status.ON_HOLD,
}

LAPSES: Mapping[What, Cause] = {
    What.LICENSE: Cause.LICENSE_EXPIRED,
    What.GUARANTEE: Cause.GUARANTEE_LAPSED,
    What.CIVIL_ID: Cause.CIVIL_ID_LAPSED,
    What.PASSPORT: Cause.PASSPORT_LAPSED,
}

HOLDING = frozenset(What) - {What.LICENSE}  # what may put a license on hold; the setting HOLD_ON chooses


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a license hangs on. A guarantee without date is none; a card without date is not known to lapse."""

    valid_until: date
    guarantee_expires_on: date | None = None
    civil_id_expiry: date | None = None
    passport_expiry: date | None = None
    deactivated_from: date | None = None
    deactivated_until: date | None = None
    suspended_from: date | None = None
    cancelled_on: date | None = None

    @property
    def ends(self) -> dict[What, date]:
        """The last valid day of each of the four that has one."""
        dates = {
            What.LICENSE: self.valid_until,
            What.GUARANTEE: self.guarantee_expires_on,
            What.CIVIL_ID: self.civil_id_expiry,
            What.PASSPORT: self.passport_expiry,
        }
        return {what: day for what, day in dates.items() if day is not None}


class Standing(NamedTuple):
    """A status with all that speaks against being active, in the order of precedence."""

    status: Status
    causes: tuple[Cause, ...]


def status_of(facts: Facts, day: date, hold_on: frozenset[What]) -> Standing:
    """What the license is on that day."""
    applying = {*_decisions(facts, day, hold_on), *_lapses(facts, day, hold_on)}
    causes = tuple(cause for cause in STATUS_OF if cause in applying)
    return Standing(STATUS_OF[causes[0]] if causes else Status.ACTIVE, causes)


def next_change(facts: Facts, day: date, hold_on: frozenset[What]) -> date | None:
    """The first day after `day` on which status or causes are others; of a cancelled license nothing changes."""
    present = status_of(facts, day, hold_on)
    if present.status is Status.CANCELLED:
        return None
    coming = sorted({turn for turn in _turns(facts) if turn > day})
    return next((turn for turn in coming if status_of(facts, turn, hold_on) != present), None)


def _decisions(facts: Facts, day: date, hold_on: frozenset[What]) -> Iterator[Cause]:
    if _has_come(facts.cancelled_on, day):
        yield Cause.CANCELLED
    if _has_come(facts.suspended_from, day):
        yield Cause.SUSPENDED
    if _has_come(facts.deactivated_from, day) and not _has_returned(facts, day, hold_on):
        yield Cause.DEACTIVATED


def _has_returned(facts: Facts, day: date, hold_on: frozenset[What]) -> bool:
    """A stop ends after its last day; it stays while something is missing that lapsed before that."""
    until = facts.deactivated_until
    return until is not None and day > until and not any(_lapses(facts, until + _DAY, hold_on))


def _lapses(facts: Facts, day: date, hold_on: frozenset[What]) -> Iterator[Cause]:
    for what, end in facts.ends.items():
        if end < day and (what is What.LICENSE or what in hold_on):
            yield LAPSES[what]
    if facts.guarantee_expires_on is None and What.GUARANTEE in hold_on:
        yield Cause.GUARANTEE_MISSING


def _turns(facts: Facts) -> Iterator[date]:
    """Days on which something may change."""
    yield from (end + _DAY for end in facts.ends.values())
    starts = (facts.cancelled_on, facts.suspended_from, facts.deactivated_from)
    yield from (start for start in starts if start is not None)
    if facts.deactivated_until is not None:
        yield facts.deactivated_until + _DAY


def _has_come(start: date | None, day: date) -> bool:
    return start is not None and start <= day
