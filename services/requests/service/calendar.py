"""Doorways of the Bureau's calendar: holidays, and weeks with other hours."""

from datetime import timedelta
from typing import Any

from chassis.rpc import rpc
from services.requests.schemas import closings
from services.requests.service.doorway import Doorway
from services.requests.usecases import closing

SHOWN = timedelta(days=400)


class Calendar(Doorway):
    """When the Bureau is closed."""

    @rpc
    def list_closings(self) -> dict[str, Any]:
        """`{items}`: what was entered from today on, for some more than a year."""
        self.actor.require("calendar.read")
        today = self.occasion().today
        with self.db.begin() as session:
            found = closing.list_closings(session, today, today + SHOWN)
            return {"items": [closings.dump(each) for each in found]}

    @rpc
    def add_closing(self, **arguments: Any) -> dict[str, Any]:
        """A holiday, some days, or weeks with another closing hour."""
        self.actor.require("calendar.change")
        wanted, occasion = closings.load(arguments), self.occasion()
        with self.db.once() as work:
            return work.done(closings.dump(closing.add_closing(work.session, wanted, occasion)))
