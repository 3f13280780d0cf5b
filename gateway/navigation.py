"""The menu: what this account may open, and where it is now."""

from typing import Any

from flask import request, url_for

from gateway import context, permissions
from gateway.web import definitions

# key -> (endpoint, permission); in the order of the menu.
_ITEMS = (
    ("home", "public.home", "session.read"),
    ("queue", "office.queue", "queue.read"),
    ("exams", "exams.index", "exam.read"),
    ("services", "requests.services", "request.open"),
    ("requests", "requests.index", "request.read"),
    ("account", "account.me", "account.read"),
)
_BLUEPRINTS = {"requests": "requests", "office": "queue", "exams": "exams", "account": "account"}


def menu() -> list[dict[str, Any]]:
    """[{key, url, active, children}] for a signed-in account; nothing for others."""
    if context.actor().is_anonymous:
        return []
    staff = context.actor().is_staff
    here = _here()
    return [
        {
            "key": key,
            "url": url_for(endpoint),
            "active": key == here,
            "children": _services() if key == "services" else [],
        }
        for key, endpoint, permission in _ITEMS
        if permissions.may(permission) and not (staff and key == "home")
    ]


def _here() -> str:
    endpoint = request.endpoint or ""
    exact = next((key for key, own, _ in _ITEMS if own == endpoint), None)
    if endpoint == "public.service":
        return "services"
    return exact or _BLUEPRINTS.get(endpoint.partition(".")[0], "")


def _services() -> list[dict[str, Any]]:
    return [
        {
            "name": summary.get("menu") or summary["name"],
            "url": url_for("public.service", code=summary["code"]),
            "active": request.path == url_for("public.service", code=summary["code"]),
        }
        for summary in definitions.find_list()
    ]
