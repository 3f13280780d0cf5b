"""Hearing the exchange `live`: what open pages want to know at once. Nothing is lost when nobody listens."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

from chassis import logs
from chassis.amqp import BROKEN, HEARTBEAT_SECONDS, abandon, connect, pump

log = logs.get(__name__)

REOPEN_SECONDS = 1.0


class Listener:
    """A thread with an exclusive queue of its own.

    `on_event({name, aggregate, seq, recipients})` per event; `on_state(connected)` at each change.
    """

    def __init__(
        self,
        amqp_url: str,
        on_event: Callable[[dict[str, Any]], None],
        on_state: Callable[[bool], None],
        name: str = "gateway",
    ):
        self._url, self._name = amqp_url, name
        self._on_event, self._on_state = on_event, on_state
        self._is_over = False

    def start(self) -> None:
        """Start the thread; after any fork."""
        threading.Thread(target=self._run, daemon=True, name="live").start()

    def stop(self) -> None:
        """End the thread at its next turn."""
        self._is_over = True

    def _run(self) -> None:
        while not self._is_over:
            raw = None
            try:
                raw = connect(self._url, f"{self._name} listens", read_seconds=5)
                self._consume(raw)
            except BROKEN as error:
                log.warning("live connection lost", extra={"error": type(error).__name__})
            self._on_state(False)
            if raw is not None:
                abandon(raw)
            time.sleep(REOPEN_SECONDS)

    def _consume(self, raw: Any) -> None:
        channel = raw.channel()
        queue, _, _ = channel.queue_declare(f"live.{self._name}.{time.monotonic_ns()}", exclusive=True)
        channel.queue_bind(queue, "live")
        channel.basic_consume(queue, no_ack=True, callback=self._hear)
        raw.transport.sock.settimeout(HEARTBEAT_SECONDS / 4)
        self._on_state(True)
        pump(raw, lambda: self._is_over)

    def _hear(self, message: Any) -> None:
        try:
            self._on_event(json.loads(message.body))
        except Exception:
            log.exception("live event not handled")
