"""Signing in: the attempt is written down before the password is looked at, and settled after."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from chassis import ids
from chassis.errors import Forbidden, NotSignedIn, TooMany
from services.identity import store
from services.identity.domain import accounts, codes, throttle
from services.identity.domain.throttle import Gate
from services.identity.models import Account, LoginAttempt, PortalSession
from services.identity.usecases.minting import Mint
from services.identity.usecases.news import note
from services.identity.usecases.profiles import Profile, load_profile
from services.identity.usecases.verdict import Verdict
from services.identity.usecases.verification import open_verification

AGENT_LENGTH = 200


@dataclass(frozen=True)
class Known:
    """An account that the address may stand for; a hash to compare with, or None."""

    id: str = ""
    hash: str | None = None


@dataclass(frozen=True)
class Login:
    """An attempt under way, with the verified account and the one that waits for its codes."""

    attempt_id: int
    key: str
    verified: Known
    waiting: Known

    @property
    def hashes(self) -> tuple[str | None, str | None]:
        """What the password is compared with, in this order."""
        return self.verified.hash, self.waiting.hash


@dataclass(frozen=True)
class Proof:
    """What was shown: the hash that the password fitted (None for none), and the mobile if one was typed."""

    login: Login
    hash: str | None
    mobile: str | None = None
    new_hash: str | None = None

    @property
    def account_id(self) -> str | None:
        """Whose password it was."""
        known = (self.login.verified, self.login.waiting)
        return next((each.id for each in known if self.hash and each.hash == self.hash), None)


@dataclass(frozen=True)
class Client:
    """Where a session is opened from. `kind` is web or api."""

    kind: str
    address: str
    agent: str


@dataclass(frozen=True)
class Opened:
    """A new session; the token is told once."""

    token: str
    expires_in: int  # seconds
    profile: Profile


def begin(session: Session, email_key: str, pepper: str, now: datetime) -> Login | None:
    """Write the attempt down; None when several are under way. Raises TooMany `credentials.too_many`."""
    key = codes.address_digest(pepper, email_key)
    store.lock_key(session, f"login:{key}")
    known = store.list_attempts(session, key, now - throttle.WINDOW)
    gate, wait = throttle.gate([throttle.Attempt(each.at, each.is_settled) for each in known], now)
    if gate is Gate.SHUT:
        raise TooMany("credentials.too_many", {"retry_after": wait})
    if gate is Gate.BUSY:
        return None
    attempt = LoginAttempt(key=key, at=now, is_settled=False)
    session.add(attempt)
    session.flush()
    verified, waiting = store.find_verified(session, email_key), store.find_unverified(session, email_key)
    return Login(attempt.id, key, _known(verified), _known(waiting))


def _known(account: Account | None) -> Known:
    return Known(account.id, account.password_hash) if account else Known()


def fail(session: Session, login: Login) -> NotSignedIn:
    """Count the attempt as a wrong one; the refusal."""
    store.settle_attempt(session, login.attempt_id)
    return NotSignedIn("credentials.wrong")


def finish(session: Session, proof: Proof, *, client: Client, mint: Mint, now: datetime) -> Verdict:
    """Open a session (`Opened`), or say why not; wrong attempts stay counted."""
    account = _lock_proved(session, proof)
    if account is None:
        return Verdict(refusal=fail(session, proof.login))
    if account.verified_at is None:
        return Verdict(refusal=_refuse_unverified(session, proof, account, mint, now))
    succeed(session, proof.login)
    if account.suspended_at is not None:
        return Verdict(refusal=Forbidden("account.suspended"))
    if proof.new_hash:
        account.password_hash = proof.new_hash
    return Verdict(_open(session, account, client, mint, now))


def _lock_proved(session: Session, proof: Proof) -> Account | None:
    """The account whose password it was; None also when that changed meanwhile."""
    account = store.lock_account(session, proof.account_id) if proof.account_id else None
    return account if account and account.password_hash == proof.hash else None


def _refuse_unverified(
    session: Session, proof: Proof, account: Account, mint: Mint, now: datetime
) -> Forbidden:
    if proof.mobile == account.mobile:
        succeed(session, proof.login)
        verification_id = open_verification(session, account, mint, now)
        return Forbidden("account.not_verified", {"verification_id": verification_id})
    if proof.mobile is None:
        store.forget_attempt(session, proof.login.attempt_id)
    else:
        store.settle_attempt(session, proof.login.attempt_id)
    return Forbidden("account.mobile_required")


def succeed(session: Session, login: Login) -> None:
    """It was the right one: those before it are forgotten."""
    store.forget_attempt(session, login.attempt_id)
    store.forget_wrong_attempts(session, login.key)


def _open(session: Session, account: Account, client: Client, mint: Mint, now: datetime) -> Opened:
    profile = load_profile(session, account, None)
    limits = accounts.LIMITS[account.kind]
    token = mint.new_token()
    opened = PortalSession(
        id=ids.new_id(),
        token_digest=ids.digest(token),
        account_id=account.id,
        office_id=profile.place.office_id if profile.place else None,
        kind=client.kind,
        address=client.address,
        agent=client.agent[:AGENT_LENGTH],
        created_at=now,
        last_seen_at=now,
        expires_at=now + limits.total,
    )
    session.add(opened)
    note(session, account, "session.opened", {"session": opened.id, "kind": client.kind})
    return Opened(token, int(limits.total.total_seconds()), profile)
