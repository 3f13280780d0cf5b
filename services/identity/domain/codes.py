"""Six-digit codes: how long they live, how often they are tried and sent, and what is kept of them."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

LIFETIME = timedelta(minutes=10)
MOST_TRIES = 5
BETWEEN_SENDS = timedelta(seconds=60)
MOST_A_DAY = 10  # per account and channel: with five tries each, fifty checks a day
DAY = timedelta(hours=24)
VERIFICATION_LIFETIME = timedelta(hours=24)
DIGITS = 6


class Channel(StrEnum):
    """Where a code goes."""

    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True)
class Sent:
    """A code that went out. `tries` counts wrong ones; a dead one was replaced, used or given up."""

    sent_at: datetime
    tries: int = 0
    is_dead: bool = False


def mac(pepper: str, account_id: str, channel: str, code: str) -> str:
    """What is kept of a code: worthless for another account, channel or purpose."""
    return hmac.new(pepper.encode(), f"code\0{account_id}\0{channel}\0{code}".encode(), sha256).hexdigest()


def address_digest(pepper: str, address: str) -> str:
    """What is kept of an address that something was sent to or tried for, so that it can be counted."""
    return hmac.new(pepper.encode(), f"address\0{address}".encode(), sha256).hexdigest()


def mailbox(email_key: str) -> str:
    """Where mail to the address ends up: a+b@c.kw is a@c.kw, so that tags do not get around the count."""
    name, _, domain = email_key.rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"


def is_alive(code: Sent, now: datetime) -> bool:
    """Whether the code can still be right."""
    return not code.is_dead and code.tries < MOST_TRIES and now < code.sent_at + LIFETIME


def refusal(code: Sent | None, now: datetime) -> str | None:
    """Why this code is not compared at all; None when it is alive."""
    if code is not None and not code.is_dead and code.tries >= MOST_TRIES:
        return "code.too_many_tries"
    if code is None or not is_alive(code, now):
        return "code.expired"
    return None


def seconds_to_resend(sent: Sequence[datetime], now: datetime) -> int:
    """Whole seconds until another code may be sent to this account by this channel; 0 is now."""
    recent = _last_day(sent, now)
    waits = [BETWEEN_SENDS - (now - recent[-1])] if recent else []
    return max([0, _until_below(MOST_A_DAY, recent, now), *map(_whole_seconds, waits)])


def seconds_to_address(sent: Sequence[datetime], cap: int | None, now: datetime) -> int:
    """Whole seconds until another code may be sent to this email or mobile, whoever's it is; 0 is now."""
    return 0 if cap is None else _until_below(cap, _last_day(sent, now), now)


def _last_day(sent: Sequence[datetime], now: datetime) -> list[datetime]:
    return sorted(moment for moment in sent if now - moment < DAY)


def _until_below(cap: int, recent: Sequence[datetime], now: datetime) -> int:
    return _whole_seconds(DAY - (now - recent[-cap])) if len(recent) >= cap else 0


def _whole_seconds(wait: timedelta) -> int:
    return -(-wait // timedelta(seconds=1))
