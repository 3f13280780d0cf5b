"""The requests service: doorways only, one mixin per journey."""

from chassis.service import Service
from services.requests.service.attaching import Attaching
from services.requests.service.calendar import Calendar
from services.requests.service.deciding import Deciding
from services.requests.service.drafting import Drafting
from services.requests.service.examining import Examining
from services.requests.service.expiring import Expiring
from services.requests.service.grading import Grading
from services.requests.service.offering import Offering
from services.requests.service.review import Review
from services.requests.service.sending import Sending

__all__ = ["RequestsService"]


# The mixins type what a worker finds on itself, the base declares where it comes from.
class RequestsService(  # type: ignore[misc]
    Offering, Drafting, Sending, Attaching, Review, Deciding, Examining, Grading, Calendar, Expiring, Service
):
    """Service types and requests: their life, their files' slots, the Bureau's queues, exams."""

    name = "requests"
