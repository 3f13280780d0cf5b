"""Connections to the broker that fail in bounded time, for threads and green threads alike.

py-amqp leaves a connection blocked for ever when the broker is frozen. Every socket here has a time limit on each
read and write, and the kernel gives up on unacknowledged bytes after `GIVE_UP_MS`.
"""

import socket
import threading
from collections.abc import Callable
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
