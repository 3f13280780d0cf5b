"""What the Bureau keeps beside the requests: number series, holidays, hours, its people."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.requests.domain.life import CLOCK_RUNS
from services.requests.models import Holiday, Officer, Series, ServiceRequest, WorkingHours


def take_serial(session: Session, prefix: str, year: int) -> int:
    """The next serial of a series. Call it in a transaction of its own: the row stays locked until its end."""
    first = insert(Series).values(prefix=prefix, year=year, last=1)
    following = first.on_conflict_do_update(
        index_elements=[Series.prefix, Series.year], set_={"last": Series.last + 1}
    )
    return session.execute(following.returning(Series.last)).scalar_one()


def list_holidays(session: Session, start: date, end: date) -> frozenset[date]:
    """The holidays from start to end, both counted."""
    return frozenset(session.scalars(select(Holiday.day).where(Holiday.day.between(start, end))))


def list_holiday_rows(session: Session, start: date, end: date) -> Sequence[Holiday]:
    """The holidays from start to end with their names, the earliest first."""
    query = select(Holiday).where(Holiday.day.between(start, end)).order_by(Holiday.day)
    return session.scalars(query).all()


def add_holiday_once(session: Session, holiday: Holiday) -> bool:
    """Whether it was not there yet."""
    values = {"day": holiday.day, "name_ar": holiday.name_ar, "name_en": holiday.name_en}
    added = insert(Holiday).values(**values).on_conflict_do_nothing().returning(Holiday.day)
    return session.execute(added).first() is not None


def list_hours(session: Session, start: date, end: date) -> Sequence[WorkingHours]:
    """The exceptional hours that touch these days."""
    query = select(WorkingHours).where(WorkingHours.starts_on <= end, WorkingHours.ends_on >= start)
    return session.scalars(query.order_by(WorkingHours.starts_on)).all()


def put_hours(session: Session, hours: WorkingHours) -> None:
    """Enter exceptional hours, in the place of others that begin on the same day."""
    session.merge(hours)


def list_due_days(session: Session, start: date) -> list[date]:
    """The days, from this one on, on which something is due that the Bureau has in hand."""
    due = select(ServiceRequest.due_on).where(_in_hand(), ServiceRequest.due_on >= start).distinct()
    return [day for day in session.scalars(due) if day is not None]


def put_off(session: Session, due_on: date, until: date) -> None:
    """What is due on the one day is due on the other."""
    session.execute(
        update(ServiceRequest).where(_in_hand(), ServiceRequest.due_on == due_on).values(due_on=until)
    )


def find_hours(session: Session, day: date) -> WorkingHours | None:
    """The exceptional hours of that day; those that began last win."""
    query = select(WorkingHours).where(WorkingHours.starts_on <= day, WorkingHours.ends_on >= day)
    return session.scalar(query.order_by(WorkingHours.starts_on.desc()).limit(1))


def note_officer(session: Session, officer_id: str, name: str, roles: Sequence[str], seq: int) -> None:
    """Keep what identity told last; older news than what is known change nothing."""
    told = insert(Officer).values(id=officer_id, name=name, roles=list(roles), seq=seq)
    newer = told.on_conflict_do_update(
        index_elements=[Officer.id],
        set_={"name": told.excluded.name, "roles": told.excluded.roles, "seq": told.excluded.seq},
        where=Officer.seq < told.excluded.seq,
    )
    session.execute(newer)


def list_officers(session: Session, roles: frozenset[str]) -> Sequence[Officer]:
    """Whoever has one of these roles, by name. The Bureau has some dozens of people."""
    has_role = [Officer.roles.contains([role]) for role in sorted(roles)]
    condition = has_role[0]
    for other in has_role[1:]:
        condition |= other
    return session.scalars(select(Officer).where(condition).order_by(Officer.name, Officer.id)).all()


def find_officer(session: Session, officer_id: str) -> Officer | None:
    """The officer."""
    return session.get(Officer, officer_id)


def _in_hand() -> ColumnElement[bool]:
    return ServiceRequest.status.in_(CLOCK_RUNS)
