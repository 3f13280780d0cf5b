"""What every journey's mixin finds on the service."""

from chassis import clock
from chassis.actor import Actor, system
from chassis.db import Transactions
from services.licensing.settings import Settings
from services.licensing.usecases.occasion import Occasion


class Doorway:
    """Typing of the dependencies that `chassis.service.Service` declares, and the occasion of a call."""

    db: Transactions
    actor: Actor
    config: Settings

    def occasion(self) -> Occasion:
        """Who acts, now, under these settings."""
        return Occasion(self.actor, clock.now(), self.config)

    def own_occasion(self) -> Occasion:
        """The same of what happens by itself: whoever set it in motion is a fact of the news, no authorisation."""
        return Occasion(system("licensing"), clock.now(), self.config)
