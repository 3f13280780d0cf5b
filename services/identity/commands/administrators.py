"""People of the Bureau, made at the keyboard: verified from the start, as the operator knows them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from chassis import audit, schemas
from chassis.actor import system
from contracts import people
from contracts.identity import OfficerChanged
from contracts.permissions import Role
from services.identity import hashing, store
from services.identity.domain import accounts
from services.identity.models import Account, StaffRole
from services.identity.schemas.forms import PersonForm
from services.identity.usecases import news
from services.identity.usecases.registration import new_account


def add_administrator(session: Session, form: dict[str, Any], now: datetime) -> str:
    """The id of a new administrator. Raises Invalid `input.invalid`; ends when the address is taken."""
    person = schemas.load(PersonForm(), form)
    if store.find_verified(session, people.email_key(person["email"])):
        raise SystemExit("refused: there is an account with this email")
    return add_staff(session, person, {Role.ADMINISTRATOR}, now).id


def add_staff(session: Session, person: dict[str, Any], roles: Collection[str], now: datetime) -> Account:
    """A verified account of the Bureau with these roles."""
    account = add_verified(session, person, accounts.STAFF_KIND, now)
    session.add_all(StaffRole(account_id=account.id, role=str(role)) for role in roles)
    name = f"{account.first_name} {account.last_name}"
    news.tell(session, account, OfficerChanged, name=name, roles=tuple(sorted(map(str, roles))))
    return account


def add_verified(session: Session, person: dict[str, Any], kind: str, now: datetime) -> Account:
    """A verified account; who waited with the same address gives way."""
    key = people.email_key(person["email"])
    store.lock_key(session, f"email:{key}")
    if earlier := store.lock_unverified(session, key):
        store.remove_account(session, earlier)
    account = new_account(person, kind=kind, password_hash=hashing.make(person["password"]), now=now)
    account.verified_at = now
    session.add(account)
    session.flush()
    audit.record(session, system("identity"), "account.added", account.id, {"kind": kind})
    return account
