"""Every route names one permission; the application does not start with one that does not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, request

from chassis.errors import Forbidden, NotFound, NotSignedIn, PortalError
from contracts.permissions import ALLOWED, DECIDERS, Role, is_allowed
from gateway import context

View = TypeVar("View", bound=Callable[..., Any])
_SILENT = frozenset({"HEAD", "OPTIONS"})
# Parts of paths that name what not everybody may know of, and who may; to the others it is not there.
_SEEN_BY: dict[str, frozenset[Role]] = {
    "number": DECIDERS,
    "document_id": DECIDERS,
    "session_id": ALLOWED["exam.read"],
}


@dataclass(frozen=True)
class Route:
    """One method of one path, and what it needs."""

    method: str
    rule: str
    endpoint: str
    permission: str


def needs(permission: str) -> Callable[[View], View]:
    """Names the permission of a view. An unknown one raises KeyError at once."""
    _ = ALLOWED[permission]

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def passive(view: View) -> View:
    """Marks a view that open pages ask by themselves: being asked for it is no use of the session."""
    view.is_passive = True  # type: ignore[attr-defined]
    return view


def is_passive() -> bool:
    """Whether this request says nothing of a person at the keyboard."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "is_passive", False)


def routes(app: Flask) -> Iterator[Route]:
    """Every route with its permission, for the start-up check and for the access matrix."""
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", "")
        for method in sorted((rule.methods or set()) - _SILENT):
            yield Route(method, rule.rule, rule.endpoint, permission)


def refuse_unnamed(app: Flask) -> None:
    """Raises RuntimeError naming each route without a permission."""
    unnamed = [f"{route.method} {route.rule}" for route in routes(app) if not route.permission]
    if unnamed:
        raise RuntimeError(f"routes without a permission: {', '.join(unnamed)}")


def of_request() -> str | None:
    """The permission of the view that answers this request; None for an unknown path."""
    if request.endpoint is None:
        return None
    return getattr(current_app.view_functions[request.endpoint], "permission", None)


def is_public(permission: str | None) -> bool:
    """Whether nobody needs to be signed in for it."""
    return permission is None or Role.ANYBODY in ALLOWED[permission]


def check() -> None:
    """Raises NotSignedIn, Forbidden or NotFound unless the actor holds the permission of this request's route."""
    permission = of_request()
    if is_public(permission):
        return
    if context.actor().is_anonymous:
        raise NotSignedIn("session.required")
    if not is_allowed(permission or "", context.actor().roles):
        raise _refusal()


def _refusal() -> PortalError:
    """What somebody may not see is not there; who may see it and not do this is told so."""
    named = _SEEN_BY.keys() & (request.view_args or {}).keys()
    if not all(_SEEN_BY[part] & context.actor().roles for part in named):
        return NotFound("path.unknown")
    return Forbidden("permission.missing")


def may(permission: str) -> bool:
    """Whether the actor holds it: for menus and buttons."""
    return is_allowed(permission, context.actor().roles)
