"""The circumstances of one call, handed to every use case."""

from dataclasses import dataclass
from datetime import date, datetime

from chassis.actor import Actor
from chassis.clock import local_date
from services.licensing.domain.renewal import Terms
from services.licensing.domain.status import What
from services.licensing.settings import Settings
from services.licensing.store.standing import Day


@dataclass(frozen=True)
class Occasion:
    """Who acts, the business moment, and the service's settings."""

    actor: Actor
    now: datetime
    settings: Settings

    @property
    def today(self) -> date:
        """The business date in Kuwait."""
        return local_date(self.now)

    @property
    def terms(self) -> Terms:
        """The rules as they are set."""
        return self.settings.terms

    @property
    def hold_on(self) -> frozenset[What]:
        """What puts a license on hold."""
        return self.terms.hold_on

    @property
    def day(self) -> Day:
        """The day that a status is asked for."""
        return Day(self.today, self.hold_on)
