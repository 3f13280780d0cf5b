"""After some time-outs in a row a service is not asked for a moment, then one call is let through."""

import threading
from time import monotonic

from chassis.errors import Unavailable

THRESHOLD = 3
PAUSE_SECONDS = 2.0
TRIAL_SECONDS = 0.5  # how long others wait for the answer of the one that was let through


class Breaker:
    """Counts time-outs per service; safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures: dict[str, int] = {}
        self._closed_until: dict[str, float] = {}
        self._trials: dict[str, threading.Event] = {}

    def check(self, service: str) -> None:
        """Raises Unavailable `service.unavailable` while the service rests."""
        if service not in self._closed_until:
            return
        with self._lock:
            until, now = self._closed_until.get(service), monotonic()
            trial = self._trials.get(service)
            if until is None:
                return
            if now >= until:  # this call goes through; the next ones wait for what it finds
                self._closed_until[service] = now + PAUSE_SECONDS
                self._trials[service] = threading.Event()
                return
        if trial is None or not trial.wait(TRIAL_SECONDS) or service in self._closed_until:
            raise Unavailable("service.unavailable", {"service": service})

    def failed(self, service: str) -> None:
        """A call timed out."""
        with self._lock:
            self._failures[service] = self._failures.get(service, 0) + 1
            if self._failures[service] >= THRESHOLD:
                self._closed_until[service] = monotonic() + PAUSE_SECONDS
            self._end_trial(service)

    def answered(self, service: str) -> None:
        """A call was answered, with whatever result."""
        if service in self._failures:
            with self._lock:
                self._failures.pop(service, None)
                self._closed_until.pop(service, None)
                self._end_trial(service)

    def _end_trial(self, service: str) -> None:
        trial = self._trials.pop(service, None)
        if trial is not None:
            trial.set()
