"""One call on the bus, on behalf of whoever this HTTP request is from."""

from collections.abc import Mapping
from time import monotonic
from typing import Any, Protocol

from chassis.actor import ANONYMOUS
from chassis.rpc import Asking
from contracts.calls import METHODS, Kind
from gateway import context


class Calling(Protocol):
    """What `chassis.rpc.Caller` does."""

    def call(self, service: str, method: str, arguments: Mapping[str, Any], asking: Asking) -> Any:
        """The method's result; raises chassis.errors."""


class Bus:
    """Adds actor, deadline, trace id and, for commands, the idempotency key."""

    def __init__(self, caller: Calling):
        self._caller = caller

    def ask(self, service: str, method: str, *, key: str | None = None, **arguments: Any) -> Any:
        """The method's result. `key` replaces the request's own idempotency key."""
        is_command = METHODS[service][method].kind is Kind.COMMAND
        asking = Asking(
            actor=context.actor(),
            deadline=context.deadline(),
            key=(key or context.idempotency_key()) if is_command else None,
            trace_id=context.trace_id(),
        )
        return self._caller.call(service, method, arguments, asking)

    def health(self, service: str, seconds: float) -> dict[str, Any]:
        """`{ok, checks}` of a service, asked outside any request's deadline."""
        return self._caller.call(service, "health", {}, Asking(ANONYMOUS, monotonic() + seconds))
