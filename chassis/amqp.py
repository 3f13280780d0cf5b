"""Connections to the broker that fail in bounded time, for threads and green threads alike.

py-amqp leaves a connection blocked for ever when the broker is frozen. Every socket here has a time limit on each
read and write, and the kernel gives up on unacknowledged bytes after `GIVE_UP_MS`.
"""

import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import amqp
import kombu
from amqp.exceptions import AMQPError, RecoverableConnectionError
from kombu.exceptions import OperationalError

from chassis import logs
from chassis.errors import Unavailable

log = logs.get(__name__)

WRITE_SECONDS = 4.0
CONNECT_SECONDS = 3.0
REST_SECONDS = 0.5  # after a failed attempt, before the next one
GIVE_UP_MS = 5000
HEARTBEAT_SECONDS = 10
MAX_BODY = 1024 * 1024  # bytes; longer answers are pages, files never cross the bus

BROKEN = (OSError, AMQPError, OperationalError)


def connect(
    url: str,
    name: str,
    *,
    read_seconds: float,
    heartbeat: int = HEARTBEAT_SECONDS,
    connect_seconds: float = CONNECT_SECONDS,
) -> Any:
    """An open amqp.Connection whose reads raise socket.timeout after `read_seconds`. Raises one of BROKEN."""
    connection = kombu.Connection(
        url,
        heartbeat=heartbeat,
        connect_timeout=connect_seconds,
        transport_options={
            "read_timeout": WRITE_SECONDS,
            "write_timeout": WRITE_SECONDS,
            "socket_settings": {socket.TCP_USER_TIMEOUT: GIVE_UP_MS},
            "client_properties": {"connection_name": name},
        },
    )
    raw = connection.transport.establish_connection()
    # py-amqp reads the socket before each publish to look for this notice: only our reader may read.
    raw.client_properties["capabilities"]["connection.blocked"] = False
    raw.transport.sock.settimeout(read_seconds)
    raw.connect = _stay_closed  # py-amqp would quietly connect again where a closed connection is used
    return raw


def _stay_closed(*_arguments: Any, **_options: Any) -> None:
    raise RecoverableConnectionError("closed")


def abandon(raw: Any) -> None:
    """Drop a connection without a word to the broker, which may not be listening."""
    try:
        raw.transport.sock.shutdown(socket.SHUT_RDWR)
    except (*BROKEN, AttributeError):
        pass
    try:
        raw.collect()
    except BROKEN:
        pass


def pump(raw: Any, is_over: Callable[[], bool]) -> None:
    """Read frames until over, beating the heart meanwhile. Raises one of BROKEN."""
    ticked = monotonic()
    while not is_over():
        try:
            raw.blocking_read()
        except TimeoutError:
            pass
        if monotonic() - ticked > HEARTBEAT_SECONDS / 4:
            ticked = monotonic()
            raw.heartbeat_tick()


class Line:
    """One connection with one channel, opened when first needed and again after a loss.

    `on_open(channel)` prepares each new channel; `on_lost()` is told once per loss. Safe for many threads.
    """

    def __init__(
        self,
        url: str,
        name: str,
        on_open: Callable[[Any], None] | None = None,
        on_lost: Callable[[], None] | None = None,
    ):
        self._url, self._name = url, name
        self._on_open, self._on_lost = on_open, on_lost
        self._lock = threading.RLock()
        self._raw: Any = None
        self._channel: Any = None
        self._closed = False
        self._resting_until = 0.0

    def publish(
        self, message: amqp.Message, routing_key: str, *, until: float, mandatory: bool = False
    ) -> None:
        """Send to the default exchange, unconfirmed. Raises Unavailable `bus.unavailable`.

        A connection is opened only while there is time: `until` is a monotonic moment.
        """
        raw = self._raw
        try:
            channel = self._channel or self._open(until)
            raw = self._raw
            channel.basic_publish(message, exchange="", routing_key=routing_key, mandatory=mandatory)
        except (*BROKEN, AttributeError) as error:  # py-amqp has no connection left where one was collected
            self._lose(raw)
            raise Unavailable("bus.unavailable") from error

    def close(self) -> None:
        """Close for good."""
        with self._lock:
            self._closed = True
            raw, self._raw, self._channel = self._raw, None, None
        if raw is not None:
            abandon(raw)

    def _open(self, until: float) -> Any:
        if not self._lock.acquire(timeout=max(until - monotonic(), 0.001)):
            raise Unavailable("bus.unavailable")
        try:
            if self._closed or monotonic() < self._resting_until:
                raise Unavailable("bus.unavailable")
            if self._channel is None:
                self._connect(min(CONNECT_SECONDS, max(until - monotonic(), 0.1)))
            return self._channel
        finally:
            self._lock.release()

    def _connect(self, seconds: float) -> None:
        raw = None
        try:
            raw = connect(self._url, self._name, read_seconds=seconds, connect_seconds=seconds)
            channel = raw.channel()
            if self._on_open:
                self._on_open(channel)
        except BROKEN:
            self._resting_until = monotonic() + REST_SECONDS
            if raw is not None:
                abandon(raw)
            raise
        raw.transport.sock.settimeout(WRITE_SECONDS)
        self._raw, self._channel = raw, channel
        threading.Thread(target=self._read, args=(raw,), daemon=True, name=self._name).start()

    def _read(self, raw: Any) -> None:
        try:
            pump(raw, lambda: self._raw is not raw)
        except (*BROKEN, AttributeError) as error:
            if not self._closed:
                log.warning(
                    "connection lost", extra={"connection": self._name, "error": type(error).__name__}
                )
        self._lose(raw)

    def _lose(self, raw: Any) -> None:
        with self._lock:
            if raw is None or self._raw is not raw:
                return
            self._raw = self._channel = None
        abandon(raw)
        if self._on_lost:
            self._on_lost()


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
