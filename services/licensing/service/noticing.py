"""Jobs of dates: changes of status are written and told, reminders go out. Each once, however often a job runs."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from chassis.jobs import Job
from services.licensing.service.doorway import Doorway
from services.licensing.usecases import noticing


class Noticing(Doorway):
    """What days bring about."""

    status_changes = Job("notice_statuses", every=timedelta(minutes=10))
    date_reminders = Job("remind_dates", every=timedelta(minutes=10))

    @status_changes.due
    def due_changes(self, session: Session, limit: int) -> list[str]:
        """Ids of licenses."""
        return noticing.due_changes(session, limit, self.own_occasion())

    @status_changes.apply
    def notice(self, session: Session, license_id: Any) -> None:
        """Write and tell what has changed of one."""
        noticing.notice(session, license_id, self.own_occasion())

    @date_reminders.due
    def due_reminders(self, session: Session, limit: int) -> list[str]:
        """Ids of licenses."""
        return noticing.due_reminders(session, limit, self.own_occasion())

    @date_reminders.apply
    def remind(self, session: Session, license_id: Any) -> None:
        """Remind of the dates of one."""
        noticing.remind(session, license_id, self.own_occasion())
