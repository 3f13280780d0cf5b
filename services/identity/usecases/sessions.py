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
from services.identity.usecases.profiles import Profile, get_own, load_profile, lock_own


@dataclass(frozen=True)
class Authenticated:
    """The session of a token, and whose it is."""

    session: PortalSession
    profile: Profile
    idle_expires_at: datetime
    must_accept_terms: bool


def authenticate(
    session: Session, token_digest: str, terms_version: str, now: datetime, *, is_use: bool
) -> Authenticated:
    """Whose session it is; a use of it keeps it alive. Raises NotSignedIn `session.ended`."""
    found = store.find_session(session, token_digest, terms_version)
    if found is None:
        raise NotSignedIn("session.ended")
    opened, account, accepted_at = found
    if now >= accounts.idle_end(account.kind, opened.last_seen_at, opened.expires_at) or account.suspended_at:
        raise NotSignedIn("session.ended")
    last_seen, stale = opened.last_seen_at, now - accounts.SEEN_EVERY
    if is_use and last_seen <= stale:
        store.touch_session(session, opened.id, now, stale)
        last_seen = now
    return Authenticated(
        opened,
        load_profile(session, account, opened.office_id),
        accounts.idle_end(account.kind, last_seen, opened.expires_at),
        accepted_at is None and account.kind == accounts.PERSON,
    )


def list_own(
    session: Session, actor: Actor, now: datetime, before_id: str | None, limit: int
) -> Sequence[PortalSession]:
    """One's open sessions, the newest first. Those ended by idleness or age are left out."""
    used_after = now - accounts.LIMITS[get_own(session, actor).account.kind].idle
    alive = store.Alive(now, used_after)
    return store.list_sessions(session, actor.id, alive, before_id, limit)


def close(session: Session, session_id: str | None, actor: Actor) -> None:
    """End one's own session, the present one by default. Raises NotFound `session.unknown`."""
    account = lock_own(session, actor)
    mine = store.find_own_session(session, account.id, session_id or actor.session)
    if mine is None:
        raise NotFound("session.unknown")
    session.delete(mine)
    note(session, account, "session.closed", {"session": mine.id})
    tell(session, account, identity.SessionRevoked)
