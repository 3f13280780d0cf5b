"""Doorways of what can be looked at: licenses, their history, guarantees; and facts for requests."""

from typing import Any

from chassis.rpc import rpc
from services.licensing.schemas import answers, inputs
from services.licensing.service.doorway import Doorway
from services.licensing.usecases import reading


class Reading(Doorway):
    """Questions alone."""

    @rpc
    def facts(self, numbers: Any) -> dict[str, Any]:
        """`{items}`: facts of up to 200 licenses; unknown ones are left out."""
        wanted, occasion = inputs.numbers(numbers), self.occasion()
        with self.db.begin() as session:
            found = reading.list_facts(session, wanted, occasion)
            return {"items": [answers.dump_facts(view) for view in found]}

    @rpc
    def list_licenses(self, limit: Any = 25, cursor: Any = None, **filters: Any) -> dict[str, Any]:
        """A page of one's office's or of one's own as broker, by name; for staff of all, the newest first."""
        self.actor.require("license.read")
        narrowed, page, occasion = inputs.filters(filters), inputs.page(limit, cursor), self.occasion()
        with self.db.begin() as session:
            views, following = reading.list_licenses(session, narrowed, page, occasion)
            return {"items": [answers.dump_license(view) for view in views], "next": following}

    @rpc
    def get_license(self, number: str, as_of: Any = None) -> dict[str, Any]:
        """One, as it is or as it was on a past day."""
        self.actor.require("license.read")
        day, occasion = inputs.day(as_of), self.occasion()
        with self.db.begin() as session:
            return answers.dump_license(reading.get_license(session, inputs.key(number), day, occasion))

    @rpc
    def license_history(self, number: str, limit: Any = 25, cursor: Any = None) -> dict[str, Any]:
        """`{items: [{at, on, cause, status, causes, by_role}], next}`, the latest first."""
        self.actor.require("license.read")
        page, occasion = inputs.page(limit, cursor), self.occasion()
        with self.db.begin() as session:
            entries, following = reading.list_history(session, inputs.key(number), page, occasion)
            return {"items": [answers.dump_entry(entry) for entry in entries], "next": following}

    @rpc
    def list_guarantees(self, limit: Any = 25, cursor: Any = None, **filters: Any) -> dict[str, Any]:
        """A page of guarantees, the one that lapses first in front."""
        self.actor.require("license.read")
        office, page, occasion = inputs.office(filters), inputs.page(limit, cursor), self.occasion()
        with self.db.begin() as session:
            rows, following = reading.list_guarantees(session, office, page, occasion)
            items = [answers.dump_guarantee(row, occasion.today) for row in rows]
            return {"items": items, "next": following}

    @rpc
    def get_guarantee(self, guarantee_id: str) -> dict[str, Any]:
        """One with the licenses that it covers."""
        self.actor.require("license.read")
        occasion = self.occasion()
        with self.db.begin() as session:
            cover = reading.get_guarantee(session, inputs.key(guarantee_id), occasion)
            return answers.dump_guarantee_cover(cover, occasion.today)
