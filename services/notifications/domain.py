"""Who is told what and how: one table. And what becomes of a delivery, as pure functions of facts and time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import UUID

from contracts import identity, requests

LANGUAGES = ("ar", "en")


class Channel(StrEnum):
    """A way to reach a person outside the portal."""

    EMAIL = "email"
    SMS = "sms"


class State(StrEnum):
    """The life of a delivery; the last three are final."""

    WAITING = "waiting"
    LEASED = "leased"
    SENT = "sent"
    FAILED = "failed"  # it cannot or may not be sent
    GAVE_UP = "gave_up"  # tried as often as is reasonable


FINAL = frozenset({State.SENT, State.FAILED, State.GAVE_UP})


@dataclass(frozen=True)
class Rule:
    """How one event is told. An event whose data name a `channel` goes there alone.

    `link` is a path of the portal, filled with `number` (of a request, with dashes), the `aggregate` of anything
    else, or the `secret`. Only a code is sent to an account that is not verified yet, and a code never moves to
    another channel: it proves the one it went to.
    """

    channels: frozenset[Channel] = frozenset({Channel.EMAIL})
    notice: bool = True
    is_code: bool = False
    link: str = ""


_BOTH = frozenset(Channel)
_step = partial(Rule, link="/requests/{number}")
_pressing = partial(_step, channels=_BOTH)  # a decision, a result, or a plan that somebody has to change

RULES: dict[str, Rule] = {
    identity.CodeIssued.NAME: Rule(channels=_BOTH, notice=False, is_code=True),
    identity.PasswordResetRequested.NAME: Rule(notice=False, is_code=True, link="/password-resets/{secret}"),
    identity.RegistrationRepeated.NAME: Rule(link="/login"),
    identity.AccountVerified.NAME: Rule(link="/login"),
    identity.PasswordChanged.NAME: Rule(link="/support"),
    requests.RequestSubmitted.NAME: _step(),
    requests.RequestClaimed.NAME: _step(),
    requests.RequestPreliminarilyApproved.NAME: _pressing(),
    requests.RequestRejected.NAME: _pressing(),
    requests.RequestWithdrawn.NAME: _step(),
    requests.RequestReturned.NAME: _pressing(),
    requests.CorrectionDue.NAME: _step(),
    requests.RequestLapsed.NAME: _pressing(),
    requests.RequestReopened.NAME: _step(),
    requests.RequestOverdue.NAME: Rule(link="/office/requests/{number}"),
    requests.ExamAnnounced.NAME: Rule(link="/exam-announcements/{aggregate}"),
    requests.CandidateNominated.NAME: _pressing(),
    requests.CandidateWaitListed.NAME: _step(),
    requests.SeatOffered.NAME: _pressing(),
    requests.AttendanceConfirmed.NAME: _step(),
    requests.CandidateListed.NAME: _step(),
    requests.CandidateNotSeated.NAME: _step(),
    requests.ExamMoved.NAME: _pressing(),
    requests.ExamCancelled.NAME: _pressing(),
    requests.ExamPassed.NAME: _pressing(),
    requests.ExamFailed.NAME: _pressing(),
    requests.ExamMissed.NAME: _pressing(),
    requests.DraftExpiring.NAME: _step(),
}


def kind_of(event: str) -> str:
    """`request_submitted` of `requests.request_submitted`: the name of its templates and of its notices."""
    return event.rpartition(".")[2]


def number_of(event: str, aggregate: str) -> str | None:
    """The request that an event is about; None for one about an account or an exam session."""
    return aggregate if "{number}" in RULES[event].link else None


def path_of(event: str, aggregate: str, secret: str = "") -> str:
    """Where an event leads, a path of the portal; "" when it leads nowhere."""
    number = (number_of(event, aggregate) or "").replace("/", "-")
    return RULES[event].link.format(number=number, aggregate=aggregate, secret=secret)


def channels_of(rule: Rule, data: Mapping[str, Any]) -> list[Channel]:
    """Where one event goes, in a fixed order."""
    named = data.get("channel")
    return [channel for channel in Channel if channel in rule.channels and named in (None, channel)]


def fallback_of(rule: Rule, channel: Channel) -> Channel | None:
    """Where it goes when this channel failed for good: SMS to email, unless email had it anyway."""
    if rule.is_code or channel is not Channel.SMS or Channel.EMAIL in rule.channels:
        return None
    return Channel.EMAIL


@dataclass(frozen=True)
class Lane:
    """Deliveries that wait for each other and for nobody else.

    `bundle` are sent over one connection; whoever leased them has `lease` to say what came of it.
    """

    channel: Channel
    is_code: bool
    bundle: int
    lease: timedelta


_code = partial(Lane, is_code=True, bundle=1, lease=timedelta(seconds=15))
_other = partial(Lane, is_code=False, bundle=5, lease=timedelta(seconds=30))

CODE_EMAILS = _code(Channel.EMAIL)
CODE_TEXTS = _code(Channel.SMS)
EMAILS = _other(Channel.EMAIL)
TEXTS = _other(Channel.SMS)
LANES = (CODE_EMAILS, CODE_TEXTS, EMAILS, TEXTS)


@dataclass(frozen=True)
class Contact:
    """How one account can be reached, as identity says at the moment of sending."""

    id: str
    name: str
    email: str | None
    mobile: str | None
    language: str
    verified: bool

    def address(self, channel: Channel) -> str | None:
        """The address of that channel, if there is one."""
        return self.email if channel is Channel.EMAIL else self.mobile


@dataclass(frozen=True)
class Parcel:
    """A leased delivery. `attempts` counts this one and is the proof that the lease is ours."""

    id: str
    event: str
    account_id: str
    channel: Channel
    aggregate: str
    data: Mapping[str, Any]
    sealed: str | None
    expires_at: datetime | None
    is_replaced: bool  # a newer code for the same channel exists
    attempts: int
    trace_id: str

    @property
    def rule(self) -> Rule:
        """How its event is told."""
        return RULES[self.event]

    @property
    def number(self) -> str | None:
        """The request that it is about, if it is about one."""
        return number_of(self.event, self.aggregate)


def obstacle(parcel: Parcel, contact: Contact | None, now: datetime) -> str | None:
    """The code of the reason why it is not to be sent at all; None when it is."""
    if parcel.expires_at is not None and now >= parcel.expires_at:
        return "code.expired"
    if parcel.is_replaced:
        return "code.replaced"
    if contact is None or not contact.address(parcel.channel):
        return "contact.missing"
    if not contact.verified and not parcel.rule.is_code:
        return "contact.unverified"
    return None


class Result(StrEnum):
    """What came of one attempt."""

    SENT = "sent"
    REFUSED = "refused"  # this delivery never goes
    LATER = "later"  # this delivery did not go now
    LOST = "lost"  # it broke on our side: a sender that never said what came of it, a neighbour that failed
    UNTRIED = "untried"  # nothing was tried: the channel or a neighbour is down


@dataclass(frozen=True)
class Outcome:
    """The result, the code of the error, and the provider's own id."""

    result: Result
    error: str | None = None
    provider_id: str | None = None


