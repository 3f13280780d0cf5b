"""Declares every exchange, queue and binding from the contracts: `AMQP_URL=... python -m chassis.topology`.

RPC queues are classic, event queues quorum; each says what it is, so that no default of a virtual host decides.
"""

import os
from dataclasses import dataclass
from typing import Any

from chassis.amqp import connect
from chassis.config import load
from chassis.events import DELAYS
from chassis.events import queue_of as event_queue_of
from chassis.parking import queue_of as parked_queue_of
from chassis.rpc.wire import queue_of as rpc_queue_of
from contracts.calls import SERVICES
from contracts.subscriptions import SUBSCRIPTIONS

DELIVERY_LIMIT = 20  # dying workers count; a small limit would park the innocent

_CLASSIC = {"x-queue-type": "classic"}
_QUORUM = {"x-queue-type": "quorum", "x-delivery-limit": DELIVERY_LIMIT}
_SAFE_DEAD_LETTER = {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where to declare, and how long each delay queue holds a message."""

    AMQP_URL: str
    RETRY_SECONDS: str = "5,30,120,600"


def declare(channel: Any, retry_seconds: list[float]) -> None:
    """Declare all on a channel. Safe to repeat; a queue that exists with other arguments is an error."""
    channel.exchange_declare("events", "topic", durable=True, auto_delete=False)
    channel.exchange_declare("live", "fanout", durable=True, auto_delete=False)
    _declare_delays(channel, retry_seconds)
    for service in SERVICES:
        _queue(channel, rpc_queue_of(service), _CLASSIC)
        _queue(channel, parked_queue_of(service), {"x-queue-type": "quorum"})
        for handler, events in SUBSCRIPTIONS[service].items():
            queue = event_queue_of(service, handler)
            _queue(channel, queue, {**_QUORUM, **_SAFE_DEAD_LETTER, **_to(parked_queue_of(service))})
            for event in events:
                channel.queue_bind(queue, "events", event.NAME)


def _declare_delays(channel: Any, retry_seconds: list[float]) -> None:
    """Four delay queues for the whole portal: a message returns to the queue its routing key names."""
    for name, seconds in zip(DELAYS, retry_seconds, strict=True):
        channel.exchange_declare(name, "fanout", durable=True, auto_delete=False)
        arguments = {
            "x-queue-type": "quorum",
            "x-message-ttl": int(seconds * 1000),
            "x-dead-letter-exchange": "",
            **_SAFE_DEAD_LETTER,
        }
        _queue(channel, name, arguments)
        channel.queue_bind(name, name)


def _to(queue: str) -> dict[str, str]:
    return {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": queue}


def _queue(channel: Any, name: str, arguments: dict[str, Any]) -> None:
    channel.queue_declare(name, durable=True, exclusive=False, auto_delete=False, arguments=arguments)


def main() -> None:
    """Declare the topology at AMQP_URL."""
    settings = load(Settings, os.environ)
    connection = connect(settings.AMQP_URL, "topology", read_seconds=30)
    declare(connection.channel(), [float(part) for part in settings.RETRY_SECONDS.split(",")])
    connection.close()


if __name__ == "__main__":
    main()
