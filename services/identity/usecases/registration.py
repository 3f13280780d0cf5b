"""Registering: a new account waits for its codes. Nobody learns here whether the address was known."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from chassis import ids
from contracts import identity, people
from services.identity import store
from services.identity.domain import accounts
from services.identity.models import Account, ClearingOffice, Membership, TermsAcceptance
from services.identity.usecases.minting import Mint, issue_code
from services.identity.usecases.news import note, tell, tell_place

OFFICE = "office"


def register(
    session: Session,
    form: dict[str, Any],
    *,
    password_hash: str,
    terms_version: str,
    mint: Mint,
    now: datetime,
) -> Account:
    """Make an account that waits for its codes, and send them. An earlier one that waited gives way.

    Where the address belongs to a verified account, its owner is told, and the rest happens alike.
    """
    key = people.email_key(form["email"])
    store.lock_key(session, f"email:{key}")
    if earlier := store.lock_unverified(session, key):
        store.remove_account(session, earlier)
    account = new_account(form, kind=accounts.PERSON, password_hash=password_hash, now=now)
    session.add(account)
    session.flush()
    accept_terms(session, account, terms_version, now)
    if form["kind"] == OFFICE:
        join(session, account, new_office(session, form, now), accounts.GENERAL, now)
    for channel in mint.channels:
        issue_code(session, account, channel, mint, now)
    if known := store.find_verified(session, key):
        tell(session, known, identity.RegistrationRepeated)
    note(session, account, "account.registered", {"kind": form["kind"]})
    return account


def new_account(form: dict[str, Any], *, kind: str, password_hash: str, now: datetime) -> Account:
    """The record of a person who has proved nothing yet."""
    copied = ("first_name", "last_name", "gender", "civil_id", "mobile", "email", "legal_entity", "language")
    return Account(
        id=ids.new_id(),
        kind=kind,
        email_key=people.email_key(form["email"]),
        password_hash=password_hash,
        created_at=now,
        version=1,
        news=0,
        **{name: form.get(name) for name in copied},
    )


def new_office(session: Session, form: dict[str, Any], now: datetime) -> ClearingOffice:
    """A firm as it was registered."""
    office = ClearingOffice(
        id=ids.new_id(),
        code=store.next_office_code(session),
        name_ar=form["office_name_ar"],
        name_en=form["office_name_en"],
        commercial_registration=form.get("commercial_registration"),
        imported_code=form.get("imported_office_code"),
        created_at=now,
    )
    session.add(office)
    session.flush()
    return office


def join(session: Session, account: Account, office: ClearingOffice, kind: str, now: datetime) -> None:
    """Somebody works for an office from now on; others hear of it once his address is proved."""
    membership = Membership(
        id=ids.new_id(), account_id=account.id, office_id=office.id, kind=kind, created_at=now, office=office
    )
    session.add(membership)
    session.flush()
    if account.verified_at is not None:
        tell_place(session, account, membership)


def accept_terms(session: Session, account: Account, version: str, now: datetime) -> None:
    """Keep who accepted which version, and when; the first time counts."""
    if store.find_acceptance(session, account.id, version) is None:
        session.add(TermsAcceptance(account_id=account.id, version=version, accepted_at=now))
        note(session, account, "terms.accepted", {"version": version})
