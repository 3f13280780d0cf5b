"""What every service is made of besides its own journeys."""

from datetime import timedelta

from sqlalchemy.orm import Session

from chassis import audit, idempotency, inbox
from chassis.config import Config
from chassis.context import CallContext, CurrentActor
from chassis.db import Database
from chassis.health import Health
from chassis.jobs import Job
from chassis.moving import Moving
from chassis.relay import Relay


class Service(Health, Moving):
    """Base of every service class: database, actor, settings, relay, sealer, parking, cleaning, a demo's clock."""

    db = Database()
    actor = CurrentActor()
    config = Config()
    context = CallContext()
    relay = Relay()
    sealer = Job("seal_audit", every=timedelta(seconds=1))
    cleaner = Job("clean_chassis_tables", every=timedelta(hours=1))

    @sealer.run
    def seal(self, session: Session) -> None:
        """Chains the audit rows that were committed since."""
        audit.seal(session)

    @cleaner.run
    def clean(self, session: Session) -> None:
        """Removes rows of the inbox and of idempotency keys that are past their time."""
        idempotency.remove_old(session)
        inbox.remove_old(session)
