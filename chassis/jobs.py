"""Jobs: what is due by the clock. Every replica ticks, one per database works, each row is its own transaction.

    purge = Job("purge_drafts", every=timedelta(hours=1))

    @purge.due
    def due_drafts(self, session, limit): ...   # returns plain keys

    @purge.apply
    def purge_draft(self, session, key): ...    # safe to run again

A job that is one statement has `@job.run` instead: `(self, session)`.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from nameko.extensions import DependencyProvider

from chassis import logs
from chassis.db import transaction
from chassis.errors import Unavailable
from chassis.locks import held
from chassis.steps import Steps, engine_of
from chassis.turns import Turns

log = logs.get(__name__)

BATCH = 100


class Job(DependencyProvider):
    """A named query for due rows and a use case for one."""

    def __init__(self, name: str, every: timedelta = timedelta(minutes=1)):
        self.name, self._every = name, every

    def due(self, method: Callable) -> Callable:
        """Marks the query: `(self, session, limit) -> list of keys`."""
        return self._mark(method, "due")

    def apply(self, method: Callable) -> Callable:
        """Marks the use case for one key: `(self, session, key)`."""
        return self._mark(method, "apply")

    def run(self, method: Callable) -> Callable:
        """Marks the whole work: `(self, session)`, one transaction."""
        return self._mark(method, "run")

    def _mark(self, method: Any, step: str) -> Callable:
        method.step_of = (self.name, step)
        return method

    def setup(self) -> None:
        self._steps = Steps(self.container, self.name)
        self._steps.require({"run"}, {"due", "apply"})
        self.turns = Turns()
        self.applied = 0  # rows, since the start
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._tick, daemon=True, name=self.name)
        self._thread.start()

    def stop(self) -> None:
        self.turns.finish()
        if self._thread is not None:
            self._thread.join(30)

    def _tick(self) -> None:
        while not self.turns.is_over:
            number = self.turns.begin()
            if self._turn():
                self.turns.end(number)
            self.turns.pause(self._every.total_seconds())

    def _turn(self) -> bool:
        """Whether this replica worked off all that was due: whoever asked for a turn waits for a whole one."""
        try:
            with held(engine_of(self.container), f"job:{self.name}") as is_mine:
                return is_mine and self._work_off()
        except Exception as error:
            facts = {"job": self.name, "error": type(error).__name__}
            log.warning("job failed", extra=facts, exc_info=not isinstance(error, Unavailable))
            return False

    def _work_off(self) -> bool:
        """Whether every row that was due could be done."""
        if self._steps.has("run"):
            with transaction(engine_of(self.container)) as session:
                self._steps.run("run", session)
            return True
        tried: set[str] = set()
        failed = 0
        while not self.turns.is_over:
            with transaction(engine_of(self.container)) as session:
                keys = self._steps.run("due", session, BATCH)
            # A row may make another one due; one that stays due has its next try in the next turn.
            fresh = [key for key in keys if repr(key) not in tried]
            if not fresh:
                break
            tried.update(map(repr, fresh))
            done = sum(self._apply(key) for key in fresh)
            self.applied, failed = self.applied + done, failed + len(fresh) - done
        return not failed

    def _apply(self, key: Any) -> bool:
        try:
            with transaction(engine_of(self.container)) as session:
                self._steps.run("apply", session, key)
        except Exception as error:
            log.warning(
                "job row failed", extra={"job": self.name, "error": type(error).__name__}, exc_info=True
            )
            return False
        return True
