"""Doorways from a password to a session, and to the session's life."""

import time
from typing import Any

from chassis import clock, cursors, schemas
from chassis.errors import TooMany
from chassis.rpc import rpc
from services.identity import hashing
from services.identity.schemas.answers import dump_authenticated, dump_opened, dump_session
from services.identity.schemas.forms import ClientFacts, Login
from services.identity.service.minting import Minting
from services.identity.texts import terms
from services.identity.usecases import login, sessions
from services.identity.usecases.login import Client, Proof

BUSY_PAUSE, MOST_PAUSES = (
    0.05,
    60,
)  # seconds; until attempts of the same account that are under way are settled


class SigningIn(Minting):
    """From a password to a session, and the session's life."""

    @rpc
    def open_session(
        self, email: str, password: str, mobile: str | None = None, client: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """`{access_token, expires_in, account}`, or why not; what not tells nothing about the address."""
        self.actor.require("session.open")
        form = schemas.load(Login(), {"email": email, "password": password, "mobile": mobile})
        facts = Client(**schemas.load(ClientFacts(), client or {}, under="/client"))
        proof = self.prove(form["email_key"], form["password"], form["mobile"])
        with self.db.begin() as session:
            verdict = login.finish(session, proof, client=facts, mint=self.mint, now=clock.real_now())
        return dump_opened(verdict.unwrap())

    def prove(self, key: str, password: str, mobile: str | None = None) -> Proof:
        """Write the attempt down, then compare; attempts of the same account come a few at a time."""
        for _ in range(MOST_PAUSES):
            with self.db.begin() as session:
                begun = login.begin(session, key, self.config.PEPPER, clock.real_now())
            if begun is not None:
                match = hashing.find_match(begun.hashes, password)
                return Proof(begun, match, mobile, match and hashing.renewed(match, password))
            time.sleep(BUSY_PAUSE)
        raise TooMany("credentials.too_many", {"retry_after": 1})

    @rpc
    def authenticate(self, token: str, is_use: bool = True) -> dict[str, Any]:
        """Whose session; `token` is the digest of what the browser holds. NotSignedIn `session.ended`.

        An open page that listens or polls by itself is no use of the session (`is_use`).
        """
        with self.db.begin() as session:
            now = clock.real_now()
            found = sessions.authenticate(session, str(token), terms().version, now, is_use=is_use)
            return dump_authenticated(found)

    @rpc
    def close_session(self, session_id: str | None = None) -> dict[str, Any]:
        """End one's own session, the present one by default. NotFound `session.unknown`."""
        self.actor.require("session.close")
        with self.db.once() as work:
            sessions.close(work.session, session_id, self.actor)
            return work.done({})

    @rpc
    def list_sessions(self, limit: int = cursors.DEFAULT_LIMIT, cursor: str | None = None) -> dict[str, Any]:
        """A page of `{id, created_at, last_seen_at, kind, agent, current}`, the newest first."""
        self.actor.require("session.read")
        size = cursors.check_limit(limit)
        before = str(cursors.decode(cursor, 1)[0]) if cursor else None
        with self.db.begin() as session:
            found = list(sessions.list_own(session, self.actor, clock.real_now(), before, size + 1))
        following = cursors.encode([found[size - 1].id]) if len(found) > size else None
        return {"items": [dump_session(each, self.actor.session) for each in found[:size]], "next": following}
