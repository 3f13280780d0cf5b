"""Codes and tokens: made, kept as digests, handed to notifications sealed."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from chassis import ids
from chassis.sealing import Sealer
from contracts import identity
from services.identity import store
from services.identity.domain import codes
from services.identity.domain.codes import Channel, Sent
from services.identity.models import Account, Code
from services.identity.usecases.news import tell


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**codes.DIGITS):0{codes.DIGITS}d}"


@dataclass(frozen=True)
class Mint:
    """What it takes to make codes and tokens. `per_address` caps the codes a day of one email or mobile."""

    pepper: str
    sealer: Sealer
    has_sms: bool = True
    per_address: int | None = None
    new_code: Callable[[], str] = new_code
    new_token: Callable[[], str] = ids.new_token

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels whose codes an account must know."""
        return (Channel.EMAIL, Channel.SMS) if self.has_sms else (Channel.EMAIL,)


def seconds_to_resend(session: Session, account: Account, channel: Channel, mint: Mint, now: datetime) -> int:
    """Whole seconds until a code may be sent; 0 is now."""
    since = now - codes.DAY
    sent = store.list_sends(session, account.id, channel, since)
    return max(codes.seconds_to_resend(sent, now), _address_wait(session, account, channel, mint, now))


def issue_code(session: Session, account: Account, channel: Channel, mint: Mint, now: datetime) -> None:
    """Send a code; those before it die. Nothing happens when the address had too many today.

    Where the address belongs to a verified account, the code is made and counted and nobody gets it.
    """
    if _address_wait(session, account, channel, mint, now):
        return
    store.kill_codes(session, account.id, channel)
    code = mint.new_code()
    session.add(
        Code(
            id=ids.new_id(),
            account_id=account.id,
            channel=channel,
            address_digest=_digest(mint, account, channel),
            mac=codes.mac(mint.pepper, account.id, channel, code),
            sent_at=now,
            tries=0,
            is_dead=False,
        )
    )
    if channel is Channel.EMAIL and store.find_verified(session, account.email_key):
        return
    minutes = int(codes.LIFETIME.total_seconds() // 60)
    tell(
        session, account, identity.CodeIssued, channel=channel, sealed=mint.sealer.seal(code), minutes=minutes
    )


def last_code(session: Session, account: Account, channel: Channel) -> tuple[Code | None, Sent | None]:
    """The account's last code by the channel: the record, and what the rules see of it."""
    code = store.find_code(session, account.id, channel)
    return code, Sent(code.sent_at, code.tries, code.is_dead) if code else None


def _address_wait(session: Session, account: Account, channel: Channel, mint: Mint, now: datetime) -> int:
    if mint.per_address is None:
        return 0
    sent = store.list_sends_to(session, _digest(mint, account, channel), now - codes.DAY)
    return codes.seconds_to_address(sent, mint.per_address, now)


def _digest(mint: Mint, account: Account, channel: Channel) -> str:
    address = codes.mailbox(account.email_key) if channel is Channel.EMAIL else account.mobile
    return codes.address_digest(mint.pepper, address)
