"""Send, withdraw, print."""

from typing import Any

from chassis import clock, grants
from chassis.rpc import Client, rpc
from services.requests.schemas import details, inputs, paper
from services.requests.service.doorway import Doorway
from services.requests.usecases import reading, sending


class Sending(Doorway):
    """The steps of the applicant after the draft."""

    documents = Client("documents")

    @rpc
    def submit(self, number: str, version: Any = None) -> dict[str, Any]:
        """Send. Documents is asked first for the states of the files."""
        self.actor.require("request.submit")
        number, version, occasion = inputs.key(number), inputs.step(version), self.occasion()
        with self.db.begin() as session:
            document_ids = sending.documents_to_ask_about(session, number, occasion)
        answer = self.documents.list_states(document_ids=document_ids) if document_ids else {"items": []}
        states = {item["id"]: item for item in answer["items"]}
        with self.db.once() as work:
            request = sending.submit(work.session, number, version, states, occasion)
            return work.done(details.dump_request(reading.details(work.session, request, occasion), occasion))

    @rpc
    def withdraw(self, number: str, version: Any = None, reason: Any = None) -> dict[str, Any]:
        """Take it back."""
        self.actor.require("request.withdraw")
        given, occasion = inputs.withdrawal(version, reason), self.occasion()
        with self.db.once() as work:
            request = sending.withdraw(work.session, inputs.key(number), **given, occasion=occasion)
            return work.done(details.dump_request(reading.details(work.session, request, occasion), occasion))

    @rpc
    def order_paper(self, number: str, kind: str = "request") -> dict[str, Any]:
        """`{order}`: what documents prints, signed."""
        self.actor.require("request.print")
        kind = inputs.paper(kind)
        with self.db.begin() as session:
            found = reading.get_for_print(session, inputs.key(number), self.occasion())
            order = paper.dump_order(found, kind)
        until = clock.real_now() + paper.ORDER_TIME
        return {"order": grants.issue(self.config.GRANT_KEY, order, until)}
