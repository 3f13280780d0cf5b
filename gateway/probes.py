"""Is it alive, is it ready: for machines, without a session."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from chassis.errors import PortalError
from contracts.calls import DIRECTIONS
from gateway.clients.bus import Bus
from gateway.permissions import needs

SECONDS = 3.0  # for all services together

blueprint = Blueprint("probes", __name__)


@blueprint.get("/healthz")
@needs("page.read")
def healthz() -> Response:
    """Alive."""
    return jsonify({"ok": True})


@blueprint.get("/readyz")
@needs("page.read")
def readyz() -> Response:
    """The whole portal; with `?self` this process alone."""
    if "self" in request.args:
        return jsonify({"ok": True, "hears_news": current_app.extensions["portal.hears_news"]()})
    services = _ask_all(current_app.extensions["portal.clients"].bus)
    missing = sorted(name for name, found in services.items() if not found["ok"])
    response = jsonify({"ok": not missing, "missing": missing, "services": services})
    response.status_code = 503 if missing else 200
    if missing:
        response.headers["Retry-After"] = "2"
    return response


def _ask_all(bus: Bus) -> dict[str, dict[str, Any]]:
    names = sorted(DIRECTIONS["gateway"])
    with ThreadPoolExecutor(len(names)) as pool:
        return dict(zip(names, pool.map(lambda name: _ask(bus, name), names), strict=True))


def _ask(bus: Bus, service: str) -> dict[str, Any]:
    try:
        found = bus.health(service, SECONDS)
        return {"ok": bool(found["ok"]), "checks": found.get("checks", {})}
    except PortalError as error:
        return {"ok": False, "code": error.code}
