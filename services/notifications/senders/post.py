"""Sends a bundle of leased deliveries and says what came of each. It knows no database."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError
from nameko.extensions import DependencyProvider

from chassis import clock, logs
from chassis.failpoints import failpoint
from chassis.sealing import Sealer
from services.notifications import domain
from services.notifications.domain import LANGUAGES, Channel, Contact, Outcome, Parcel, Result
from services.notifications.renderer import Templates, notice_facts, templates
from services.notifications.senders import Carrier, Envelope, Line, Postponed, Refused, Unreachable
from services.notifications.senders.sms import SmsCarrier
from services.notifications.senders.smtp import EmailCarrier
from services.notifications.settings import Settings

log = logs.get(__name__)

BUNDLE_SECONDS = 10.0  # after these no further message of the bundle is begun: the leases must outlast it


@dataclass(frozen=True)
class Way:
    """One channel: who carries it, and what is carried."""

    carrier: Carrier
    words: Callable[[str, str, Mapping[str, Any]], Any]  # (kind, language, facts)


class Post:
    """All channels, the words, and the one place where codes are opened."""

    def __init__(self, ways: Mapping[Channel, Way], sealer: Sealer, portal: str):
        self._ways, self._sealer, self._portal = ways, sealer, portal

    def deliver(
        self, bundle: list[Parcel], contacts: Mapping[str, Contact]
    ) -> Iterator[tuple[Parcel, Outcome]]:
        """What came of each, as it comes; all of a bundle go by one channel."""
        ready: deque[tuple[Parcel, Contact]] = deque()
        for parcel in bundle:
            contact = contacts.get(parcel.account_id)
            reason = domain.obstacle(parcel, contact, clock.real_now())
            if contact is None or reason is not None:
                yield parcel, Outcome(Result.REFUSED, reason)
            else:
                ready.append((parcel, contact))
        if ready:
            yield from self._carry(self._ways[ready[0][0].channel], ready)

    def _carry(self, way: Way, ready: deque[tuple[Parcel, Contact]]) -> Iterator[tuple[Parcel, Outcome]]:
        until = time.monotonic() + BUNDLE_SECONDS
        try:
            with way.carrier.open() as line:
                while ready and time.monotonic() < until:
                    parcel, contact = ready[0]
                    outcome = self._try(way, line, parcel, contact)
                    ready.popleft()
                    yield parcel, outcome
        except Unreachable as error:
            yield ready.popleft()[0], Outcome(Result.LATER, error.code)
        for parcel, _contact in ready:
            yield parcel, Outcome(Result.UNTRIED)

    def _try(self, way: Way, line: Line, parcel: Parcel, contact: Contact) -> Outcome:
        try:
            envelope = self._prepare(way, parcel, contact)
            provider_id = line.send(envelope)
        except Refused as error:
            return Outcome(Result.REFUSED, error.code)
        except Postponed as error:
            return Outcome(Result.LATER, error.code)
        failpoint("after_send")
        return Outcome(Result.SENT, provider_id=provider_id)

    def _prepare(self, way: Way, parcel: Parcel, contact: Contact) -> Envelope:
        language = contact.language if contact.language in LANGUAGES else LANGUAGES[0]
        kind = domain.kind_of(parcel.event)
        facts = self._facts(parcel, contact, language)
        try:
            content = way.words(kind, language, facts)
        except (TemplateError, KeyError, TypeError, ValueError) as error:
            # A mended template may still send it.
            log.error(
                "message not made", extra={"kind": kind, "language": language, "error": type(error).__name__}
            )
            raise Postponed("template.failed") from error
        return Envelope(parcel.id, contact.address(parcel.channel) or "", content)

    def _facts(self, parcel: Parcel, contact: Contact, language: str) -> dict[str, Any]:
        facts = notice_facts(parcel.data, parcel.number, language)
        if parcel.sealed is not None and parcel.expires_at is not None:
            facts["secret"] = self._open(parcel.sealed)
            facts["minutes"] = domain.minutes_left(parcel.expires_at, clock.real_now())
        path = domain.path_of(parcel.event, parcel.aggregate, facts.get("secret", ""))
        # Whoever registers with the address of another chooses the name: it is told to nobody before both codes.
        name = contact.name if contact.verified else ""
        return {**facts, "link": f"{self._portal}{path}" if path else "", "name": name}

    def _open(self, sealed: str) -> str:
        try:
            return self._sealer.open(sealed)
        except ValueError as error:
            raise Refused("code.unreadable") from error


def make_post(settings: Settings, words: Templates) -> Post:
    """The post as settings say."""
    ways = {
        Channel.EMAIL: Way(EmailCarrier(settings.SMTP_URL, settings.MAIL_FROM), words.email),
        Channel.SMS: Way(SmsCarrier(settings.SMS_URL, settings.SMS_TOKEN), words.sms),
    }
    return Post(ways, Sealer(settings.CODE_SEALING_KEY, "code"), settings.portal)


class PostOffice(DependencyProvider):
    """Gives `self.post`. An incomplete set of templates stops the service here."""

    def setup(self) -> None:
        self._post = make_post(self.container.config["settings"], templates())

    def get_dependency(self, worker_ctx: Any) -> Post:
        return self._post
