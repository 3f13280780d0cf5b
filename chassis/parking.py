"""Messages that nobody could work on: first a queue, then a table where people can look at them.

A quorum queue cannot be looked at without using up its delivery limit.
"""

import base64
import time
from dataclasses import dataclass
from typing import Any

from nameko.extensions import SharedExtension
from sqlalchemy import insert

from chassis import logs
from chassis.consumer import Consumption, Subscription
from chassis.db import transaction
from chassis.models import parked_message
from chassis.publisher import Outgoing, Publisher
from chassis.steps import engine_of

log = logs.get(__name__)

REASON, QUEUE = "x-parked-reason", "x-parked-queue"


def queue_of(service: str) -> str:
    """Where a service's parked messages wait for their row."""
    return f"parked.{service}"


@dataclass(frozen=True)
class Delivery:
    """A message as it came, and the queue it came from."""

    raw: Any
    queue: str

    @property
    def body(self) -> bytes:
        """The very bytes."""
        body = self.raw.body or b""
        return body if isinstance(body, bytes) else body.encode()

    @property
    def headers(self) -> dict[str, Any]:
        """A copy of the headers."""
        return dict(self.raw.properties.get("application_headers") or {})

    @property
    def message_id(self) -> str:
        """The sender's id of it, or nothing."""
        return self.raw.properties.get("message_id") or ""


class Parking(SharedExtension):
    """Parks messages, and writes parked ones into the service's table."""

    consumption = Consumption()

    def setup(self) -> None:
        config = self.container.config["settings"]
        self._queue = queue_of(self.container.service_name)
        self._publisher = Publisher(config.AMQP_URL, f"{self.container.service_name} parks")
        self.consumption.subscribe(Subscription(self._queue, 1, self._store))

    def stop(self) -> None:
        self._publisher.close()

    def park(self, delivery: Delivery, reason: str) -> bool:
        """Whether the message is safe in the parking queue. Raises Unavailable."""
        headers = {**delivery.headers, REASON: reason[:200], QUEUE: delivery.queue}
        return self._publisher.publish(
            Outgoing("", self._queue, delivery.body, delivery.message_id, headers)
        )[0]

    def _store(self, raw: Any) -> None:
        delivery = Delivery(raw, self._queue)
        headers = delivery.headers
        values = {
            "queue": headers.pop(QUEUE, self._queue),
            "reason": headers.pop(REASON, "delivery limit"),
            "name": str(raw.delivery_info.get("routing_key", ""))[:80],
            "message_id": delivery.message_id[:80],
            "headers": {key: str(value) for key, value in headers.items()},
            "body": base64.b64encode(delivery.body).decode(),
        }
        try:
            with transaction(engine_of(self.container)) as session:
                session.execute(insert(parked_message).values(**values))
        except Exception as error:
            log.error("parked message not stored", extra={"error": type(error).__name__})
            time.sleep(1)
            self.consumption.give_back(raw)
            return
        log.error("message parked", extra={"queue": values["queue"], "reason": values["reason"]})
        self.consumption.ack(raw)
