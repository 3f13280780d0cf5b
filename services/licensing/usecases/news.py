"""What is told of a license, and to whom: one table from what changed to the event."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from chassis import outbox
from contracts import licensing as news
from services.licensing import reference
from services.licensing.domain.reminders import Mark
from services.licensing.domain.status import Standing, Status
from services.licensing.models import License
from services.licensing.store import people
from services.licensing.usecases.occasion import Occasion

_SEPARATORS = {"ar": "، ", "en": ", "}

# What a change to this status tells, given what was before.
_TOLD: dict[Status, Callable[[Standing, Standing], type[news.LicenseEvent] | None]] = {
    Status.ON_HOLD: lambda before, after: news.LicenseHeld if _is_held_anew(before, after) else None,
    Status.EXPIRED: lambda before, after: news.LicenseExpired if before.status != after.status else None,
    Status.ACTIVE: lambda before, _after: news.LicenseReleased if before.status is Status.ON_HOLD else None,
}

_OWN: dict[type[news.LicenseEvent], Callable[[License, Standing], dict[str, Any]]] = {
    news.LicenseHeld: lambda _license, after: {
        "causes": tuple(cause.value for cause in after.causes),
        "cause_names": _joined([reference.causes()[cause] for cause in after.causes]),
    },
    news.LicenseExpired: lambda license, _after: {"valid_until": license.valid_until.isoformat()},
}


def tell_change(
    session: Session, license: License, before: Standing, after: Standing, occasion: Occasion
) -> None:
    """Tell what the locked license has become, if it is of interest to somebody."""
    choose = _TOLD.get(after.status)
    event = choose(before, after) if choose else None
    if event is not None:
        own = _OWN.get(event)
        _tell(session, license, event, own(license, after) if own else {}, occasion)


def tell_near(session: Session, license: License, mark: Mark, occasion: Occasion) -> None:
    """Tell that a date of the locked license is near."""
    facts = {
        "what": mark.what.value,
        "what_name": reference.dates()[mark.what],
        "expires_on": mark.expires_on.isoformat(),
        "days": (mark.expires_on - occasion.today).days,
    }
    _tell(session, license, news.LicenseExpiring, facts, occasion)


def _tell(
    session: Session,
    license: License,
    event: type[news.LicenseEvent],
    facts: dict[str, Any],
    occasion: Occasion,
) -> None:
    license.news += 1
    told = {
        "aggregate": license.number,
        "seq": license.news,
        "recipients": people.list_recipients(session, license),
        "license_number": license.number,
        "broker_name": {"ar": license.broker.full_name_ar, "en": license.broker.full_name_en},
        **facts,
    }
    outbox.record(session, event(**told), occasion.actor)


def _is_held_anew(before: Standing, after: Standing) -> bool:
    return before.status is not Status.ON_HOLD or bool(set(after.causes) - set(before.causes))


def _joined(texts: list[reference.Text]) -> reference.Text:
    return {
        language: separator.join(text[language] for text in texts)
        for language, separator in _SEPARATORS.items()
    }
