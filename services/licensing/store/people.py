"""Offices and members as identity told last, brokers, and who is to be told of a license."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.licensing.models import Broker, License, Member, Office

GENERAL = "general"


def find_office(session: Session, code: str) -> Office | None:
    """The office of that code."""
    return session.get(Office, code)


def find_office_by_id(session: Session, office_id: str) -> Office | None:
    """The office that identity knows by that id."""
    return session.scalar(select(Office).where(Office.id == office_id))


def add_office_once(session: Session, values: dict[str, Any]) -> bool:
    """Whether it was not there yet."""
    added = insert(Office).values(**values).on_conflict_do_nothing(index_elements=[Office.code])
    return session.execute(added.returning(Office.code)).first() is not None


def lock_office(session: Session, code: str) -> Office:
    """The office, fresh and locked."""
    wanted = select(Office).where(Office.code == code).with_for_update()
    return session.scalars(wanted, execution_options={"populate_existing": True}).one()


def release_office_id(session: Session, office_id: str, but: str) -> None:
    """No office of another code has that id any more: its code was changed."""
    others = update(Office).where(Office.id == office_id, Office.code != but)
    session.execute(others.values(id=None))


def put_member(session: Session, values: dict[str, Any]) -> None:
    """Keep what identity told last; older news than what is known change nothing."""
    told = insert(Member).values(**values)
    newer = told.on_conflict_do_update(
        index_elements=[Member.id],
        set_={name: told.excluded[name] for name in values if name != "id"},
        where=Member.seq < told.excluded.seq,
    )
    session.execute(newer)


def find_broker(session: Session, civil_id: str) -> Broker | None:
    """The broker with that civil ID."""
    return session.scalar(select(Broker).where(Broker.civil_id == civil_id))


def add_broker_once(session: Session, values: dict[str, Any]) -> bool:
    """Whether there was none with that civil ID."""
    added = insert(Broker).values(**values).on_conflict_do_nothing(index_elements=[Broker.civil_id])
    return session.execute(added.returning(Broker.id)).first() is not None


def list_recipients(session: Session, license: License) -> tuple[str, ...]:
    """The accounts that are told of a license: its broker's, and those of the office's general users."""
    members = (
        select(Member.account_id)
        .join(Office, Office.id == Member.office_id)
        .where(Office.code == license.office_code, Member.kind == GENERAL, Member.is_active)
        .order_by(Member.id)
    )
    accounts = [license.broker.account_id, *session.scalars(members)]
    return tuple(dict.fromkeys(account for account in accounts if account))
