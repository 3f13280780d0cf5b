"""Work on leased rows: take due rows in a short transaction, act outside of any, record.

A row whose worker died is due again when its lease has passed. Methods are named by decorators:

    sender = Worker("send_deliveries", every=0.5, batch=10, lanes=4)

    @sender.lease
    def lease_deliveries(self, session, limit): ...  # returns plain values

    @sender.act
    def send_delivery(self, item): ...
"""

import threading
from collections.abc import Callable
from typing import Any

from nameko.extensions import DependencyProvider

from chassis import logs
from chassis.db import transaction
from chassis.errors import Unavailable
from chassis.steps import Steps, engine_of

log = logs.get(__name__)

HELPER_SECONDS = 30.0


class Worker(DependencyProvider):
    """Runs `lanes` loops in every replica. `every` is the pause in seconds when nothing is due."""

    def __init__(self, name: str, every: float = 1.0, batch: int = 10, lanes: int = 1):
        self.name, self._every, self._batch, self._lanes = name, every, batch, lanes

    def lease(self, method: Callable) -> Callable:
        """Marks the method that leases: `(self, session, limit) -> list of items`."""
        return self._mark(method, "lease")

    def act(self, method: Callable) -> Callable:
        """Marks the method that acts on one item, outside any transaction."""
        return self._mark(method, "act")

    def _mark(self, method: Any, step: str) -> Callable:
        method.step_of = (self.name, step)
        return method

    def setup(self) -> None:
        self._steps = Steps(self.container, self.name)
        self._steps.require({"lease", "act"})
        self._more = threading.Condition()
        self._is_over = False
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        for lane in range(self._lanes):
            # One lane looks for due rows; the others sleep until it finds more than it can take.
            pause = self._every if lane == 0 else HELPER_SECONDS
            thread = threading.Thread(
                target=self._run, args=(pause,), daemon=True, name=f"{self.name} {lane}"
            )
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        self._is_over = True
        with self._more:
            self._more.notify_all()
        for thread in self._threads:
            thread.join(30)

    def get_dependency(self, worker_ctx: Any) -> "Wake":
        return Wake(self._more)

    def _run(self, pause: float) -> None:
        while not self._is_over:
            try:
                is_full = self._turn() == self._batch
            except Unavailable:
                is_full = False
            except Exception:
                log.exception("worker failed", extra={"worker": self.name})
                is_full = False
            if not is_full and not self._is_over:
                with self._more:
                    self._more.wait(pause)

    def _turn(self) -> int:
        with transaction(engine_of(self.container)) as session:
            items = self._steps.run("lease", session, self._batch)
        if len(items) == self._batch:
            Wake(self._more).wake()
        for item in items:
            if self._is_over:
                break
            try:
                self._steps.run("act", item)
            except Exception as error:
                facts = {"worker": self.name, "error": type(error).__name__}
                log.warning("item left to its lease", extra=facts, exc_info=True)
        return len(items)


class Wake:
    """What an entrypoint has as `self.<worker>`."""

    def __init__(self, more: threading.Condition):
        self._more = more

    def wake(self) -> None:
        """Do not wait for the next turn."""
        with self._more:
            self._more.notify()
