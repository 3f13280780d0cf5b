"""Named queries. get raises, find may return None, list returns many, lock selects for update."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from services.identity.models import (
    OFFICE_NUMBER,
    Account,
    Captcha,
    ClearingOffice,
    Code,
    LoginAttempt,
    Membership,
    PasswordReset,
    PortalSession,
    StaffRole,
    TermsAcceptance,
    Verification,
)


def lock_key(session: Session, key: str) -> None:
    """Let one transaction at a time work on what the key stands for, be there a row or none."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


# ------------------------------------------------------------------------------------------------ accounts


def find_verified(session: Session, email_key: str) -> Account | None:
    """The account whose address this is."""
    is_verified = Account.verified_at.is_not(None)
    return session.scalar(select(Account).where(Account.email_key == email_key, is_verified))


def find_unverified(session: Session, email_key: str) -> Account | None:
    """Who registered with this address and has not proved it."""
    is_waiting = Account.verified_at.is_(None)
    return session.scalar(select(Account).where(Account.email_key == email_key, is_waiting))


def lock_unverified(session: Session, email_key: str) -> Account | None:
    """The same, locked: whoever gets verified in that moment is not found."""
    is_waiting = (Account.email_key == email_key, Account.verified_at.is_(None))
    return session.scalar(select(Account).where(*is_waiting).with_for_update())


def find_account(session: Session, account_id: str) -> Account | None:
    """The account."""
    return session.get(Account, account_id)


def lock_account(session: Session, account_id: str) -> Account | None:
    """The account, fresh and locked."""
    wanted = select(Account).where(Account.id == account_id).with_for_update()
    return session.scalar(wanted.execution_options(populate_existing=True))


def next_news(session: Session, account_id: str) -> int:
    """The next `seq` of the account's events; locks its row."""
    counted = update(Account).where(Account.id == account_id).values(news=Account.news + 1)
    return session.execute(counted.returning(Account.news)).scalar_one()


def next_office_news(session: Session, office_id: str) -> int:
    """The next `seq` of the office's events; locks its row."""
    counted = update(ClearingOffice).where(ClearingOffice.id == office_id)
    counted = counted.values(news=ClearingOffice.news + 1)
    return session.execute(counted.returning(ClearingOffice.news)).scalar_one()


def next_member_news(session: Session, membership_id: str) -> int:
    """The next `seq` of the membership's events; locks its row."""
    counted = update(Membership).where(Membership.id == membership_id).values(news=Membership.news + 1)
    return session.execute(counted.returning(Membership.news)).scalar_one()


def list_accounts(session: Session, account_ids: Sequence[str]) -> Sequence[Account]:
    """Those of these that there are."""
    return session.scalars(select(Account).where(Account.id.in_(account_ids))).all()


def list_staff_roles(session: Session, account_id: str) -> list[str]:
    """What somebody of the Bureau may be."""
    return list(session.scalars(select(StaffRole.role).where(StaffRole.account_id == account_id)))


def list_memberships(session: Session, account_id: str) -> Sequence[Membership]:
    """Where somebody works now, the oldest first, each with its office."""
    wanted = select(Membership).where(Membership.account_id == account_id, Membership.ended_at.is_(None))
    return session.scalars(wanted.order_by(Membership.id)).all()


def next_office_code(session: Session) -> str:
    """A new office's code."""
    return f"P-{session.scalar(select(OFFICE_NUMBER.next_value()))}"


def list_unverified(session: Session, before: datetime, limit: int) -> list[str]:
    """Ids of accounts that were never verified and are older."""
    wanted = select(Account.id).where(Account.verified_at.is_(None), Account.created_at < before)
    return list(session.scalars(wanted.order_by(Account.created_at).limit(limit)))


def remove_account(session: Session, account: Account) -> None:
    """Delete an account that never was anybody's, with the offices that only it named. Its codes die."""
    mine = select(Membership.office_id).where(Membership.account_id == account.id)
    others = select(Membership.office_id).where(Membership.account_id != account.id)
    offices = list(session.scalars(mine.where(Membership.office_id.not_in(others))))
    session.execute(update(Code).where(Code.account_id == account.id).values(is_dead=True))
    session.execute(delete(Account).where(Account.id == account.id))
    session.execute(delete(ClearingOffice).where(ClearingOffice.id.in_(offices)))
    session.expunge(account)


# ------------------------------------------------------------------------------------------- terms, captcha


def find_acceptance(session: Session, account_id: str, version: str) -> TermsAcceptance | None:
    """When somebody accepted this version."""
    return session.get(TermsAcceptance, (account_id, version))


def lock_captcha(session: Session, captcha_id: str) -> Captcha | None:
    """The challenge, locked."""
    return session.scalar(select(Captcha).where(Captcha.id == captcha_id).with_for_update())


# ---------------------------------------------------------------------------------------------------- codes


def find_code(session: Session, account_id: str, channel: str) -> Code | None:
    """The last code that was sent to the account by the channel."""
    wanted = select(Code).where(Code.account_id == account_id, Code.channel == channel)
    return session.scalar(wanted.order_by(Code.sent_at.desc(), Code.id.desc()).limit(1))


