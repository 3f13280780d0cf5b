"""One call on the bus, on behalf of whoever this HTTP request is from."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import Any, Protocol

from chassis.actor import ANONYMOUS
from chassis.errors import PortalError, Unavailable
from chassis.rpc import Asking
from contracts.calls import METHODS, Kind
from gateway import context

_AT_ONCE = 32  # calls that run beside their request, in the whole process


class Calling(Protocol):
    """What `chassis.rpc.Caller` does."""

    def call(self, service: str, method: str, arguments: Mapping[str, Any], asking: Asking) -> Any:
        """The method's result; raises chassis.errors."""


class Later:
    """An answer that is on its way while the request goes on."""

    def __init__(self, future: "Future[Any]", deadline: float):
        self._future, self._deadline = future, deadline

    def get(self) -> Any:
        """The answer. Raises what the service raised, or Unavailable."""
        try:
            return self._future.result(timeout=max(self._deadline - monotonic(), 0) + 0.1)
        except TimeoutError:
            raise Unavailable("service.timeout") from None

    def find(self, default: Any = None) -> Any:
        """The answer, or the default when there is none: for what a page can do without."""
        try:
            return self.get()
        except PortalError:
            return default


class Bus:
    """Adds actor, deadline, trace id and, for commands, the idempotency key."""

    def __init__(self, caller: Calling):
        self._caller = caller
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="beside")

    def ask(self, service: str, method: str, *, key: str | None = None, **arguments: Any) -> Any:
        """The method's result. `key` replaces the request's own idempotency key."""
        return self._caller.call(service, method, arguments, self._asking(service, method, key))

    def ask_beside(
        self, service: str, method: str, *, seconds: float | None = None, **arguments: Any
    ) -> Later:
        """Ask while the request goes on; with `seconds`, within that time."""
        asking = self._asking(service, method, None)
        if seconds is not None:
            deadline = min(asking.deadline, monotonic() + seconds)
            asking = Asking(asking.actor, deadline, asking.key, asking.trace_id)
        future = self._pool.submit(self._caller.call, service, method, arguments, asking)
        return Later(future, asking.deadline)

    def health(self, service: str, seconds: float) -> dict[str, Any]:
        """`{ok, checks}` of a service, asked outside any request's deadline."""
        return self._caller.call(service, "health", {}, Asking(ANONYMOUS, monotonic() + seconds))

    def _asking(self, service: str, method: str, key: str | None) -> Asking:
        is_command = METHODS[service][method].kind is Kind.COMMAND
        return Asking(
            actor=context.actor(),
            deadline=context.deadline(),
            key=(key or context.idempotency_key()) if is_command else None,
            trace_id=context.trace_id(),
        )
