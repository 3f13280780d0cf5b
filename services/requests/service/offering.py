"""What the portal offers: the catalog, for anybody."""

from typing import Any

from chassis.rpc import rpc
from services.requests.catalog import catalog
from services.requests.schemas import inputs, types
from services.requests.service.doorway import Doorway


class Offering(Doorway):
    """Service types, from files alone."""

    @rpc
    def list_service_types(self) -> dict[str, Any]:
        """`{items}`, in the order of their names' codes."""
        self.actor.require("service_type.read")
        return {"items": [types.dump_type(entry, self.config) for entry in catalog()]}

    @rpc
    def get_service_type(self, code: str) -> dict[str, Any]:
        """One with its fields, slots, pages, steps and reasons. Raises NotFound `service_type.unknown`."""
        self.actor.require("service_type.read")
        return types.dump_whole_type(catalog().get(inputs.key(code)), self.config)
