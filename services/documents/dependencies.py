"""What the service class holds besides the chassis: the object store and two kinds of child processes."""

import sys
import threading
import time
from typing import Any

from nameko.extensions import DependencyProvider

from chassis import logs
from chassis.children import Child, Children
from chassis.errors import Unavailable
from chassis.health import Probed
from services.documents.objects import Objects

log = logs.get(__name__)

TRY_AGAIN_SECONDS = 1.0


class Storage(Probed):
    """Gives `self.objects`. Makes the buckets at start, however late the store comes up."""

    def setup(self) -> None:
        self.objects = Objects(self.container.config["settings"])
        self._is_over = False

    def start(self) -> None:
        threading.Thread(target=self._make_buckets, daemon=True, name="make buckets").start()

    def stop(self) -> None:
        self._is_over = True

    def get_dependency(self, worker_ctx: Any) -> Objects:
        return self.objects

    def probe(self) -> dict[str, bool]:
        """Whether the store takes and gives objects."""
        return {"storage": self.objects.is_well()}

    def _make_buckets(self) -> None:
        while not self._is_over:
            try:
                self.objects.make_buckets()
                return
            except Unavailable:
                time.sleep(TRY_AGAIN_SECONDS)
            except Exception:
                log.exception("buckets not made")
                time.sleep(TRY_AGAIN_SECONDS)


class ChildProcesses(DependencyProvider):
    """Gives a pool of children that run a module; `seconds` and `memory_bytes` bound one answer."""

    def __init__(self, module: str, count: int, seconds: float, memory_bytes: int):
        self._module, self._count, self._seconds, self._memory = module, count, seconds, memory_bytes

    def setup(self) -> None:
        argv = [sys.executable, "-m", self._module]
        self.children = Children(self._count, lambda: Child(argv, self._seconds, self._memory))

    def stop(self) -> None:
        self.children.close()

    def get_dependency(self, worker_ctx: Any) -> Children:
        return self.children
