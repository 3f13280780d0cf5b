"""The doorways of the service: news come in, messages go out, people read their notices."""

import time
from typing import Any

from nameko.extensions import DependencyProvider
from sqlalchemy.orm import Session

from chassis import clock, inbox, logs
from chassis.errors import Internal, Unavailable
from chassis.events import Message, event_handler
from chassis.leases import Worker
from chassis.rpc import Client, rpc
from chassis.service import Service
from services.notifications import domain, schemas, usecases
from services.notifications.domain import Outcome, Parcel, Result, State
from services.notifications.renderer import Templates, templates
from services.notifications.senders.post import PostOffice

log = logs.get(__name__)

RECORD_PAUSES = (0.2, 1.0)  # seconds before the database is asked again


class Words(DependencyProvider):
    """Gives `self.templates`."""

    def get_dependency(self, worker_ctx: Any) -> Templates:
        return templates()


class Telling(Service):
    """News are noted for each recipient; nothing is sent here."""

    code_emails = Worker("send_code_emails", batch=1, lanes=3)
    code_texts = Worker("send_code_texts", batch=1, lanes=3)
    emails = Worker("send_emails", batch=1, lanes=3)
    texts = Worker("send_texts", batch=1, lanes=2)

    @event_handler
    def tell_code(self, message: Message) -> None:
        """Codes and one-time links, on a queue of their own."""
        self._note("tell_code", message)
        self.code_emails.wake()
        self.code_texts.wake()

    @event_handler
    def tell(self, message: Message) -> None:
        """All other news."""
        self._note("tell", message)
        self.emails.wake()
        self.texts.wake()

    def _note(self, handler: str, message: Message) -> None:
        with self.db.begin() as session:
            if inbox.first_time(session, handler, message.id):
                usecases.tell(session, message, actor=self.actor, now=clock.real_now())


class Sending(Telling):
    """Four workers that do not wait for each other: codes before the rest, each channel for itself."""

    identity = Client("identity")
    post = PostOffice()

    @Telling.code_emails.lease
    def lease_code_emails(self, session: Session, limit: int) -> list[list[Parcel]]:
        """Bundles of due codes for email."""
        return usecases.lease_bundles(session, domain.CODE_EMAILS, limit, clock.real_now())

    @Telling.code_emails.act
    def send_code_emails(self, bundle: list[Parcel]) -> None:
        """Send one bundle."""
        self._send(bundle)

    @Telling.code_texts.lease
    def lease_code_texts(self, session: Session, limit: int) -> list[list[Parcel]]:
        """Bundles of due codes for SMS."""
        return usecases.lease_bundles(session, domain.CODE_TEXTS, limit, clock.real_now())

    @Telling.code_texts.act
    def send_code_texts(self, bundle: list[Parcel]) -> None:
        """Send one bundle."""
        self._send(bundle)

    @Telling.emails.lease
    def lease_emails(self, session: Session, limit: int) -> list[list[Parcel]]:
        """Bundles of due emails."""
        return usecases.lease_bundles(session, domain.EMAILS, limit, clock.real_now())

    @Telling.emails.act
    def send_emails(self, bundle: list[Parcel]) -> None:
        """Send one bundle."""
        self._send(bundle)

    @Telling.texts.lease
    def lease_texts(self, session: Session, limit: int) -> list[list[Parcel]]:
        """Bundles of due short messages."""
        return usecases.lease_bundles(session, domain.TEXTS, limit, clock.real_now())

    @Telling.texts.act
    def send_texts(self, bundle: list[Parcel]) -> None:
        """Send one bundle."""
        self._send(bundle)

    def _send(self, bundle: list[Parcel]) -> None:
        try:
            answer = self.identity.contacts(account_ids=sorted({parcel.account_id for parcel in bundle}))
        except (Unavailable, Internal) as error:
            # One that is away costs no try; one that fails may never stop failing. Neither says anything of a provider.
            result = Result.UNTRIED if isinstance(error, Unavailable) else Result.LOST
            for parcel in bundle:
                self._record(parcel, Outcome(result, error.code))
            return
        contacts = schemas.load_contacts(answer["items"])
        for parcel, outcome in self.post.deliver(bundle, contacts):
            self._record(parcel, outcome)

    def _record(self, parcel: Parcel, outcome: Outcome) -> None:
        state = self._write_down(parcel, outcome)
        logs.trace_id.set(parcel.trace_id)
        facts = {"delivery": parcel.id, "event": parcel.event, "channel": parcel.channel, "state": state}
        log.info("delivery", extra={**facts, "attempts": parcel.attempts, "error": outcome.error})

    def _write_down(self, parcel: Parcel, outcome: Outcome) -> State:
        """What was sent and is not written down is sent again: the database is asked more than once."""
        for pause in RECORD_PAUSES:
            try:
                return self._record_once(parcel, outcome)
            except Exception as error:
                log.warning("not recorded", extra={"delivery": parcel.id, "error": type(error).__name__})
                time.sleep(pause)
        return self._record_once(parcel, outcome)

    def _record_once(self, parcel: Parcel, outcome: Outcome) -> State:
        with self.db.begin() as session:
            return usecases.record(session, parcel, outcome, clock.real_now())


class Notices(Service):
    """The portal's inbox of the one who asks."""

    templates = Words()

    @rpc
    def list_notices(
        self, limit: int = 25, cursor: str | None = None, language: str | None = None
    ) -> dict[str, Any]:
        """A page of `{id, kind, title, text, number, at, read_at}`, newest first."""
        self.actor.require("notice.read")
        languages = schemas.load_languages(language)
        with self.db.begin() as session:
            notices, following = usecases.list_notices(session, actor=self.actor, limit=limit, cursor=cursor)
        items = [schemas.dump_notice(notice, self.templates, languages) for notice in notices]
        return {"items": items, "next": following}

    @rpc
    def preview_notice(self, event: str, aggregate: str, data: dict[str, Any]) -> dict[str, Any]:
        """`{ar: {subject, text}, en: …}` as this event would be told. Invalid `notice.not_previewed`."""
        self.actor.require("request.decide")
        schemas.check_previewed(event, data)
        words = schemas.dump_words(event, aggregate, data, self.templates, domain.LANGUAGES)
        return schemas.dump_preview(words)

    @rpc
    def count_unread(self) -> dict[str, int]:
        """`{unread}`."""
        self.actor.require("notice.read")
        with self.db.begin() as session:
            return {"unread": usecases.count_unread(session, actor=self.actor)}

    @rpc
    def read_notice(self, notice_id: str) -> dict[str, Any]:
        """Mark it as read; again is the same. NotFound `notice.unknown`."""
        self.actor.require("notice.read")
        with self.db.once() as work:
            usecases.read_notice(work.session, notice_id, actor=self.actor, now=clock.now())
            return work.done({})


class NotificationsService(Sending, Notices):
    """Who is to be told is told, once."""

    name = "notifications"
