"""Sessions that are open: whose they are, how long they last, which to end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from chassis.actor import Actor
from chassis.errors import NotFound, NotSignedIn
from contracts import identity
from services.identity import store
from services.identity.domain import accounts
from services.identity.models import PortalSession
from services.identity.usecases.news import note, tell
from services.identity.usecases.profiles import Profile, get_own, load_profile


@dataclass(frozen=True)
class Authenticated:
    """The session of a token, and whose it is."""

    session: PortalSession
    profile: Profile
    idle_expires_at: datetime
    must_accept_terms: bool


def authenticate(session: Session, token_digest: str, terms_version: str, now: datetime) -> Authenticated:
    """Whose session it is; using it keeps it alive. Raises NotSignedIn `session.ended`."""
    found = store.find_session(session, token_digest, terms_version)
    if found is None:
        raise NotSignedIn("session.ended")
    opened, account, accepted_at = found
    if now >= accounts.idle_end(account.kind, opened.last_seen_at, opened.expires_at) or account.suspended_at:
        raise NotSignedIn("session.ended")
    stale = now - accounts.SEEN_EVERY
    if opened.last_seen_at <= stale:
        store.touch_session(session, opened.id, now, stale)
        opened.last_seen_at = now
    return Authenticated(
        opened,
        load_profile(session, account, opened.office_id),
        accounts.idle_end(account.kind, opened.last_seen_at, opened.expires_at),
        accepted_at is None and account.kind == accounts.PERSON,
    )


def list_own(
    session: Session, actor: Actor, now: datetime, before_id: str | None, limit: int
) -> Sequence[PortalSession]:
    """One's open sessions, the newest first, those that ended by idleness left out."""
    kind = get_own(session, actor).account.kind
    found = store.list_sessions(session, actor.id, now - accounts.LIMITS[kind].idle, before_id, limit)
    return [each for each in found if now < each.expires_at]


def close(session: Session, session_id: str | None, actor: Actor) -> None:
    """End one's own session, the present one by default. Raises NotFound `session.unknown`."""
    account = get_own(session, actor).account
    mine = store.find_own_session(session, account.id, session_id or actor.session)
    if mine is None:
        raise NotFound("session.unknown")
    session.delete(mine)
    note(session, account, "session.closed", {"session": mine.id})
    tell(session, account, identity.SessionRevoked)
