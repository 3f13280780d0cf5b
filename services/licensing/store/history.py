"""The history of licenses: acts and changes by date, reminders and effects that happen once."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import cursors, ids
from services.licensing.domain.reminders import Mark
from services.licensing.domain.status import Standing, What
from services.licensing.models import Effect, License, LicenseState, Reminder, StatusNote

Entry = LicenseState | StatusNote


def find_state(session: Session, license_id: str, day: date) -> LicenseState | None:
    """The facts that were in force on that day."""
    mine = (LicenseState.license_id == license_id, LicenseState.from_on <= day)
    latest = (LicenseState.from_on.desc(), LicenseState.version.desc())
    return session.scalar(select(LicenseState).where(*mine).order_by(*latest).limit(1))


def find_first_day(session: Session, license_id: str) -> date | None:
    """The day from which the license is known."""
    mine = LicenseState.license_id == license_id
    return session.scalar(select(LicenseState.from_on).where(mine).order_by(LicenseState.from_on).limit(1))


def list_entries(
    session: Session, license_id: str, limit: int, cursor: str | None
) -> tuple[list[Entry], str | None]:
    """A page of acts and changes by date, the latest first."""
    place = cursors.decode_moment_and_id(cursor) if cursor is not None else None
    found: list[Entry] = []
    for record in (LicenseState, StatusNote):
        query = select(record).where(record.license_id == license_id)
        if place is not None:
            query = query.where(tuple_(record.at, record.id) < place)
        found += session.scalars(query.order_by(record.at.desc(), record.id.desc()).limit(limit + 1))
    found.sort(key=lambda entry: (entry.at, entry.id), reverse=True)
    page = found[:limit]
    last = page[-1] if len(found) > limit else None
    return page, cursors.encode([last.at.isoformat(), last.id]) if last else None


def add_note_once(session: Session, license: License, day: date, standing: Standing, at: datetime) -> bool:
    """Whether that change was not written yet."""
    values = {"license_id": license.id, "day": day, "status": standing.status, "causes": standing.causes}
    added = insert(StatusNote).values(id=ids.new_id(), at=at, **values).on_conflict_do_nothing()
    return session.execute(added.returning(StatusNote.id)).first() is not None


def list_reminders(session: Session, license_id: str) -> set[Mark]:
    """What was told of the license's dates."""
    rows = session.scalars(select(Reminder).where(Reminder.license_id == license_id))
    return {Mark(What(row.what), row.expires_on, row.days) for row in rows}


def add_reminder_once(session: Session, license: License, mark: Mark, at: datetime) -> bool:
    """Whether that reminder was not written yet."""
    values = {"what": mark.what, "expires_on": mark.expires_on, "days": mark.distance}
    added = insert(Reminder).values(license_id=license.id, at=at, **values).on_conflict_do_nothing()
    return session.execute(added.returning(Reminder.license_id)).first() is not None


def claim_effect(session: Session, values: dict[str, Any]) -> bool:
    """Whether the effect of this request is to be worked on now: the first time, or again after a refusal.

    A parallel twin waits here for the end of the first.
    """
    told = insert(Effect).values(**values)
    again = told.on_conflict_do_update(
        index_elements=[Effect.request_number],
        set_={name: told.excluded[name] for name in values if name != "request_number"},
        where=(Effect.result == "refused") & (Effect.seq < told.excluded.seq),
    )
    return session.execute(again.returning(Effect.request_number)).first() is not None


def refuse_effect(session: Session, request_number: str, code: str, facts: dict[str, Any]) -> None:
    """The claimed effect did not happen."""
    mine = update(Effect).where(Effect.request_number == request_number)
    session.execute(mine.values(result="refused", code=code, facts=facts))


def list_changing(session: Session, today: date, limit: int) -> list[str]:
    """Ids of licenses that a day has changed since they were looked at."""
    query = select(License.id).where(License.changes_on <= today)
    return list(session.scalars(query.order_by(License.changes_on, License.id).limit(limit)))


def list_remindable(session: Session, today: date, limit: int) -> list[str]:
    """Ids of licenses one of whose dates is near."""
    query = select(License.id).where(License.remind_on <= today)
    return list(session.scalars(query.order_by(License.remind_on, License.id).limit(limit)))
