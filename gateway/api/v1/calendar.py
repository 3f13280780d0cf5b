"""The Bureau's calendar: holidays, and weeks in which it closes earlier."""

from gateway import clients
from gateway.api.v1.resource import Resource
from gateway.api.v1.schemas import calendar as shapes

blueprint = Resource("calendar", __name__)


@blueprint.call("GET", "/office/holidays", permission="calendar.read", answer=shapes.ClosingPage)
def list_holidays():
    """From today on."""
    return {"items": clients.requests.list_closings(), "next": None}


@blueprint.call(
    "POST",
    "/office/holidays",
    permission="calendar.change",
    body=shapes.NewClosing,
    answer=shapes.Closing,
    status=201,
)
def add_holiday(body: dict):
    """Enter one; what is due then is due later."""
    return clients.requests.add_closing(body)
