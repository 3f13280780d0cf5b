"""After some time-outs in a row a service is not asked for a moment, then one call is let through."""

import threading
from time import monotonic

from chassis.errors import Unavailable

THRESHOLD = 3
PAUSE_SECONDS = 2.0


class Breaker:
    """Counts time-outs per service; safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures: dict[str, int] = {}
        self._closed_until: dict[str, float] = {}

    def check(self, service: str) -> None:
        """Raises Unavailable `service.unavailable` while the service rests."""
        if service not in self._closed_until:
            return
        with self._lock:
            until = self._closed_until.get(service)
            if until is None:
                return
            now = monotonic()
            if now < until:
                raise Unavailable("service.unavailable", {"service": service})
            self._closed_until[service] = now + PAUSE_SECONDS  # this call goes through; the next ones wait

    def failed(self, service: str) -> None:
        """A call timed out."""
        with self._lock:
            self._failures[service] = self._failures.get(service, 0) + 1
            if self._failures[service] >= THRESHOLD:
                self._closed_until[service] = monotonic() + PAUSE_SECONDS

    def answered(self, service: str) -> None:
        """A call was answered, with whatever result."""
        if service in self._failures:
            with self._lock:
                self._failures.pop(service, None)
                self._closed_until.pop(service, None)
