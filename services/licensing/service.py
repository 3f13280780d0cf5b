"""The doorway of the register of brokers and licenses: it answers whether it is well."""

from chassis.service import Service


class LicensingService(Service):
    """Owns brokers, licenses and guarantees."""

    name = "licensing"
