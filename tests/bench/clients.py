"""One caller per kind of echo: `call()` is one round trip."""

import time
from typing import Any

import amqp
from nameko.standalone.rpc import ServiceRpcProxy

from chassis.actor import Actor
from chassis.amqp import connect
from chassis.rpc import Asking, Caller
from tests.bench import raw_echo

TEXT = "x" * 100
PERSON = Actor(
    kind="person",
    id="0190b7a0-0000-7000-8000-000000000000",
    roles=frozenset({"general_user"}),
    name="Intisar Al-Maimoni",
    person={"civil_id": "288020122596", "mobile": "+96550000000", "email": "i@example.com"},
)


class Raw:
    """Bare py-amqp with direct reply-to."""

    def __init__(self, url: str):
        self._connection = connect(url, "bench raw client", read_seconds=30)
        self._channel = self._connection.channel()
        self._answers: list[Any] = []
        self._channel.basic_consume("amq.rabbitmq.reply-to", no_ack=True, callback=self._answers.append)

    def call(self) -> None:
        """Publish, then read until the answer is there."""
        message = amqp.Message(TEXT, reply_to="amq.rabbitmq.reply-to", correlation_id="1")
        self._channel.basic_publish(message, "", raw_echo.QUEUE)
        while not self._answers:
            self._connection.blocking_read()
        self._answers.clear()


class Stock:
    """Nameko's own proxy; one per thread, because it is not safe for two."""

    def __init__(self, url: str):
        self._proxy = ServiceRpcProxy("bench_stock", {"AMQP_URI": url}, timeout=10)
        self._service = self._proxy.start()

    def call(self) -> None:
        """One echo."""
        self._service.echo(text=TEXT)

    def close(self) -> None:
        """End its connection."""
        self._proxy.stop()


class Chassis:
    """The gateway's own caller; one for all threads. Signed actor, envelope, deadline, as for real methods."""

    def __init__(self, url: str, key: str):
        self._caller = Caller("gateway", url, key)

    def call(self) -> None:
        """One echo."""
        asking = Asking(PERSON, time.monotonic() + 7, None, "trace")
        self._caller.call("licensing", "echo", {"text": TEXT}, asking)
