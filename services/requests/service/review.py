"""The Bureau's doorways: queues, one request, taking up, giving to somebody, notes."""

from typing import Any

from chassis import inbox
from chassis.events import Message, event_handler
from chassis.rpc import rpc
from services.requests.catalog import catalog
from services.requests.schemas import bureau, details, inputs
from services.requests.service.doorway import Doorway
from services.requests.usecases import reading, review


class Review(Doorway):
    """What officers do."""

    @rpc
    def list_queue(self, queue: str, limit: Any = 25, cursor: Any = None, **filters: Any) -> dict[str, Any]:
        """`{items, next, counts {mine, unassigned, overdue, all}}`."""
        self.actor.require("queue.read")
        queue, narrowed, page = bureau.queue(queue), inputs.filters(filters), inputs.page(limit, cursor)
        occasion = self.occasion()
        with self.db.begin() as session:
            found = review.list_queue(session, queue, narrowed, *page, occasion=occasion)
            items = [
                details.dump_queue_item(catalog().get(row.service_type), row, occasion.today)
                for row in found.requests
            ]
            return {"items": items, "next": found.next, "counts": found.counts}

    @rpc
    def get_for_review(self, number: str) -> dict[str, Any]:
        """One with its checks, notes, files, history and doubles."""
        self.actor.require("request.review")
        occasion = self.occasion()
        with self.db.begin() as session:
            found = reading.get_for_review(session, inputs.key(number), occasion)
            return details.dump_review(found, occasion)

    @rpc
    def take_next(self, service_type: Any = None) -> dict[str, Any]:
        """The longest waiting one, now one's own. Raises NotFound `queue.empty`."""
        self.actor.require("request.review")
        service_type, occasion = bureau.one_type(service_type), self.occasion()
        with self.db.once() as work:
            request = review.take_next(work.session, service_type, occasion)
            return work.done(self.reviewed(work.session, request, occasion))

    @rpc
    def claim(self, number: str, version: Any = None, take_over: Any = False) -> dict[str, Any]:
        """Take it up, or over."""
        self.actor.require("request.review")
        given, occasion = bureau.claim(version, take_over), self.occasion()
        with self.db.once() as work:
            request = review.claim(work.session, inputs.key(number), **given, occasion=occasion)
            return work.done(self.reviewed(work.session, request, occasion))

    @rpc
    def unassign(self, number: str) -> dict[str, Any]:
        """Back to the queue."""
        self.actor.require("request.review")
        occasion = self.occasion()
        with self.db.once() as work:
            request = review.unassign(work.session, inputs.key(number), occasion)
            return work.done(self.reviewed(work.session, request, occasion))

    @rpc
    def add_note(self, number: str, text: str) -> dict[str, Any]:
        """A word to the other officers."""
        self.actor.require("request.review")
        words, occasion = bureau.note(text), self.occasion()
        with self.db.once() as work:
            request = review.add_note(work.session, inputs.key(number), words, occasion)
            return work.done(self.reviewed(work.session, request, occasion))

    @rpc
    def assign(self, number: str, officer: Any, version: Any = None) -> dict[str, Any]:
        """Give it to an officer."""
        self.actor.require("request.assign")
        given, occasion = bureau.assignment(officer, version), self.occasion()
        with self.db.once() as work:
            request = review.assign(
                work.session, inputs.key(number), given["officer"], given["version"], occasion
            )
            return work.done(self.reviewed(work.session, request, occasion))

    @rpc
    def list_officers(self) -> dict[str, Any]:
        """`{items: [{id, name, roles}]}`: whom a request can be given to."""
        self.actor.require("request.assign")
        with self.db.begin() as session:
            officers = review.list_officers(session)
            return {"items": [{"id": each.id, "name": each.name, "roles": each.roles} for each in officers]}

    @event_handler
    def note_officer(self, message: Message) -> None:
        """May come twice and in any order: the newest news stays."""
        with self.db.begin() as session:
            if inbox.first_time(session, "note_officer", message.id):
                review.note_officer(session, message.aggregate, message.data, message.seq)
