"""What every journey's mixin finds on the service."""

from typing import Any

from sqlalchemy.orm import Session

from chassis import clock
from chassis.actor import Actor
from chassis.db import Transactions
from services.requests.models import ServiceRequest
from services.requests.schemas import details
from services.requests.settings import Settings
from services.requests.usecases import reading
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

    def reviewed(self, session: Session, request: ServiceRequest, occasion: Occasion) -> dict[str, Any]:
        """The request as the officer sees it now."""
        return details.dump_review(reading.review(session, request, occasion), occasion)
