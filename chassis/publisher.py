"""Publishing that is confirmed: for whatever must not get lost on its way to the broker."""

import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import amqp

from chassis.amqp import BROKEN, WRITE_SECONDS, abandon, connect
from chassis.errors import Unavailable


@dataclass(frozen=True)
class Outgoing:
    """One message for `Publisher`."""

    exchange: str
    routing_key: str
    body: bytes
    message_id: str
    headers: dict[str, Any] = field(default_factory=dict)
    mandatory: bool = True
    is_persistent: bool = True

    def to_amqp(self) -> amqp.Message:
        """The message as py-amqp sends it."""
        return amqp.Message(
            self.body,
            content_type="application/json",
            delivery_mode=2 if self.is_persistent else 1,
            message_id=self.message_id,
            application_headers=self.headers,
        )


class Publisher:
    """Publishes with confirms, many in flight at once, on a connection of its own.

    Nobody reads the connection between two uses, so it has no heartbeat: a dead one is found, and opened again,
    by the next use.
    """

    def __init__(self, url: str, name: str):
        self._url, self._name = url, name
        self._lock = threading.Lock()
        self._raw: Any = None
        self._channel: Any = None
        self._first_tag = 1

    def publish(self, *messages: Outgoing) -> list[bool]:
        """For each message whether the broker took it and had a queue for it. Raises Unavailable."""
        with self._lock:
            if self._raw is not None and not self._is_alive():
                self._drop()
            try:
                return self._publish(messages)
            except BROKEN as error:
                self._drop()
                raise Unavailable("bus.unavailable") from error

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._drop()

    def _is_alive(self) -> bool:
        """Whether the idle connection was closed by the other side meanwhile."""
        sock = self._raw.transport.sock
        sock.settimeout(0)
        try:
            return bool(sock.recv(1, socket.MSG_PEEK))
        except (BlockingIOError, TimeoutError):
            return True
        except OSError:
            return False
        finally:
            sock.settimeout(WRITE_SECONDS)

    def _drop(self) -> None:
        if self._raw is not None:
            abandon(self._raw)
        self._raw = self._channel = None

    def _open(self) -> None:
        self._raw = connect(self._url, self._name, read_seconds=WRITE_SECONDS, heartbeat=0)
        self._channel = self._raw.channel()
        self._channel.confirm_select()
        self._first_tag = 1

    def _publish(self, messages: Iterable[Outgoing]) -> list[bool]:
        if self._raw is None:
            self._open()
        batch = list(messages)
        confirms = _Confirms(self._channel, self._first_tag, batch)
        try:
            for message in batch:
                self._channel.basic_publish(
                    message.to_amqp(), message.exchange, message.routing_key, mandatory=message.mandatory
                )
            self._first_tag += len(batch)
            while confirms.waiting:
                self._raw.blocking_read()
        finally:
            confirms.forget()
        return confirms.results()


class _Confirms:
    """The broker's word on one batch: acks by tag, returns by message id."""

    def __init__(self, channel: Any, first_tag: int, batch: list[Outgoing]):
        self._channel, self._batch = channel, batch
        self.waiting = {first_tag + n for n in range(len(batch))}
        self._first, self._refused, self._returned = first_tag, set[int](), set[str]()
        channel.events["basic_ack"].add(self._ack)
        channel.events["basic_nack"].add(self._nack)
        channel.events["basic_return"].add(self._return)

    def forget(self) -> None:
        self._channel.events["basic_ack"].discard(self._ack)
        self._channel.events["basic_nack"].discard(self._nack)
        self._channel.events["basic_return"].discard(self._return)

    def results(self) -> list[bool]:
        return [
            self._first + n not in self._refused and message.message_id not in self._returned
            for n, message in enumerate(self._batch)
        ]

    def _tags(self, tag: int, multiple: bool) -> set[int]:
        return {t for t in self.waiting if t <= tag} if multiple else {tag}

    def _ack(self, tag: int, multiple: bool) -> None:
        self.waiting -= self._tags(tag, multiple)

    def _nack(self, tag: int, multiple: bool, *_rest: Any) -> None:
        tags = self._tags(tag, multiple)
        self._refused |= tags
        self.waiting -= tags

    def _return(self, _error: Any, _exchange: str, _routing_key: str, message: Any) -> None:
        self._returned.add(message.properties.get("message_id", ""))
