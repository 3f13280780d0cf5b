"""What every journey's mixin finds on the service."""

from typing import Any

from chassis import clock
from chassis.actor import Actor
from chassis.db import Transactions
from services.requests.settings import Settings
from services.requests.usecases.occasion import Occasion


class Doorway:
    """Typing of the dependencies that `chassis.service.Service` declares, and the occasion of a call."""

    db: Transactions
    actor: Actor
    config: Settings
    documents: Any

    def occasion(self) -> Occasion:
        """Who acts, now, under these settings."""
        return Occasion(self.actor, clock.now(), self.config)
