"""An applicant's drafts and what he sees of his requests."""

from typing import Any

from chassis.rpc import rpc
from services.requests.catalog import catalog
from services.requests.schemas import details, inputs
from services.requests.service.doorway import Doorway
from services.requests.store import bureau
from services.requests.usecases import drafting, reading


class Drafting(Doorway):
    """Open, read, save, check, delete."""

    @rpc
    def open_request(self, **arguments: Any) -> dict[str, Any]:
        """A new draft with its number."""
        self.actor.require("request.open")
        opening, occasion = inputs.opening(arguments), self.occasion()
        with self.db.once() as work:
            request = drafting.open_request(work.session, opening, occasion, self._take_serial)
            found = reading.details(work.session, request, occasion)
            return work.done(details.dump_request(found, occasion))

    def _take_serial(self, prefix: str, year: int) -> int:
        """In a transaction of its own: others who open a request do not wait for the rest of this one."""
        with self.db.begin() as session:
            return bureau.take_serial(session, prefix, year)

    @rpc
    def get_request(self, number: str) -> dict[str, Any]:
        """One of one's own."""
        self.actor.require("request.read")
        occasion = self.occasion()
        with self.db.begin() as session:
            found = reading.get_request(session, inputs.key(number), occasion)
            return details.dump_request(found, occasion)

    @rpc
    def list_requests(self, limit: Any = 25, cursor: Any = None, **filters: Any) -> dict[str, Any]:
        """A page of one's own, the last opened first."""
        self.actor.require("request.read")
        narrowed, page, occasion = inputs.filters(filters), inputs.page(limit, cursor), self.occasion()
        with self.db.begin() as session:
            rows, following = reading.list_requests(session, narrowed, *page, occasion)
            items = [details.dump_summary(catalog().get(row.service_type), row) for row in rows]
            return {"items": items, "next": following}

    @rpc
    def save_fields(self, number: str, **arguments: Any) -> dict[str, Any]:
        """Any subset of the fields; what a page typed is kept even when it is refused."""
        self.actor.require("request.edit")
        given, occasion = inputs.saving(arguments), self.occasion()
        number, version = inputs.key(number), given["version"]
        if given["raw"]:
            with self.db.begin() as session:
                drafting.keep_raw(session, number, given["raw"], version, occasion)
        with self.db.once() as work:
            request = drafting.save_fields(work.session, number, given["fields"], version, occasion)
            found = reading.details(work.session, request, occasion)
            return work.done(details.dump_request(found, occasion))

    @rpc
    def delete_draft(self, number: str) -> dict[str, Any]:
        """Gone, with its files."""
        self.actor.require("request.edit")
        with self.db.once() as work:
            drafting.delete_draft(work.session, inputs.key(number), self.occasion())
            return work.done({})

    @rpc
    def list_checks(self, number: str) -> dict[str, Any]:
        """Will it be accepted?"""
        self.actor.require("request.read")
        with self.db.begin() as session:
            entry, answers = drafting.list_checks(session, inputs.key(number), self.occasion())
            return details.dump_checks(entry, answers)
