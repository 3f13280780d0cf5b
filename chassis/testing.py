"""For tests of services: a service object without a container, its doorways callable, its neighbours recorded."""

from collections.abc import Mapping
from typing import Any

from nameko.extensions import is_dependency
from sqlalchemy import Engine, text

from chassis import idempotency
from chassis.actor import ANONYMOUS, Actor
from chassis.db import Transactions
from chassis.leases import Worker
from chassis.moving import BusinessClock, Hands
from chassis.rpc import Client


class Neighbour:
    """Another service: answers from `answers` (a value, an exception, or a function), remembers its calls."""

    def __init__(self, answers: Mapping[str, Any]):
        self._answers = answers
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, method: str) -> Any:
        def call(**arguments: Any) -> Any:
            self.calls.append((method, arguments))
            answer = self._answers[method]
            if isinstance(answer, Exception):
                raise answer
            return answer(**arguments) if callable(answer) else answer

        return call


class Woken:
    """Counts `wake()`."""

    def __init__(self) -> None:
        self.times = 0

    def wake(self) -> None:
        """Count one."""
        self.times += 1


def doorway(
    service_cls: type,
    engine: Engine,
    settings: Any,
    actor: Actor = ANONYMOUS,
    *,
    call: idempotency.Call | None = None,
    **given: Any,
) -> Any:
    """A service object whose methods can be called. `given` replaces dependencies by name."""
    service: Any = service_cls()
    for name in dir(service_cls):
        declared = getattr(service_cls, name)
        if not is_dependency(declared):
            continue
        if name in given:
            value = given[name]
        elif isinstance(declared, Client):
            value = Neighbour({})
        elif isinstance(declared, Worker):
            value = Woken()
        elif isinstance(declared, BusinessClock):
            value = Hands(engine, [], is_demo=settings.is_demo)
        else:
            value = {"db": Transactions(engine, call), "actor": actor, "config": settings}.get(name)
        setattr(service, name, value)
    return service


def empty_tables(engine: Engine) -> None:
    """Delete every row of every table but Alembic's."""
    with engine.begin() as connection:
        names = connection.execute(
            text(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            )
        ).scalars()
        listed = ", ".join(f'"{name}"' for name in names)
        if listed:
            connection.execute(text(f"TRUNCATE {listed} RESTART IDENTITY CASCADE"))
