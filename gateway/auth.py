"""Who is asking: the API by bearer token alone, pages by cookie alone.

A process holds claims for a few seconds, drops them at any news of a revoked session, and holds none while such
news cannot arrive.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from flask import Flask, current_app, g, request
from werkzeug import Response

from chassis import clock, ids
from chassis.actor import Actor
from chassis.errors import NotSignedIn
from gateway import clients, context, permissions

HOLD_SECONDS = 5.0
ANSWER_SECONDS = 2.5  # identity answers in milliseconds or is away: people are told so soon
MAX_HELD = 10_000
MAX_TOKEN = 200  # characters; ours are much shorter


@dataclass(frozen=True)
class Session:
    """A living session as identity described it."""

    actor: Actor
    account: Mapping[str, Any]
    expires_at: datetime
    idle_expires_at: datetime
    must_accept_terms: bool

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any]) -> "Session":
        """The session of an answer of `identity.authenticate`."""
        return cls(
            Actor.from_claim(answer["actor"]),
            answer["account"],
            datetime.fromisoformat(answer["expires_at"]),
            datetime.fromisoformat(answer["idle_expires_at"]),
            bool(answer.get("must_accept_terms")),
        )

    @property
    def seconds_left(self) -> int:
        """Whole seconds until it ends if nothing happens."""
        ends_at = min(self.expires_at, self.idle_expires_at)
        return max(0, int((ends_at - clock.real_now()).total_seconds()))


class Claims:
    """Sessions by the digest of their token."""

    def __init__(
        self,
        authenticate: Callable[[str], Mapping[str, Any]],
        hears_news: Callable[[], bool],
        now: Callable[[], float] = monotonic,
    ):
        self._authenticate, self._hears_news, self._now = authenticate, hears_news, now
        self._lock = threading.Lock()
        self._held: dict[str, tuple[float, Session]] = {}
        self._generation = 0

    def get(self, token: str) -> Session:
        """The session of a token. Raises NotSignedIn `session.ended`."""
        digest = ids.digest(token)
        until, session = self._held.get(digest, (0.0, None))
        if session is not None and until > self._now() and self._hears_news():
            return session
        generation = self._generation
        session = Session.from_answer(self._authenticate(digest))
        with self._lock:
            # An answer that was on its way when a revocation arrived may be older than it: not kept.
            if self._hears_news() and generation == self._generation:
                if len(self._held) >= MAX_HELD:
                    self._held.clear()
                self._held[digest] = (self._now() + HOLD_SECONDS, session)
        return session

    def drop(self, token: str) -> None:
        """Forget one: it is to be asked about anew."""
        with self._lock:
            self._held.pop(ids.digest(token), None)

    def clear(self) -> None:
        """Forget everything: some session was revoked, or the news may have been missed."""
        with self._lock:
            self._generation += 1
            self._held.clear()


def cookie_name() -> str:
    """`__Host-` over https: bound to this very host, by secure lines alone."""
    return "__Host-session" if current_app.config["PORTAL"].is_https else "portal_session"


def load() -> None:
    """Find out who sends this request. Public routes of the API ask nobody; public pages live without the answer."""
    permission = permissions.of_request()
    if request.endpoint == "static" or (context.is_api() and permissions.is_public(permission)):
        return
    token = _bearer() if context.is_api() else request.cookies.get(cookie_name(), "")
    if not token or len(token) > MAX_TOKEN:
        return
    if not permissions.is_public(permission):
        _sign_in(token)
        return
    with context.decoration():
        _sign_in(token)


def session() -> Session | None:
    """The session of this request."""
    return g.get("session")


def refresh() -> Session:
    """The session of this request, as identity sees it now; that it was asked for counts as use of it."""
    claims: Claims = current_app.extensions["portal.claims"]
    token = request.cookies.get(cookie_name(), "")
    claims.drop(token)
    g.session = claims.get(token)
    return g.session


def start_session(response: Response, token: str) -> None:
    """Give the browser its new session. Nothing of the old one lives on."""
    secure = current_app.config["PORTAL"].is_https
    response.set_cookie(cookie_name(), token, secure=secure, httponly=True, samesite="Lax", path="/")


def end_session(response: Response) -> None:
    """Take the session from the browser."""
    secure = current_app.config["PORTAL"].is_https
    response.delete_cookie(cookie_name(), secure=secure, httponly=True, samesite="Lax", path="/")


def init_app(app: Flask, hears_news: Callable[[], bool]) -> Claims:
    """Make every request know its actor and hold it to the route's permission."""
    claims = Claims(_ask, hears_news)
    app.extensions["portal.claims"] = claims
    app.before_request(load)
    app.before_request(permissions.check)
    return claims


def _ask(digest: str) -> Mapping[str, Any]:
    with context.within(ANSWER_SECONDS):
        return clients.identity.authenticate(digest, is_use=not permissions.is_passive())


def _bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _sign_in(token: str) -> None:
    try:
        g.session = current_app.extensions["portal.claims"].get(token)
        g.actor = g.session.actor
    except NotSignedIn:
        g.session_ended = True
        if context.is_api():
            raise
