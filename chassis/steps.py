"""Runs methods of the service class outside of messages, with their dependencies, as Nameko workers."""

from typing import Any

from eventlet.event import Event
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from chassis.context import cancel_timer


class _Step:
    """What Nameko wants of an entrypoint to run one method."""

    expected_exceptions = (Exception,)  # the caller of the step logs
    sensitive_arguments = ()

    def __init__(self, method_name: str):
        self.method_name = method_name


class Steps:
    """The methods marked `step_of = (name, step)` on a service class."""

    def __init__(self, container: Any, name: str):
        self._container, self._name = container, name
        marked: dict[str, _Step] = {}
        for attribute in dir(container.service_cls):
            owner, step = getattr(getattr(container.service_cls, attribute), "step_of", (None, None))
            if owner == name and step:
                marked[step] = _Step(attribute)
        self._steps = marked

    def has(self, step: str) -> bool:
        """Whether a method is marked for the step."""
        return step in self._steps

    def require(self, *forms: set[str]) -> None:
        """Raises RuntimeError unless the marked steps are one of these sets."""
        if set(self._steps) not in forms:
            raise RuntimeError(f"{self._container.service_name}: {self._name} has {sorted(self._steps)}")

    def run(self, step: str, *arguments: Any) -> Any:
        """The method's result; raises what it raised."""
        done = Event()

        def finish(worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            cancel_timer(worker_ctx)
            if exc_info is None:
                done.send(result)
            else:
                done.send_exception(*exc_info)
            return result, None

        context = {"in_transaction": any(isinstance(each, Session) for each in arguments)}
        self._container.spawn_worker(
            self._steps[step], arguments, {}, context_data=context, handle_result=finish
        )
        return done.wait()


def engine_of(container: Any) -> Engine:
    """The engine of the service's database."""
    from chassis.db import Database

    return next(each.engine for each in container.dependencies if isinstance(each, Database))
