"""Jobs of dates: drafts that nobody touches, corrections that are due, requests that are overdue."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from chassis.jobs import Job
from services.requests.service.doorway import Doorway
from services.requests.usecases import correcting, expiring, overdue


class Expiring(Doorway):
    """Reminds, and ends what was not answered."""

    draft_reminders = Job("remind_drafts", every=timedelta(minutes=10))
    draft_removals = Job("remove_drafts", every=timedelta(minutes=10))
    correction_reminders = Job("remind_corrections", every=timedelta(minutes=10))
    correction_lapses = Job("lapse_corrections", every=timedelta(minutes=10))
    overdue_notices = Job("tell_overdue", every=timedelta(minutes=10))

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

    @correction_reminders.due
    def due_correction_reminders(self, session: Session, limit: int) -> list[str]:
        """Ids of requests."""
        return correcting.due_reminders(session, limit, self.occasion())

    @correction_reminders.apply
    def remind_correction(self, session: Session, request_id: Any) -> None:
        """Tell the applicant of one."""
        correcting.remind(session, request_id, self.occasion())

    @correction_lapses.due
    def due_correction_lapses(self, session: Session, limit: int) -> list[str]:
        """Ids of requests."""
        return correcting.due_lapses(session, limit, self.occasion())

    @correction_lapses.apply
    def lapse_correction(self, session: Session, request_id: Any) -> None:
        """End one."""
        correcting.lapse(session, request_id, self.occasion())

    @overdue_notices.due
    def due_overdue_notices(self, session: Session, limit: int) -> list[str]:
        """Ids of requests."""
        return overdue.due(session, limit, self.occasion())

    @overdue_notices.apply
    def tell_overdue(self, session: Session, request_id: Any) -> None:
        """Tell the supervisors of one."""
        overdue.tell(session, request_id, self.occasion())