SENDER_LOST = Outcome(Result.LOST, "sender.lost")
UNTRIED_AGAIN = timedelta(seconds=5)


def _seconds(*pauses: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(seconds=pause) for pause in pauses)


PAUSES = _seconds(5, 30, 120, 600, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
CODE_PAUSES = _seconds(5, 10, 20, 30, 60, 60, 120, 120, 300, 300, 300)  # somebody waits; the code ends it
# What broke on our side says nothing of the provider: soon again, unless it breaks each time.
LOST_PAUSES = _seconds(5, 10, 20, 120, 600, 3600, 3 * 3600, 6 * 3600)


def pause_after(attempts: int, pauses: Sequence[timedelta] = PAUSES) -> timedelta | None:
    """How long to wait after so many attempts; None when it is given up."""
    return pauses[attempts - 1] if attempts <= len(pauses) else None


def after(outcome: Outcome, attempts: int, is_code: bool) -> tuple[State, timedelta]:
    """The next state of a leased delivery, and how long it rests in it when it is not final."""
    if outcome.result is Result.SENT:
        return State.SENT, timedelta(0)
    if outcome.result is Result.REFUSED:
        return State.FAILED, timedelta(0)
    if outcome.result is Result.UNTRIED:
        return State.WAITING, UNTRIED_AGAIN
    usual = LOST_PAUSES if outcome.result is Result.LOST else PAUSES
    pause = pause_after(attempts, CODE_PAUSES if is_code else usual)
    return (State.GAVE_UP, timedelta(0)) if pause is None else (State.WAITING, pause)


def made_at(event_id: str) -> datetime:
    """The real moment at which an event was recorded: it stands in its id, a UUIDv7.

    The event's `at` is business time, which a demo shifts; codes live on real time.
    """
    return datetime.fromtimestamp((UUID(event_id).int >> 80) / 1000, UTC)


def expiry_of(rule: Rule, event_id: str, data: Mapping[str, Any]) -> datetime | None:
    """When a code dies; None for all other news."""
    return made_at(event_id) + timedelta(minutes=data["minutes"]) if rule.is_code else None


def minutes_left(expires_at: datetime, now: datetime) -> int:
    """Whole minutes, a begun one counted, never less than one."""
    return max(1, -(-int((expires_at - now).total_seconds()) // 60))
