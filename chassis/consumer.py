"""The consuming connection of a service: it only consumes and acknowledges, and drains before it closes."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nameko.extensions import SharedExtension

from chassis import logs
from chassis.amqp import BROKEN, HEARTBEAT_SECONDS, abandon, connect

log = logs.get(__name__)

WAKE_SECONDS = 0.25  # how soon a request to stop is seen
REOPEN_SECONDS = 0.5


@dataclass(frozen=True)
class Subscription:
    """One queue, how many unacknowledged messages of it, and who takes each."""

    queue: str
    prefetch: int
    take: Callable[[Any], None]  # must not block, must not raise


class Consumption(SharedExtension):
    """Runs the loop. Lost connections are opened again; a message of a lost one comes again."""

    def __init__(self) -> None:
        self._subscriptions: dict[str, Subscription] = {}
        self._tags: list[tuple[Any, str]] = []
        self._raw: Any = None
        self._is_cancelling = False
        self._is_cancelled = threading.Event()
        self._is_over = False
        self._thread: threading.Thread | None = None
        self.last_turn = 0.0  # monotonic moment of the last turn of the loop

    def subscribe(self, subscription: Subscription) -> None:
        """Add a queue; before `start`."""
        self._subscriptions[subscription.queue] = subscription

    @property
    def is_consuming(self) -> bool:
        """Whether every queue is being consumed now."""
        return len(self._tags) == len(self._subscriptions) and not self._is_cancelling

    def start(self) -> None:
        if self._thread is None and self._subscriptions:
            self._thread = threading.Thread(target=self._run, daemon=True, name="consumption")
            self._thread.start()

    def cancel(self) -> None:
        """Take no more messages; those taken may still be acknowledged. Returns when it is so."""
        self._is_cancelling = True
        if self._thread is not None:
            self._is_cancelled.wait(WAKE_SECONDS * 12)

    def stop(self) -> None:
        """Close, after the workers are done."""
        self._is_cancelling = self._is_over = True
        if self._thread is not None:
            self._thread.join(WAKE_SECONDS * 12)

    def ack(self, message: Any) -> None:
        """Acknowledge; on a lost connection nothing is done, the message comes again."""
        try:
            message.channel.basic_ack(message.delivery_tag)
        except (*BROKEN, AttributeError) as error:
            log.warning("ack not sent", extra={"error": type(error).__name__})

    def give_back(self, message: Any) -> None:
        """Let the broker deliver it again, which counts towards the queue's delivery limit."""
        try:
            message.channel.basic_reject(message.delivery_tag, requeue=True)
        except (*BROKEN, AttributeError) as error:
            log.warning("reject not sent", extra={"error": type(error).__name__})

    def _run(self) -> None:
        while not self._is_over:
            try:
                self._consume()
            except BROKEN as error:
                log.warning("consumer connection lost", extra={"error": type(error).__name__})
            self._tags = []
            raw, self._raw = self._raw, None
            if raw is not None:
                abandon(raw)
            if self._is_cancelling:
                self._is_cancelled.set()
            if not self._is_over:
                self.last_turn = time.monotonic()
                time.sleep(REOPEN_SECONDS)

    def _consume(self) -> None:
        config = self.container.config["settings"]
        name = f"{self.container.service_name} consumes"
        self._raw = connect(config.AMQP_URL, name, read_seconds=5)
        if not self._is_cancelling:
            self._tags = [self._open(subscription) for subscription in self._subscriptions.values()]
        self._raw.transport.sock.settimeout(WAKE_SECONDS)
        ticked = time.monotonic()
        while not self._is_over:
            try:
                self._raw.blocking_read()
            except TimeoutError:
                pass
            self.last_turn = now = time.monotonic()
            if now - ticked > HEARTBEAT_SECONDS / 4:
                ticked = now
                self._raw.heartbeat_tick()
            if self._is_cancelling and not self._is_cancelled.is_set():
                self._cancel_consumers()
        self._raw.transport.sock.settimeout(2)
        self._raw.close()  # politely: the broker has read every ack before it answers

    def _open(self, subscription: Subscription) -> tuple[Any, str]:
        channel = self._raw.channel()
        channel.basic_qos(0, subscription.prefetch, False)
        return channel, channel.basic_consume(subscription.queue, callback=subscription.take)

    def _cancel_consumers(self) -> None:
        self._raw.transport.sock.settimeout(2)
        for channel, tag in self._tags:
            channel.basic_cancel(tag)
        self._raw.transport.sock.settimeout(WAKE_SECONDS)
        self._tags = []
        self._is_cancelled.set()
