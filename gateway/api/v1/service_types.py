"""What the portal offers."""

from gateway import clients
from gateway.api.v1.resource import Resource
from gateway.api.v1.schemas import service_types as shapes

blueprint = Resource("service_types", __name__)


@blueprint.call("GET", "/service-types", permission="service_type.read", answer=shapes.ServiceTypePage)
def list_service_types():
    """All service types."""
    return clients.requests.list_service_types()


@blueprint.call(
    "GET", "/service-types/<word:code>", permission="service_type.read", answer=shapes.ServiceType
)
def get_service_type(code: str):
    """One service type: its fields, documents, conditions."""
    return clients.requests.get_service_type(code)