def list_sends(session: Session, account_id: str, channel: str, since: datetime) -> Sequence[datetime]:
    """When codes were sent to the account by the channel."""
    of_account = (Code.account_id == account_id, Code.channel == channel)
    return session.scalars(select(Code.sent_at).where(*of_account, Code.sent_at > since)).all()


def list_sends_to(session: Session, address_digest: str, since: datetime) -> Sequence[datetime]:
    """When codes were sent to the address, for whatever account."""
    to_address = Code.address_digest == address_digest
    return session.scalars(select(Code.sent_at).where(to_address, Code.sent_at > since)).all()


def kill_codes(session: Session, account_id: str, channel: str | None = None) -> None:
    """The codes sent so far are worth nothing from now on."""
    killed = update(Code).where(Code.account_id == account_id, Code.is_dead.is_(False)).values(is_dead=True)
    session.execute(killed.where(Code.channel == channel) if channel else killed)


def find_verification(session: Session, id_digest: str, since: datetime) -> Verification | None:
    """The right to try codes, while it lasts."""
    found = session.get(Verification, id_digest)
    return found if found and found.created_at > since else None


def remove_verifications(session: Session, account_id: str) -> None:
    """Nobody may try codes for the account any more."""
    session.execute(delete(Verification).where(Verification.account_id == account_id))


# ------------------------------------------------------------------------------------------ login, sessions


def list_attempts(session: Session, key: str, since: datetime) -> Sequence[LoginAttempt]:
    """Guesses at the password of one address."""
    return session.scalars(select(LoginAttempt).where(LoginAttempt.key == key, LoginAttempt.at > since)).all()


def settle_attempt(session: Session, attempt_id: int) -> None:
    """It was a wrong one."""
    session.execute(update(LoginAttempt).where(LoginAttempt.id == attempt_id).values(is_settled=True))


def forget_attempt(session: Session, attempt_id: int) -> None:
    """It was none that counts."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.id == attempt_id))


def forget_wrong_attempts(session: Session, key: str) -> None:
    """The right one came."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.key == key, LoginAttempt.is_settled))


def find_session(
    session: Session, token_digest: str, terms_version: str
) -> tuple[PortalSession, Account, datetime | None] | None:
    """The session of a token, its account, and when that accepted these terms."""
    accepted = (TermsAcceptance.account_id == Account.id) & (TermsAcceptance.version == terms_version)
    wanted = (
        select(PortalSession, Account, TermsAcceptance.accepted_at)
        .join(Account, Account.id == PortalSession.account_id)
        .outerjoin(TermsAcceptance, accepted)
        .where(PortalSession.token_digest == token_digest)
    )
    row = session.execute(wanted).first()
    return (row[0], row[1], row[2]) if row else None


def find_own_session(session: Session, account_id: str, session_id: str) -> PortalSession | None:
    """A session of this account."""
    mine = (PortalSession.account_id == account_id, PortalSession.id == session_id)
    return session.scalar(select(PortalSession).where(*mine))


@dataclass(frozen=True)
class Alive:
    """Which sessions may still be used: not over at `now`, used after `used_after`."""

    now: datetime
    used_after: datetime


def list_sessions(
    session: Session, account_id: str, alive: Alive, before_id: str | None, limit: int
) -> Sequence[PortalSession]:
    """Sessions of an account that may still be used, the newest first."""
    wanted = select(PortalSession).where(
        PortalSession.account_id == account_id,
        PortalSession.expires_at > alive.now,
        PortalSession.last_seen_at > alive.used_after,
    )
    if before_id is not None:
        wanted = wanted.where(PortalSession.id < before_id)
    return session.scalars(wanted.order_by(PortalSession.id.desc()).limit(limit)).all()


def touch_session(session: Session, session_id: str, now: datetime, not_after: datetime) -> None:
    """Write the moment of last use unless that was done after `not_after`."""
    used = update(PortalSession).where(
        PortalSession.id == session_id, PortalSession.last_seen_at <= not_after
    )
    session.execute(used.values(last_seen_at=now))


def end_sessions(session: Session, account_id: str, but: str | None = None) -> int:
    """End the account's sessions, but for one; how many."""
    ended = delete(PortalSession).where(PortalSession.account_id == account_id)
    if but:
        ended = ended.where(PortalSession.id != but)
    return session.execute(ended).rowcount  # type: ignore[attr-defined]


# ------------------------------------------------------------------------------------------ password resets


def lock_reset(session: Session, token_digest: str, since: datetime) -> PasswordReset | None:
    """The one-time link, locked, while it may be used."""
    alive = (PasswordReset.token_digest == token_digest, PasswordReset.is_dead.is_(False))
    wanted = select(PasswordReset).where(*alive, PasswordReset.sent_at > since)
    return session.scalar(wanted.with_for_update())


def list_resets(session: Session, account_id: str, since: datetime) -> Sequence[datetime]:
    """When links were sent to the account."""
    mine = PasswordReset.account_id == account_id
    return session.scalars(select(PasswordReset.sent_at).where(mine, PasswordReset.sent_at > since)).all()


def kill_resets(session: Session, account_id: str) -> None:
    """The links sent so far are worth nothing from now on."""
    session.execute(update(PasswordReset).where(PasswordReset.account_id == account_id).values(is_dead=True))
