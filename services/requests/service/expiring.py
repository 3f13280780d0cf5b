"""Jobs: drafts that nobody touches."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from chassis.jobs import Job
from services.requests.service.doorway import Doorway
from services.requests.usecases import expiring


class Expiring(Doorway):
    """Reminds the owners of old drafts, and removes the drafts when the notice is over."""

    draft_reminders = Job("remind_drafts", every=timedelta(minutes=10))
    draft_removals = Job("remove_drafts", every=timedelta(minutes=10))

    @draft_reminders.due
    def due_reminders(self, session: Session, limit: int) -> list[str]:
        """Ids of drafts."""
        return expiring.due_reminders(session, limit, self.occasion())

    @draft_reminders.apply
    def remind(self, session: Session, request_id: Any) -> None:
        """Tell the owner of one."""
        expiring.remind(session, request_id, self.occasion())

    @draft_removals.due
    def due_removals(self, session: Session, limit: int) -> list[str]:
        """Ids of drafts."""
        return expiring.due_removals(session, limit, self.occasion())

    @draft_removals.apply
    def remove(self, session: Session, request_id: Any) -> None:
        """Remove one."""
        expiring.remove(session, request_id, self.occasion())
