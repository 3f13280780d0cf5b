"""Hearing of news: verify, run the handler, acknowledge after it; try again later, then park. Nothing is lost.

Nameko's own handler acknowledges and forgets a message whose handler raised, or redelivers it in a hot loop.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension

from chassis import logs
from chassis.consumer import Consumption, Subscription
from chassis.context import cancel_timer
from chassis.errors import PortalError, Unavailable
from chassis.failpoints import failpoint
from chassis.parking import Delivery, Parking
from chassis.publisher import Outgoing, Publisher
from chassis.signing import Verifier
from contracts.subscriptions import SUBSCRIPTIONS

log = logs.get(__name__)

PURPOSE = "event"
DELAYS = ("retry.5s", "retry.30s", "retry.2m", "retry.10m")  # exchanges, the shortest first
# One after another. The short ones come twice: what fails by chance is told within the minute even if it fails thrice.
RETRIES = (DELAYS[0], DELAYS[0], DELAYS[1], DELAYS[1], DELAYS[2], DELAYS[3])
MOST_WAITS = 5000  # at 5 s each, about seven hours of a neighbour that is down
ATTEMPT, WAITS = "x-attempt", "x-waits"


def queue_of(service: str, handler: str) -> str:
    """The queue of one handler."""
    return f"events.{service}.{handler}"


@dataclass(frozen=True)
class Message:
    """One piece of news, as contracts/events.py promises it. `actor` is a fact, never an authorisation."""

    id: str
    name: str
    v: int
    at: str
    aggregate: str
    seq: int
    actor: dict[str, Any]
    trace_id: str
    language: str
    recipients: list[str]
    data: dict[str, Any]

    @classmethod
    def load(cls, body: bytes) -> "Message":
        """Fields that this version does not know are left out."""
        raw = json.loads(body)
        return cls(**{name: raw[name] for name in cls.__dataclass_fields__})


class EventServer(SharedExtension, ProviderCollector):
    """Runs a worker per message, and moves messages that failed."""

    consumption = Consumption()
    parking = Parking()

    def setup(self) -> None:
        config = self.container.config["settings"]
        self._verifier = Verifier(config.BUS_KEYS_TRUSTED)
        self._publisher = Publisher(config.AMQP_URL, f"{self.container.service_name} retries")

    def hear(self, entrypoint: "EventHandler") -> None:
        """Consume the handler's queue."""
        queue = queue_of(self.container.service_name, entrypoint.method_name)
        prefetch = self.container.config["settings"].EVENT_PREFETCH
        self.consumption.subscribe(Subscription(queue, prefetch, partial(self._take, entrypoint, queue)))

    def start(self) -> None:
        self.consumption.start()

    def stop(self) -> None:
        self.consumption.cancel()
        super().stop()
        self._publisher.close()

    def _take(self, entrypoint: "EventHandler", queue: str, raw: Any) -> None:
        delivery = Delivery(raw, queue)
        try:
            message = self._open(delivery)
        except Exception as error:
            reason = f"unreadable: {type(error).__name__}"
            log.error("not an event", extra={"reason": reason, "length": len(delivery.body)})
            self._settle(delivery, partial(self.parking.park, delivery, reason))
            return
        self.container.spawn_worker(
            entrypoint,
            (message,),
            {},
            context_data={"trace_id": message.trace_id},
            handle_result=partial(self._finish, delivery, message),
        )

    def _open(self, delivery: Delivery) -> Message:
        message = Message.load(delivery.body)
        sender = self._verifier.sender(str(delivery.headers.get("signature", "")), PURPOSE, delivery.body)
        if sender != message.name.partition(".")[0]:
            raise ValueError("not signed by its source")
        return message

    def _finish(
        self, delivery: Delivery, message: Message, worker_ctx: Any, result: Any, exc_info: Any
    ) -> tuple[Any, Any]:
        cancel_timer(worker_ctx)
        if exc_info is None:
            failpoint("before_ack")
            self.consumption.ack(delivery.raw)
        else:
            error = exc_info[1]
            facts = {"event": message.name, "id": message.id, "error": type(error).__name__}
            log.warning("handler failed", extra=facts, exc_info=None if _is_waiting(error) else exc_info)
            self._settle(delivery, partial(self._try_later, delivery, error))
        return result, exc_info

    def _settle(self, delivery: Delivery, move: Callable[[], bool]) -> None:
        """Acknowledge a failed message once it is safe elsewhere; otherwise let it come again."""
        try:
            is_moved = move()
        except Unavailable:
            is_moved = False
        if is_moved:
            self.consumption.ack(delivery.raw)
        else:
            time.sleep(1)
            self.consumption.give_back(delivery.raw)

    def _try_later(self, delivery: Delivery, error: Exception) -> bool:
        headers = delivery.headers
        attempt, waits = int(headers.get(ATTEMPT, 0)), int(headers.get(WAITS, 0))
        if _is_waiting(error) and waits < MOST_WAITS:
            exchange, headers = DELAYS[0], {**headers, WAITS: waits + 1}
        elif attempt < len(RETRIES):
            exchange, headers = RETRIES[attempt], {**headers, ATTEMPT: attempt + 1}
        else:
            return self.parking.park(delivery, f"{type(error).__name__} after {attempt + 1} attempts")
        later = Outgoing(exchange, delivery.queue, delivery.body, delivery.message_id, headers)
        return self._publisher.publish(later)[0]


def _is_waiting(error: BaseException) -> bool:
    """A neighbour is down: the message is not to blame, and its attempts are not counted."""
    return isinstance(error, Unavailable)


class EventHandler(Entrypoint):
    """Hears the events that contracts/subscriptions.py names for this method."""

    server = EventServer()
    expected_exceptions = (PortalError,)

    def setup(self) -> None:
        if self.method_name not in SUBSCRIPTIONS[self.container.service_name]:
            raise RuntimeError(f"contracts/subscriptions.py does not know {self.method_name}")
        self.server.register_provider(self)
        self.server.hear(self)

    def stop(self) -> None:
        self.server.unregister_provider(self)


event_handler = EventHandler.decorator
