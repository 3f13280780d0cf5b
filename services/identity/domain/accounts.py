"""What an account is to the portal: its roles, how long its sessions last, what others may see of its addresses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.permissions import Role

UNVERIFIED_KEPT_FOR = timedelta(days=7)
RESET_LIFETIME = timedelta(minutes=30)
RESETS_A_DAY = 10
BETWEEN_RESETS = timedelta(seconds=60)
SEEN_EVERY = timedelta(seconds=60)  # the moment of last use is written at most this often

PERSON, STAFF_KIND = "person", "staff"
GENERAL, ADDITIONAL = "general", "additional"


@dataclass(frozen=True)
class Limits:
    """How long a session lasts without use, and at all."""

    idle: timedelta
    total: timedelta


LIMITS = {
    PERSON: Limits(timedelta(minutes=30), timedelta(hours=12)),
    STAFF_KIND: Limits(timedelta(minutes=15), timedelta(hours=8)),
}

_MEMBER_ROLES = {GENERAL: Role.GENERAL_USER, ADDITIONAL: Role.ADDITIONAL_USER}


@dataclass(frozen=True)
class Place:
    """An office that a person works for, and as what (general or additional)."""

    office_id: str
    kind: str


def roles(kind: str, staff_roles: Iterable[str], place: Place | None) -> list[str]:
    """Staff have what they were given; others what they are in the chosen office, or else are candidates."""
    if kind == STAFF_KIND:
        return sorted(map(str, staff_roles))
    return [str(_MEMBER_ROLES[place.kind] if place else Role.CANDIDATE)]


def current_place(places: Sequence[Place], chosen: str | None) -> Place | None:
    """The chosen office while the person works there, else the first."""
    by_office = {place.office_id: place for place in places}
    return by_office.get(chosen or "", places[0] if places else None)


def idle_end(kind: str, last_seen_at: datetime, expires_at: datetime) -> datetime:
    """When the session ends unless it is used before."""
    return min(last_seen_at + LIMITS[kind].idle, expires_at)


def may_reset(earlier: Sequence[datetime], now: datetime) -> bool:
    """Whether one more reset link may be sent, after those of the last day."""
    return len(earlier) < RESETS_A_DAY and all(now - moment >= BETWEEN_RESETS for moment in earlier)


def masked_email(address: str) -> str:
    """Enough to recognise one's own: `f•••@example.com`."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}•••@{domain}"


def masked_mobile(number: str) -> str:
    """The last three digits: `+965•••••123`."""
    return f"{number[:4]}•••••{number[-3:]}"
