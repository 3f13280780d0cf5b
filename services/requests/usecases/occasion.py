"""On which occasion something is done: by whom, when, under which settings."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from chassis.actor import Actor, system
from chassis.clock import local_date
from services.requests.settings import Settings


@dataclass(frozen=True)
class Occasion:
    """Who acts, the business moment, and the service's settings."""

    actor: Actor
    now: datetime
    settings: Settings

    def by_itself(self) -> "Occasion":
        """The same moment, for what follows by itself and is nobody's doing."""
        return replace(self, actor=system("requests"))

    @property
    def today(self) -> date:
        """The business date in Kuwait."""
        return local_date(self.now)
