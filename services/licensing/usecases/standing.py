"""What a license is, kept with it: looked at after every change and on every day that changes something.

Before anything is done to a license, what the calendar did to it is written down and told, however late the job is.
"""

from datetime import date

from sqlalchemy.orm import Session

from chassis import ids
from services.licensing.domain import reminders
from services.licensing.domain.status import Cause, Facts, Standing, Status, next_change, status_of
from services.licensing.models import License, LicenseState
from services.licensing.store import history
from services.licensing.usecases import news
from services.licensing.usecases.occasion import Occasion

_DATES = tuple(Facts.__dataclass_fields__)
_SNAPSHOT = (*_DATES, "guarantee_id", "office_code")


def facts_of(row: License | LicenseState) -> Facts:
    """The facts that stand in a row."""
    return Facts(**{name: getattr(row, name) for name in _DATES})


def look(license: License, day: date, occasion: Occasion) -> Standing:
    """What the license is on that day by the facts as they are known now."""
    return status_of(facts_of(license), day, occasion.hold_on)


def settle(session: Session, license: License, occasion: Occasion) -> None:
    """Write and tell what days have changed of the locked license since it was looked at."""
    while license.changes_on is not None and license.changes_on <= occasion.today:
        day, before = license.changes_on, _kept(license)
        after = look(license, day, occasion)
        _keep(license, after, day, occasion)
        if history.add_note_once(session, license, day, after, occasion.now):
            news.tell_change(session, license, before, after, occasion)


def snapshot(license: License) -> tuple[object, ...]:
    """What the history keeps of a license: when it is another, something has changed."""
    return tuple(getattr(license, name) for name in _SNAPSHOT)


def write_first(session: Session, license: License, cause: str, occasion: Occasion) -> None:
    """Begin the history of a new license. What it is at its beginning is news to nobody."""
    _append(session, license, cause, occasion)


def write_change(session: Session, license: License, cause: str, occasion: Occasion) -> None:
    """Count, write and tell a change that was made to the locked and settled license."""
    before = _kept(license)
    license.version += 1
    _append(session, license, cause, occasion)
    news.tell_change(session, license, before, _kept(license), occasion)


def _append(session: Session, license: License, cause: str, occasion: Occasion) -> None:
    _keep(license, look(license, occasion.today, occasion), occasion.today, occasion)
    license.remind_on = reminders.first_on(facts_of(license), occasion.today)
    actor = occasion.actor
    session.flush()
    session.add(
        LicenseState(
            id=ids.new_id(),
            license_id=license.id,
            version=license.version,
            from_on=occasion.today,
            at=occasion.now,
            cause=cause,
            actor_id=actor.id,
            actor_role="system" if actor.kind == "system" else actor.role,
            status=license.status,
            causes=license.causes,
            **{name: getattr(license, name) for name in _SNAPSHOT},
        )
    )


def _keep(license: License, standing: Standing, day: date, occasion: Occasion) -> None:
    license.status = standing.status.value
    license.causes = [cause.value for cause in standing.causes]
    license.changes_on = next_change(facts_of(license), day, occasion.hold_on)


def _kept(license: License) -> Standing:
    return Standing(Status(license.status), tuple(Cause(cause) for cause in license.causes))
