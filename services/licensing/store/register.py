"""Licenses and guarantees one by one, and the locks under which they change.

Lock order: licenses by their id, then the broker, then guarantees.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.errors import NotFound, Unavailable
from services.licensing.domain import numbers
from services.licensing.models import Broker, Guarantee, License, Series

_TRIES = 5
_FRESH = {"populate_existing": True}


def find_license(session: Session, number: str) -> License | None:
    """The license of that number, written with slashes or dashes."""
    return session.scalar(select(License).where(License.number == (numbers.find(number) or "")))


def get_license(session: Session, number: str) -> License:
    """Raises NotFound `license.unknown`."""
    found = find_license(session, number)
    if found is None:
        raise NotFound("license.unknown")
    return found


def find_legacy(session: Session, legacy_number: str) -> License | None:
    """The license that was known by that number."""
    return session.scalar(select(License).where(License.legacy_number == legacy_number))


def list_by_number(session: Session, wanted: Sequence[str]) -> Sequence[License]:
    """Those of these numbers that there are."""
    return session.scalars(select(License).where(License.number.in_(wanted)).order_by(License.number)).all()


def lock_license(session: Session, license_id: str) -> License:
    """The license, fresh and locked, with its broker and guarantee."""
    (found,) = _lock_all(session, License.id == license_id)
    return found


def find_guarantee(session: Session, office_code: str, number: str) -> Guarantee | None:
    """The office's guarantee of that number."""
    mine = (Guarantee.office_code == office_code, Guarantee.number == number)
    return session.scalar(select(Guarantee).where(*mine))


def add_guarantee_once(session: Session, values: dict[str, Any]) -> bool:
    """Whether the office had none of that number."""
    natural = [Guarantee.office_code, Guarantee.number]
    added = insert(Guarantee).values(**values).on_conflict_do_nothing(index_elements=natural)
    return session.execute(added.returning(Guarantee.id)).first() is not None


def share_broker(session: Session, civil_id: str) -> Broker | None:
    """The broker, fresh; his dates stay as they are until the end of the transaction."""
    wanted = select(Broker).where(Broker.civil_id == civil_id).with_for_update(read=True)
    return session.scalar(wanted, execution_options=_FRESH)


def share_guarantee(session: Session, office_code: str, number: str) -> Guarantee | None:
    """The guarantee, fresh; its date stays as it is until the end of the transaction."""
    mine = (Guarantee.office_code == office_code, Guarantee.number == number)
    wanted = select(Guarantee).where(*mine).with_for_update(read=True)
    return session.scalar(wanted, execution_options=_FRESH)


def lock_together(
    session: Session,
    *,
    license_id: str | None = None,
    broker_id: str | None = None,
    guarantee_id: str | None = None,
) -> Sequence[License]:
    """The license, every license of the broker and every one that the guarantee covers, and these two: fresh, locked.

    A license that came under them between the two locks is seen by looking again; its turn was before ours.
    """
    keys = ((License.id, license_id), (License.broker_id, broker_id), (License.guarantee_id, guarantee_id))
    mine = or_(*(column == value for column, value in keys if value is not None))
    for _ in range(_TRIES):
        attempt = session.begin_nested()
        found = _lock_all(session, mine)
        _lock_row(session, Broker, broker_id)
        _lock_row(session, Guarantee, guarantee_id)
        if session.scalar(select(func.count()).select_from(License).where(mine)) == len(found):
            attempt.commit()
            return found
        attempt.rollback()
    raise Unavailable("database.busy")


def _lock_all(session: Session, mine: ColumnElement[bool]) -> Sequence[License]:
    """Read after the locks are held: a statement that waits for a lock reads anew only the rows that it locks,
    and would join a broker or a guarantee as they were before.
    """
    locked = session.scalars(select(License.id).where(mine).order_by(License.id).with_for_update()).all()
    wanted = select(License).where(License.id.in_(locked)).order_by(License.id)
    return session.scalars(wanted, execution_options=_FRESH).all()


def _lock_row(session: Session, record: type[Broker] | type[Guarantee], row_id: str | None) -> None:
    if row_id is not None:
        session.scalar(select(record).where(record.id == row_id).with_for_update(), execution_options=_FRESH)


def take_serial(session: Session, type_code: str, customs_office: str) -> int:
    """The next serial of a series; its row stays locked until the end of the transaction."""
    first = insert(Series).values(type_code=type_code, customs_office=customs_office, last=1)
    following = first.on_conflict_do_update(
        index_elements=[Series.type_code, Series.customs_office], set_={"last": Series.last + 1}
    )
    return session.execute(following.returning(Series.last)).scalar_one()


def note_serial(session: Session, number: numbers.Number) -> None:
    """A license has this number: no later one gets its serial."""
    key = (Series.type_code == number.type_code, Series.customs_office == number.customs_office)
    last = session.scalar(select(Series.last).where(*key))
    if last is not None and last >= number.serial:
        return
    told = insert(Series).values(
        type_code=number.type_code, customs_office=number.customs_office, last=number.serial
    )
    session.execute(
        told.on_conflict_do_update(
            index_elements=[Series.type_code, Series.customs_office],
            set_={"last": func.greatest(Series.last, told.excluded.last)},
        )
    )
