"""A new password, by a link to the email or by who knows the old one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis import ids
from chassis.actor import Actor
from chassis.errors import Fault, Invalid
from contracts import identity
from services.identity import store
from services.identity.domain import accounts, codes
from services.identity.models import Account, PasswordReset, ResetRequest
from services.identity.usecases.login import Proof, fail, succeed
from services.identity.usecases.minting import Mint
from services.identity.usecases.news import note, tell
from services.identity.usecases.profiles import lock_own
from services.identity.usecases.verdict import Verdict


def ask_reset(session: Session, email_key: str, now: datetime) -> None:
    """Take the wish down. Known address or not, this is all that happens while somebody waits for the answer."""
    session.add(ResetRequest(id=ids.new_id(), email_key=email_key, created_at=now))


def list_asked(session: Session, limit: int) -> Sequence[str]:
    """Ids of wishes that wait, the oldest first."""
    return session.scalars(select(ResetRequest.id).order_by(ResetRequest.created_at).limit(limit)).all()


def answer_reset(session: Session, request_id: str, mint: Mint, now: datetime) -> None:
    """Send a link if the address is a verified account's and had not too many; links before it die."""
    gone = delete(ResetRequest).where(ResetRequest.id == request_id).returning(ResetRequest.email_key)
    email_key = session.execute(gone).scalar()
    account = store.find_verified(session, email_key) if email_key else None
    if account is None or account.suspended_at or store.lock_account(session, account.id) is None:
        return
    if not accounts.may_reset(store.list_resets(session, account.id, now - codes.DAY), now):
        return
    store.kill_resets(session, account.id)
    token = mint.new_token()
    session.add(
        PasswordReset(token_digest=ids.digest(token), account_id=account.id, sent_at=now, is_dead=False)
    )
    minutes = int(accounts.RESET_LIFETIME / timedelta(minutes=1))
    tell(session, account, identity.PasswordResetRequested, sealed=mint.sealer.seal(token), minutes=minutes)


def get_reset_account(session: Session, token: str, now: datetime) -> Account:
    """Whose password the link changes. Raises Invalid `reset.invalid`: unknown, used, replaced or too old."""
    reset = store.lock_reset(session, ids.digest(token), now - accounts.RESET_LIFETIME)
    account = store.lock_account(session, reset.account_id) if reset else None
    if account is None or account.suspended_at:
        raise Invalid("reset.invalid")
    return account


def reset_password(session: Session, token: str, password_hash: str, pepper: str, now: datetime) -> None:
    """Set the password and end every session. Raises Invalid `reset.invalid`."""
    account = get_reset_account(session, token, now)
    store.forget_wrong_attempts(session, codes.address_digest(pepper, account.email_key))
    _set_password(session, account, password_hash, but=None)
    note(session, account, "password.reset")


def change_password(session: Session, proof: Proof, actor: Actor) -> Verdict:
    """Set `proof.new_hash` if the old password was right; the other sessions end. Wrong ones are counted."""
    account = lock_own(session, actor)
    if proof.hash is None or proof.hash != account.password_hash:
        fail(session, proof.login)
        return Verdict(refusal=Invalid("input.invalid", faults=[Fault("/current", "password.wrong")]))
    succeed(session, proof.login)
    assert proof.new_hash is not None
    _set_password(session, account, proof.new_hash, but=actor.session)
    note(session, account, "password.changed")
    return Verdict({})


def _set_password(session: Session, account: Account, password_hash: str, but: str | None) -> None:
    account.password_hash = password_hash
    store.kill_resets(session, account.id)
    store.end_sessions(session, account.id, but)
    tell(session, account, identity.PasswordChanged)
    tell(session, account, identity.SessionRevoked)
