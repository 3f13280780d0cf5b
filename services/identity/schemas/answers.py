"""What goes out."""

from typing import Any

from chassis.actor import Actor
from services.identity.models import Account, Membership, PortalSession
from services.identity.usecases.login import Opened
from services.identity.usecases.profiles import Profile
from services.identity.usecases.sessions import Authenticated


def dump_account(profile: Profile) -> dict[str, Any]:
    """An account as its owner sees it. `office` is the id of the chosen one."""
    account = profile.account
    shown = (
        "id",
        "first_name",
        "last_name",
        "gender",
        "civil_id",
        "email",
        "mobile",
        "language",
        "legal_entity",
        "version",
    )
    return {
        **{name: getattr(account, name) for name in shown},
        "name": account.name,
        "roles": profile.roles,
        "verified_at": account.verified_at and account.verified_at.isoformat(),
        "offices": [dump_office(each) for each in profile.memberships],
        "office": profile.place and profile.place.office_id,
    }


def dump_office(membership: Membership) -> dict[str, Any]:
    """An office as somebody who works there sees it."""
    office = membership.office
    name = {"ar": office.name_ar, "en": office.name_en}
    return {"id": office.id, "code": office.code, "name": name, "kind": membership.kind}


def dump_opened(opened: Opened) -> dict[str, Any]:
    """A new session, with its token."""
    return {
        "access_token": opened.token,
        "expires_in": opened.expires_in,
        "account": dump_account(opened.profile),
    }


def dump_authenticated(found: Authenticated) -> dict[str, Any]:
    """The claim to be signed for each call, and what the pages show."""
    profile, account = found.profile, found.profile.account
    carried = ("civil_id", "first_name", "last_name", "gender", "mobile", "email", "legal_entity")
    actor = Actor(
        kind=account.kind,
        id=account.id,
        roles=frozenset(profile.roles),
        session=found.session.id,
        office=profile.place.office_id if profile.place else None,
        name=account.name,
        language=account.language,
        person={name: getattr(account, name) for name in carried},
    )
    return {
        "actor": actor.to_claim(),
        "account": dump_account(profile),
        "expires_at": found.session.expires_at.isoformat(),
        "idle_expires_at": found.idle_expires_at.isoformat(),
        "must_accept_terms": found.must_accept_terms,
    }


def dump_session(session: PortalSession, current: str) -> dict[str, Any]:
    """An open session as its owner sees it."""
    return {
        "id": session.id,
        "created_at": session.created_at.isoformat(),
        "last_seen_at": session.last_seen_at.isoformat(),
        "kind": session.kind,
        "agent": session.agent,
        "current": session.id == current,
    }


def dump_contact(account: Account) -> dict[str, Any]:
    """Where somebody is reached, and in which language."""
    return {
        "id": account.id,
        "name": account.name,
        "email": account.email,
        "mobile": account.mobile,
        "language": account.language,
        "verified": account.verified_at is not None,
    }
