"""Proving email and mobile by the two codes."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from chassis import ids
from chassis.arabic import digits
from chassis.errors import Fault, Invalid, NotFound, TooMany
from contracts import identity
from services.identity import store
from services.identity.domain import accounts, codes
from services.identity.domain.codes import Channel
from services.identity.models import Account, Verification
from services.identity.usecases.minting import Mint, issue_code, last_code, seconds_to_resend
from services.identity.usecases.news import note, tell, tell_place
from services.identity.usecases.verdict import Verdict

POINTERS = {Channel.EMAIL: "/email_code", Channel.SMS: "/mobile_code"}


@dataclass(frozen=True)
class Guess:
    """What was typed as the code of a channel."""

    channel: Channel
    text: str

    @property
    def digits(self) -> str:
        """Its digits: pasted with a sentence around it or in two groups, a code is still a code."""
        text = digits(self.text)
        whole = re.search(r"(?<!\d)\d{6}(?!\d)", text, re.ASCII)
        return whole[0] if whole else "".join(re.findall(r"\d", text, re.ASCII))


def open_verification(session: Session, account: Account, mint: Mint, now: datetime) -> str:
    """The right to try the codes, as an id; codes go out again where none is alive."""
    for channel in mint.channels:
        _, sent = last_code(session, account, channel)
        is_dead = sent is None or not codes.is_alive(sent, now)
        if is_dead and not seconds_to_resend(session, account, channel, mint, now):
            issue_code(session, account, channel, mint, now)
    verification_id = mint.new_token()
    session.add(Verification(id_digest=ids.digest(verification_id), account_id=account.id, created_at=now))
    return verification_id


def get_verification(session: Session, verification_id: str, mint: Mint, now: datetime) -> dict[str, Any]:
    """Masked addresses and the seconds until each code can be sent anew. Raises NotFound."""
    account = _lock_waiting(session, verification_id, now)
    waits = {each: seconds_to_resend(session, account, each, mint, now) for each in mint.channels}
    return {
        "email_masked": accounts.masked_email(account.email),
        "mobile_masked": accounts.masked_mobile(account.mobile),
        "email_resend_in": waits[Channel.EMAIL],
        "mobile_resend_in": waits.get(Channel.SMS, 0),
        "mobile_required": mint.has_sms,
    }


def resend_code(
    session: Session, verification_id: str, channel: Channel, mint: Mint, now: datetime
) -> dict[str, int]:
    """Send a new code; the old one dies. Raises NotFound, TooMany `code.too_soon`, `code.too_many_today`."""
    account = _lock_waiting(session, verification_id, now)
    if wait := seconds_to_resend(session, account, channel, mint, now):
        is_soon = wait <= codes.BETWEEN_SENDS.total_seconds()
        raise TooMany("code.too_soon" if is_soon else "code.too_many_today", {"retry_after": wait})
    issue_code(session, account, channel, mint, now)
    return {"resend_in": int(codes.BETWEEN_SENDS.total_seconds())}


def verify(
    session: Session, verification_id: str, typed: dict[Channel, str], mint: Mint, now: datetime
) -> Verdict:
    """The account is verified when every code is right; wrong tries are counted. Raises NotFound."""
    account = _lock_waiting(session, verification_id, now)
    checked = {
        channel: _check(session, account, Guess(channel, typed.get(channel, "")), mint, now)
        for channel in mint.channels
    }
    faults = [Fault(POINTERS[channel], *wrong) for channel, wrong in checked.items() if wrong]
    if faults:
        return Verdict(refusal=Invalid("code.wrong", faults=faults))
    account.verified_at = now
    store.kill_codes(session, account.id)
    store.remove_verifications(session, account.id)
    tell(session, account, identity.AccountVerified)
    for membership in store.list_memberships(session, account.id):
        tell_place(session, account, membership)
    note(session, account, "account.verified")
    return Verdict({})


def _check(
    session: Session, account: Account, guess: Guess, mint: Mint, now: datetime
) -> tuple[str, dict[str, Any]] | None:
    """Code and facts of what is wrong with the guess, or None."""
    if not guess.digits:
        return "field.required", {}
    code, sent = last_code(session, account, guess.channel)
    if refusal := codes.refusal(sent, now):
        return refusal, {}
    assert code is not None
    expected = codes.mac(mint.pepper, account.id, guess.channel, guess.digits)
    is_shadow = guess.channel is Channel.EMAIL and store.find_verified(session, account.email_key)
    # A shadow of a verified account never becomes one, not even by a lucky guess.
    if hmac.compare_digest(code.mac, expected) and not is_shadow:
        return None
    code.tries += 1
    left = codes.MOST_TRIES - code.tries
    return ("code.wrong", {"left": left}) if left else ("code.too_many_tries", {})


def _lock_waiting(session: Session, verification_id: str, now: datetime) -> Account:
    """The account behind a verification, locked: tries and sends come one after another."""
    since = now - codes.VERIFICATION_LIFETIME
    found = store.find_verification(session, ids.digest(verification_id), since)
    account = store.lock_account(session, found.account_id) if found else None
    if account is None or account.verified_at or account.suspended_at:
        raise NotFound("verification.unknown")
    return account
