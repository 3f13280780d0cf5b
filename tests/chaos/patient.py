"""Calls that are repeated with the same key until they are answered, as a good client does."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import requests

TRY_FOR = 150.0
LONGEST_CALL = 8.0
PASSING = ("idempotency.in_progress", "documents.being_checked")


class Patient:
    """One portal, and what calling it was like."""

    def __init__(self, url: str, seed: int):
        self.url = url
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self.slowest = 0.0
        self.retries = 0
        self.faults: list[str] = []

    @contextmanager
    def noting(self, who: str) -> Iterator[None]:
        """Whatever goes wrong inside is a promise broken to somebody."""
        try:
            yield
        except Exception as error:
            with self._lock:
                self.faults.append(f"{who}: {type(error).__name__} {error}")

    def call(
        self,
        token: str,
        method: str,
        target: str,
        body: Any = None,
        *,
        key: str = "",
        accept: tuple[int, ...] = (),
    ) -> Any:
        """The answer of the API, whatever was killed meanwhile. Raises AssertionError for a refusal."""
        headers = {"Authorization": f"Bearer {token}"}
        if key:
            headers["Idempotency-Key"] = key
        return self._repeat(method, f"{self.url}/api/v1{target}", body, headers, accept)

    def clock(self) -> datetime:
        """The business moment."""
        return datetime.fromisoformat(self._repeat("GET", f"{self.url}/demo/clock", None, {}, ())["at"])

    def move_clock(self, at: str) -> None:
        """Business time goes on; the same moment again reaches whoever was away."""
        self._repeat("POST", f"{self.url}/demo/clock", {"at": at}, {}, ())

    def _repeat(
        self, method: str, address: str, body: Any, headers: dict[str, str], accept: tuple[int, ...]
    ) -> Any:
        deadline = time.monotonic() + TRY_FOR
        while True:
            response = self._try(method, address, body, headers)
            if response is not None and (response.status_code < 400 or response.status_code in accept):
                return response.json() if response.content else {}
            if not _is_passing(response) or time.monotonic() > deadline:
                told = (
                    f"{response.status_code} {response.text[:300]}" if response is not None else "no answer"
                )
                raise AssertionError(f"{method} {address}: {told}")
            with self._lock:
                self.retries += 1
            time.sleep(self._chance.uniform(0.2, 0.8))

    def _try(self, method: str, address: str, body: Any, headers: dict[str, str]) -> requests.Response | None:
        """None when the gateway itself was not there."""
        began = time.monotonic()
        try:
            return requests.request(method, address, json=body, headers=headers, timeout=20)
        except requests.RequestException:
            return None
        finally:
            with self._lock:
                self.slowest = max(self.slowest, time.monotonic() - began)


def _is_passing(response: requests.Response | None) -> bool:
    if response is None:
        return True
    if response.status_code >= 500 or response.status_code == 429:
        return True
    return response.status_code == 409 and response.json().get("code") in PASSING
