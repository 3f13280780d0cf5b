"""The doorways of the service: how somebody gets in, stays in, and is known."""

from datetime import timedelta

from sqlalchemy.orm import Session

from chassis import clock
from chassis.jobs import Job
from services.identity.service.accounts import Accounts
from services.identity.service.recovering import Recovering
from services.identity.service.registering import Registering
from services.identity.usecases import housekeeping


class IdentityService(Registering, Recovering, Accounts):
    """Who somebody is."""

    name = "identity"

    expired = Job("remove_expired", every=timedelta(minutes=1))
    unverified = Job("remove_unverified", every=timedelta(hours=1))

    @expired.due
    def remove_expired(self, session: Session, limit: int) -> list[str]:
        """Rows that can never count again go at once, not one by one."""
        housekeeping.remove_expired(session, clock.real_now())
        return []

    @expired.apply
    def remove_one(self, session: Session, key: str) -> None:
        """Nothing is left for single rows."""

    @unverified.due
    def due_unverified(self, session: Session, limit: int) -> list[str]:
        """Accounts that nobody verified in time."""
        return housekeeping.list_unverified(session, clock.real_now(), limit)

    @unverified.apply
    def remove_unverified(self, session: Session, key: str) -> None:
        """Remove one."""
        housekeeping.remove_unverified(session, key)
