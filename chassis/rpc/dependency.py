"""Another service, as `self.documents` inside a service: `Client("documents")`."""

import time
from collections.abc import Callable
from typing import Any

from nameko.extensions import DependencyProvider, SharedExtension

from chassis.actor import Actor, system
from chassis.context import deadline
from chassis.rpc.client import DEFAULT_SECONDS, Asking, Caller


class _SharedCaller(SharedExtension):
    """One calling connection per process."""

    def setup(self) -> None:
        config = self.container.config["settings"]
        self.caller = Caller(self.container.service_name, config.AMQP_URL, config.BUS_KEY)

    def stop(self) -> None:
        self.caller.close()


class Client(DependencyProvider):
    """Gives a proxy whose methods are the service's; the actor and the deadline of the call go along."""

    shared = _SharedCaller()

    def __init__(self, service: str):
        self._target = service

    def get_dependency(self, worker_ctx: Any) -> "Proxy":
        actor = worker_ctx.data.get("actor") or system(self.container.service_name)
        key = worker_ctx.data.get("idempotency")
        return Proxy(self.shared.caller, self._target, actor, key.key if key else None)


class Proxy:
    """A service whose methods are called with keywords."""

    def __init__(self, caller: Caller, service: str, actor: Actor, key: str | None):
        self._caller, self._service, self._actor, self._key = caller, service, actor, key

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            limit = deadline.get()
            latest = time.monotonic() + DEFAULT_SECONDS
            until = latest if limit is None else min(latest, limit)
            asking = Asking(self._actor, until, self._key)
            return self._caller.call(self._service, method, arguments, asking)

        return call
