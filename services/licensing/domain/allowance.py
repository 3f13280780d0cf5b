"""What each status of a license lets be asked for: one table of service types and statuses."""

from collections.abc import Mapping
from enum import StrEnum

from services.licensing.domain.status import Status

DAYS_AFTER_EXPIRY = 365  # for so long an expired license can be renewed


class Answer(StrEnum):
    """How a license in that status takes a request of that type. A pair that is not in the table: not at all."""

    YES = "yes"
    CURING = "curing"  # yes, if it cures what the license is held for
    LATE = "late"  # yes, for so many days after the expiry
    REVIEWER = "reviewer"  # yes, an officer decides
    AT_ONCE = "at_once"  # yes, by rule
    AT_ONCE_WHEN_VALID = "at_once_when_valid"  # by rule when every date is valid, else an officer decides


RENEWAL = "license_renewal"

_OPEN = dict.fromkeys((Status.ACTIVE, Status.ON_HOLD), Answer.YES)
_UPDATES = {**dict.fromkeys(Status, Answer.YES)}
del _UPDATES[Status.CANCELLED]

_TABLE: Mapping[str, Mapping[Status, Answer]] = {
    RENEWAL: {
        Status.ACTIVE: Answer.YES,
        Status.ON_HOLD: Answer.CURING,
        Status.EXPIRED: Answer.LATE,
    },
    "license_deactivation": _OPEN,
    "license_reactivation": {Status.DEACTIVATED: Answer.AT_ONCE_WHEN_VALID},
    "license_cancellation": {**_OPEN, Status.EXPIRED: Answer.YES, Status.DEACTIVATED: Answer.YES},
    "broker_transfer": {**_OPEN, Status.DEACTIVATED: Answer.YES},
    "to_whom_letter": {**dict.fromkeys(Status, Answer.REVIEWER), Status.ACTIVE: Answer.AT_ONCE},
    "lost_card": _OPEN,
    "guarantee_update": _UPDATES,
    "broker_update": _UPDATES,
}

ALLOWED: Mapping[tuple[str, Status], Answer] = {
    (service_type, status): answer for service_type, row in _TABLE.items() for status, answer in row.items()
}

SERVICE_TYPES = tuple(_TABLE)

# The code of the Conflict where the table says no.
REFUSALS: Mapping[str, str] = {
    RENEWAL: "license.not_renewable",
    "license_deactivation": "license.not_deactivatable",
    "license_reactivation": "license.not_reactivatable",
    "license_cancellation": "license.not_cancellable",
    "broker_transfer": "license.not_transferable",
    "to_whom_letter": "license.no_letter",
    "lost_card": "license.no_card",
    "guarantee_update": "license.not_updatable",
    "broker_update": "license.not_updatable",
}


def find_refusal(service_type: str, status: Status, days_expired: int) -> str | None:
    """The code of the refusal, or None. `days_expired`: since the last valid day, negative before it."""
    answer = ALLOWED.get((service_type, status))
    if answer is None or (answer is Answer.LATE and days_expired > DAYS_AFTER_EXPIRY):
        return REFUSALS[service_type]
    return None


def list_allowed(status: Status, days_expired: int) -> list[str]:
    """The service types that can be asked for, in the order of the table."""
    return [each for each in SERVICE_TYPES if find_refusal(each, status, days_expired) is None]
