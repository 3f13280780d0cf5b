"""The Bureau's doorways: queues, one request, taking up, notes, decisions."""

from typing import Any

from chassis.rpc import rpc
from services.requests.catalog import catalog
from services.requests.domain.life import Action
from services.requests.models import ServiceRequest
from services.requests.schemas import details, inputs
from services.requests.service.doorway import Doorway
from services.requests.usecases import reading, review
from services.requests.usecases.occasion import Occasion


class Review(Doorway):
    """What officers do."""

    @rpc
    def list_queue(self, queue: str, limit: Any = 25, cursor: Any = None, **filters: Any) -> dict[str, Any]:
        """`{items, next, counts {mine, unassigned, overdue, all}}`."""
        self.actor.require("queue.read")
        queue, narrowed, page = inputs.queue(queue), inputs.filters(filters), inputs.page(limit, cursor)
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
        service_type, occasion = inputs.one_type(service_type), self.occasion()
        with self.db.once() as work:
            request = review.take_next(work.session, service_type, occasion)
            return work.done(_reviewed(work.session, request, occasion))

    @rpc
    def claim(self, number: str, version: Any = None, take_over: Any = False) -> dict[str, Any]:
        """Take it up, or over."""
        self.actor.require("request.review")
        given, occasion = inputs.claim(version, take_over), self.occasion()
        with self.db.once() as work:
            request = review.claim(work.session, inputs.key(number), **given, occasion=occasion)
            return work.done(_reviewed(work.session, request, occasion))

    @rpc
    def unassign(self, number: str) -> dict[str, Any]:
        """Back to the queue."""
        self.actor.require("request.review")
        occasion = self.occasion()
        with self.db.once() as work:
            request = review.unassign(work.session, inputs.key(number), occasion)
            return work.done(_reviewed(work.session, request, occasion))

    @rpc
    def add_note(self, number: str, text: str) -> dict[str, Any]:
        """A word to the other officers."""
        self.actor.require("request.review")
        words, occasion = inputs.note(text), self.occasion()
        with self.db.once() as work:
            request = review.add_note(work.session, inputs.key(number), words, occasion)
            return work.done(_reviewed(work.session, request, occasion))

    @rpc
    def approve(self, number: str, **arguments: Any) -> dict[str, Any]:
        """What approval means stands in the type's definition: for the exam the preliminary one."""
        self.actor.require("request.decide")
        return self._decide(number, Action.APPROVE, arguments)

    @rpc
    def reject(self, number: str, **arguments: Any) -> dict[str, Any]:
        """Final; with a reason."""
        self.actor.require("request.decide")
        return self._decide(number, Action.REJECT, arguments)

    def _decide(self, number: str, action: Action, arguments: dict[str, Any]) -> dict[str, Any]:
        decision, occasion = inputs.decision(action, arguments), self.occasion()
        with self.db.once() as work:
            request = review.decide(work.session, inputs.key(number), decision, occasion)
            return work.done(_reviewed(work.session, request, occasion))


def _reviewed(session: Any, request: ServiceRequest, occasion: Occasion) -> dict[str, Any]:
    return details.dump_review(reading.review(session, request, occasion), occasion)
