"""What licensing publishes. Of a license `aggregate` is the number and `seq` counts the news told of it; of an
effect `aggregate` is the number of the request that asked for it.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from contracts.events import Event


@dataclass(frozen=True, kw_only=True)
class EffectApplied(Event):
    """What the request asked for has happened. `result` says what the license is now: `{version, valid_until, …}`."""

    NAME: ClassVar[str] = "licensing.effect_applied"
    effect: str
    license_number: str
    result: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class EffectRefused(Event):
    """What the request asked for cannot happen: the code of the refusal and its facts."""

    NAME: ClassVar[str] = "licensing.effect_refused"
    effect: str
    license_number: str
    code: str
    facts: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class LicenseEvent(Event):
    """News of one license, for its broker and the general users of its office."""

    NAME: ClassVar[str] = ""
    license_number: str
    broker_name: dict[str, str]  # {ar, en}


@dataclass(frozen=True, kw_only=True)
class LicenseHeld(LicenseEvent):
    """Work under the license rests until every cause is cured."""

    NAME: ClassVar[str] = "licensing.license_held"
    causes: tuple[str, ...]  # codes
    cause_names: dict[str, str]  # {ar, en}, in one line


@dataclass(frozen=True, kw_only=True)
class LicenseReleased(LicenseEvent):
    """The causes of the hold are cured: the license is active again."""

    NAME: ClassVar[str] = "licensing.license_released"


@dataclass(frozen=True, kw_only=True)
class LicenseExpiring(LicenseEvent):
    """One of the dates that the license hangs on is near: `expires_on` (ISO date) is its last valid day."""

    NAME: ClassVar[str] = "licensing.license_expiring"
    what: str  # license | guarantee | civil_id | passport
    what_name: dict[str, str]  # {ar, en}
    expires_on: str
    days: int  # from today to `expires_on`


@dataclass(frozen=True, kw_only=True)
class LicenseExpired(LicenseEvent):
    """`valid_until` (ISO date) was its last valid day."""

    NAME: ClassVar[str] = "licensing.license_expired"
    valid_until: str


EVENTS: tuple[type[Event], ...] = (
    EffectApplied,
    EffectRefused,
    LicenseHeld,
    LicenseReleased,
    LicenseExpiring,
    LicenseExpired,
)
