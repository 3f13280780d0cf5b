"""What is past its time goes."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from services.identity import store
from services.identity.domain import accounts, captchas, codes, throttle
from services.identity.models import Captcha, Code, LoginAttempt, PasswordReset, PortalSession, Verification

IDLE_AT_MOST = max(limits.idle for limits in accounts.LIMITS.values())


def remove_expired(session: Session, now: datetime) -> int:
    """Delete challenges, codes, links, attempts and sessions that can never count again; how many."""
    idle = PortalSession.last_seen_at < now - IDLE_AT_MOST
    expired = (
        delete(Captcha).where(Captcha.created_at < now - captchas.LIFETIME),
        delete(Code).where(Code.sent_at < now - codes.DAY - timedelta(hours=1)),
        delete(Verification).where(Verification.created_at < now - codes.VERIFICATION_LIFETIME),
        delete(LoginAttempt).where(LoginAttempt.at < now - throttle.WINDOW),
        delete(PasswordReset).where(PasswordReset.sent_at < now - codes.DAY),
        delete(PortalSession).where(or_(PortalSession.expires_at < now, idle)),
    )
    return sum(session.execute(each).rowcount for each in expired)  # type: ignore[attr-defined]


def list_unverified(session: Session, now: datetime, limit: int) -> list[str]:
    """Ids of accounts that nobody verified in time."""
    return store.list_unverified(session, now - accounts.UNVERIFIED_KEPT_FOR, limit)


def remove_unverified(session: Session, account_id: str) -> None:
    """Delete one of them, unless it was verified in that moment."""
    account = store.lock_account(session, account_id)
    if account is not None and account.verified_at is None:
        store.remove_account(session, account)
