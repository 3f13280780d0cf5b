"""The services as the gateway sees them: one class each. Nothing else in the gateway knows that RPC exists."""

from dataclasses import dataclass

from flask import current_app
from werkzeug.local import LocalProxy

from gateway.clients.bus import Bus
from gateway.clients.clocks import Clocks
from gateway.clients.documents import Documents
from gateway.clients.exams import Exams
from gateway.clients.identity import Identity
from gateway.clients.notifications import Notifications
from gateway.clients.requests import Requests

__all__ = ["Clients", "clocks", "documents", "exams", "identity", "notifications", "requests"]


@dataclass(frozen=True)
class Clients:
    """All of them, over one bus."""

    bus: Bus
    identity: Identity
    requests: Requests
    exams: Exams
    documents: Documents
    notifications: Notifications
    clocks: Clocks

    @classmethod
    def over(cls, bus: Bus) -> "Clients":
        """The clients that speak over this bus."""
        return cls(
            bus=bus,
            identity=Identity(bus),
            requests=Requests(bus),
            exams=Exams(bus),
            documents=Documents(bus),
            notifications=Notifications(bus),
            clocks=Clocks(bus),
        )


def _of_app(name: str):
    return LocalProxy(lambda: getattr(current_app.extensions["portal.clients"], name))


identity: Identity = _of_app("identity")
requests: Requests = _of_app("requests")
exams: Exams = _of_app("exams")
documents: Documents = _of_app("documents")
notifications: Notifications = _of_app("notifications")
clocks: Clocks = _of_app("clocks")
