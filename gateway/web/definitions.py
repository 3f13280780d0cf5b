"""Service types as pages need them. They change with a release alone, so a process asks once a minute."""

import threading
from time import monotonic
from typing import Any

from flask import Flask, current_app

from chassis.errors import PortalError
from gateway import clients, context

HOLD_SECONDS = 60.0
_LIST = ""


class Shelf:
    """Definitions by code, and the list of them all, each with the moment it is asked for again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, tuple[float, Any]] = {}

    def find(self, code: str) -> Any:
        """What is held and fresh."""
        until, value = self._held.get(code, (0.0, None))
        return value if until > monotonic() else None

    def put(self, code: str, value: Any) -> None:
        """Hold it for a while."""
        with self._lock:
            self._held[code] = (monotonic() + HOLD_SECONDS, value)


def init_app(app: Flask) -> None:
    """An empty shelf per application."""
    app.extensions["portal.definitions"] = Shelf()


def get(code: str) -> dict[str, Any]:
    """The definition of a service type. Raises NotFound."""
    shelf = _shelf()
    found = shelf.find(code)
    if found is None:
        found = _for_templates(clients.requests.get_service_type(code))
        shelf.put(code, found)
    return found


def get_list() -> list[dict[str, Any]]:
    """All service types."""
    shelf = _shelf()
    found = shelf.find(_LIST)
    if found is None:
        found = clients.requests.list_service_types()["items"]
        shelf.put(_LIST, found)
    return found


def find_list() -> list[dict[str, Any]]:
    """All service types, or none when they cannot be had at once: for menus."""
    try:
        with context.decoration():
            return get_list()
    except PortalError:
        pass
    return []


def _for_templates(definition: dict[str, Any]) -> dict[str, Any]:
    """Fields by the names that the pages' components use."""
    fields = [
        {**field, "typed": field.get("editable", True), "maximum": field.get("max_length")}
        for field in definition["fields"]
    ]
    return {**definition, "fields": fields}


def _shelf() -> Shelf:
    return current_app.extensions["portal.definitions"]
