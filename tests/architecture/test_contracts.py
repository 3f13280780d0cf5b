"""What the services promise one another is what their code does."""

import ast
import importlib
import re

import pytest

from chassis.events import EventHandler
from chassis.packages import find_service
from chassis.rpc.dependency import Client
from chassis.rpc.server import Rpc
from contracts.calls import DIRECTIONS, METHODS
from contracts.permissions import ALLOWED
from contracts.subscriptions import EVENTS, LIVE_ONLY, SUBSCRIPTIONS
from tests.architecture.source import ROOT, name_of, python_files, tree

SERVICES = ("identity", "requests", "licensing", "documents", "notifications")


def _entrypoints(service: str, kind: type) -> set[str]:
    cls = find_service(f"services.{service}")
    return {
        name
        for name in dir(cls)
        for entrypoint in getattr(getattr(cls, name), "nameko_entrypoints", ())
        if isinstance(entrypoint, kind)
    }


@pytest.mark.parametrize("service", SERVICES)
def test_rpc_methods_are_those_of_the_contract(service: str) -> None:
    assert _entrypoints(service, Rpc) == set(METHODS[service])


@pytest.mark.parametrize("service", SERVICES)
def test_handlers_are_those_of_the_contract(service: str) -> None:
    assert _entrypoints(service, EventHandler) == set(SUBSCRIPTIONS[service])


@pytest.mark.parametrize("service", SERVICES)
def test_calls_go_in_the_declared_direction(service: str) -> None:
    cls = find_service(f"services.{service}")
    called = {c._target for name in dir(cls) if isinstance(c := getattr(cls, name), Client)}
    assert called <= DIRECTIONS[service]
    for target in called:
        assert any(service in method.callers for method in METHODS[target].values())


def test_directions_have_no_circle() -> None:
    def reach(service: str, seen: tuple[str, ...]) -> None:
        assert service not in seen, f"circle: {seen} -> {service}"
        for target in DIRECTIONS.get(service, ()):
            reach(target, (*seen, service))

    for service in DIRECTIONS:
        reach(service, ())


def test_every_event_is_published_by_its_service() -> None:
    for event in EVENTS.values():
        package = ROOT / "services" / event.service()
        source = "".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))
        assert re.search(rf"\b{event.__name__}\b", source), f"{event.NAME} is never published"


def test_every_event_is_heard() -> None:
    heard = {e.NAME for handlers in SUBSCRIPTIONS.values() for events in handlers.values() for e in events}
    assert heard | LIVE_ONLY == set(EVENTS)


def test_names_on_the_wire_are_only_added_to() -> None:
    """The checked-in list holds every name that was ever published; one that goes missing is a break."""
    kept = set((ROOT / "tests/architecture/wire_names.txt").read_text().split())
    now = {f"rpc:{s}.{m}" for s, methods in METHODS.items() for m in methods}
    now |= {f"event:{name}" for name in EVENTS}
    now |= {f"queue:events.{s}.{h}" for s, handlers in SUBSCRIPTIONS.items() for h in handlers}
    assert now == kept, f"added: {sorted(now - kept)}; gone: {sorted(kept - now)}"


def test_services_require_permissions_that_exist() -> None:
    for path in python_files("services"):
        for name in re.findall(r"\.require\(\s*[\"']([^\"']+)", path.read_text(encoding="utf-8")):
            assert name in ALLOWED, f"{name_of(path)} requires the unknown {name}"


@pytest.mark.parametrize("service", SERVICES)
def test_every_doorway_requires_a_permission_first(service: str) -> None:
    """Methods that answer anybody are declared so in the contract; the others begin with `actor.require`."""
    cls = find_service(f"services.{service}")
    for name in sorted(_entrypoints(service, Rpc)):
        if METHODS[service][name].anonymous or METHODS[service][name].callers != {"gateway"}:
            continue
        module = importlib.import_module(next(c for c in cls.__mro__ if name in vars(c)).__module__)
        function = next(
            node
            for node in ast.walk(tree(ROOT / (module.__file__ or "")))
            if isinstance(node, ast.FunctionDef) and node.name == name
        )
        assert "require" in ast.unparse(function) or "grant" in ast.unparse(function), f"{service}.{name}"
