"""What a worker knows of its call: trace id, and the moment after which nobody waits for it."""

import time
from contextvars import ContextVar
from typing import Any

import eventlet
from nameko.extensions import DependencyProvider

from chassis import db, logs
from chassis.actor import Actor, system
from chassis.errors import Unavailable

deadline: ContextVar[float | None] = ContextVar("deadline", default=None)  # monotonic seconds

UNATTENDED_SECONDS = 60.0  # handlers, jobs and leased work


class CallContext(DependencyProvider):
    """Sets the trace id, the deadline, and a timer that ends a worker past it."""

    def get_dependency(self, worker_ctx: Any) -> None:
        return None

    def worker_setup(self, worker_ctx: Any) -> None:
        seconds = worker_ctx.data.get("seconds") or UNATTENDED_SECONDS
        logs.trace_id.set(worker_ctx.data.get("trace_id") or "")
        db.mark_open(worker_ctx.data.get("in_transaction", False))
        deadline.set(time.monotonic() + seconds)
        worker_ctx.data["timer"] = eventlet.Timeout(seconds, Unavailable("service.timeout"))

    def worker_result(self, worker_ctx: Any, result: Any = None, exc_info: Any = None) -> None:
        cancel_timer(worker_ctx)


def cancel_timer(worker_ctx: Any) -> None:
    """The method is over: what follows must not be cut short."""
    timer = worker_ctx.data.pop("timer", None)
    if timer is not None:
        timer.cancel()


class CurrentActor(DependencyProvider):
    """Gives `self.actor`: the verified claim of the call, or the service itself in handlers and jobs."""

    def get_dependency(self, worker_ctx: Any) -> Actor:
        return worker_ctx.data.get("actor") or system(self.container.service_name)
