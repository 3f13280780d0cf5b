"""The licensing service: doorways only, one mixin per journey."""

from chassis.service import Service
from services.licensing.service.applying import Applying
from services.licensing.service.noticing import Noticing
from services.licensing.service.projecting import Projecting
from services.licensing.service.reading import Reading

__all__ = ["LicensingService"]


# The mixins type what a worker finds on itself, the base declares where it comes from.
class LicensingService(Reading, Applying, Projecting, Noticing, Service):  # type: ignore[misc]
    """Brokers, licenses with their history, guarantees."""

    name = "licensing"
