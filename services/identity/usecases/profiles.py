"""Who somebody is: the account with its roles, offices and terms, as its owner and the gateway see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from chassis.actor import Actor
from chassis.errors import Conflict, NotFound, NotSignedIn
from contracts import identity
from services.identity import store
from services.identity.domain import accounts
from services.identity.domain.accounts import Place
from services.identity.models import Account, Membership
from services.identity.usecases.news import note, tell
from services.identity.usecases.registration import accept_terms


@dataclass(frozen=True)
class Profile:
    """An account in the office it works for at present."""

    account: Account
    roles: list[str]
    memberships: Sequence[Membership]
    place: Place | None


def load_profile(session: Session, account: Account, chosen_office: str | None) -> Profile:
    """The profile, as of this office if the person still works there."""
    if account.kind == accounts.STAFF_KIND:
        return Profile(account, sorted(store.list_staff_roles(session, account.id)), (), None)
    memberships = store.list_memberships(session, account.id)
    place = accounts.current_place([Place(each.office_id, each.kind) for each in memberships], chosen_office)
    return Profile(account, accounts.roles(account.kind, (), place), memberships, place)


def get_own(session: Session, actor: Actor) -> Profile:
    """The profile of whoever asks. Raises NotSignedIn `session.ended`."""
    account = store.find_account(session, actor.id)
    if account is None:
        raise NotSignedIn("session.ended")
    return load_profile(session, account, actor.office)


def lock_own(session: Session, actor: Actor) -> Account:
    """The account of whoever asks, to be changed. Raises NotSignedIn `session.ended`."""
    account = store.lock_account(session, actor.id)
    if account is None:
        raise NotSignedIn("session.ended")
    return account


def update_own(session: Session, changes: dict[str, Any], version: int, actor: Actor) -> Profile:
    """Change what one may change oneself. Raises Conflict `conflict.stale`."""
    account = lock_own(session, actor)
    if account.version != version:
        raise Conflict("conflict.stale", {"current_version": account.version})
    for name, value in changes.items():
        setattr(account, name, value)
    account.version += 1
    note(session, account, "account.updated", {"fields": sorted(changes)})
    tell(session, account, identity.SessionRevoked)
    return load_profile(session, account, actor.office)


def choose_office(session: Session, office_id: str, actor: Actor) -> Profile:
    """Work for this office in the present session. Raises NotFound `office.unknown`."""
    account = lock_own(session, actor)
    if office_id not in {each.office_id for each in store.list_memberships(session, account.id)}:
        raise NotFound("office.unknown")
    if mine := store.find_own_session(session, account.id, actor.session):
        mine.office_id = office_id
    note(session, account, "office.chosen", {"office": office_id})
    tell(session, account, identity.SessionRevoked)
    return load_profile(session, account, office_id)


def accept_current_terms(session: Session, version: str, in_force: str, actor: Actor, now: datetime) -> None:
    """Accept the terms. Raises Conflict `terms.outdated` for another version than the one in force."""
    if version != in_force:
        raise Conflict("terms.outdated", {"version": in_force})
    account = lock_own(session, actor)
    accept_terms(session, account, version, now)
    tell(session, account, identity.SessionRevoked)


def list_contacts(session: Session, account_ids: Sequence[str]) -> Sequence[Account]:
    """The accounts that there are of these."""
    return store.list_accounts(session, account_ids)
