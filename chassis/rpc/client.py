"""The RPC client: one connection, one reader, any number of callers; the same for threads and green threads."""

import itertools
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import amqp

from chassis import logs
from chassis.actor import Actor
from chassis.amqp import MAX_BODY, Line
from chassis.db import forbid_in_transaction
from chassis.errors import Internal, Invalid, Unavailable
from chassis.rpc import wire
from chassis.rpc.breaker import Breaker
from chassis.signing import Signer
from contracts.calls import METHODS, Kind

DEFAULT_SECONDS = 5.0
PATIENT_SECONDS = 1.0  # a call that could not wait this long says nothing about its service
_LOST = object()


@dataclass(frozen=True)
class Asking:
    """On whose behalf a call is made, and how long it may take (monotonic seconds)."""

    actor: Actor
    deadline: float
    key: str | None = None
    trace_id: str = ""


class _Waiter:
    """A lock that is released by the answer: cheaper than an event."""

    __slots__ = ("_lock", "answer")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()
        self.answer: Any = None

    def resolve(self, answer: Any) -> None:
        self.answer = answer
        self._lock.release()

    def wait(self, seconds: float) -> bool:
        return self._lock.acquire(timeout=max(seconds, 0.001))


class Caller:
    """Calls methods of services. Opens its connection at the first call, after any fork."""

    def __init__(self, sender: str, amqp_url: str, key: str):
        self.sender = sender
        self._signer = Signer(sender, key)
        self._line = Line(amqp_url, f"{sender} calls", on_open=self._prepare, on_lost=self._fail_all)
        self._waiting: dict[str, _Waiter] = {}
        self._ids = itertools.count(1)
        self._breaker = Breaker()

    def call(self, service: str, method: str, arguments: Mapping[str, Any], asking: Asking) -> Any:
        """The result of `service.method(**arguments)`.

        Raises the service's refusal, or Unavailable: `bus.unavailable` (not sent), `bus.reply_lost` (outcome
        unknown), `service.timeout` (outcome unknown), `service.unavailable` (not sent).
        """
        forbid_in_transaction("rpc")
        try:
            body = wire.dump(arguments)
        except UnicodeEncodeError:  # half of a character pair: JSON can say it, UTF-8 cannot
            raise Invalid("input.invalid") from None
        if len(body) > MAX_BODY:
            raise Invalid("input.too_large", {"maximum_bytes": MAX_BODY})
        is_repeatable = METHODS[service][method].kind is Kind.QUESTION or asking.key is not None
        while True:
            try:
                return self._ask(service, method, body, asking)
            except Unavailable as error:
                is_lost = error.code in ("bus.reply_lost", "bus.unavailable")
                if not (is_repeatable and is_lost and asking.deadline - time.monotonic() > 1):
                    raise
                time.sleep(0.2)

    def close(self) -> None:
        """Close the connection; callers still waiting fail."""
        self._line.close()
        self._fail_all()

    def _ask(self, service: str, method: str, body: bytes, asking: Asking) -> Any:
        self._breaker.check(service)
        seconds = asking.deadline - time.monotonic()
        if seconds <= 0:
            raise Unavailable("service.timeout", {"service": service})
        waiter = _Waiter()
        call_id = str(next(self._ids))
        self._waiting[call_id] = waiter
        try:
            message = self._message(call_id, method, body, asking, seconds)
            self._line.publish(message, wire.queue_of(service), until=asking.deadline, mandatory=True)
            if not waiter.wait(asking.deadline - time.monotonic()):
                if seconds >= PATIENT_SECONDS:
                    self._breaker.failed(service)
                raise Unavailable("service.timeout", {"service": service})
        finally:
            self._waiting.pop(call_id, None)
        self._breaker.answered(service)
        return _unpack(waiter.answer, service)

    def _message(
        self, call_id: str, method: str, body: bytes, asking: Asking, seconds: float
    ) -> amqp.Message:
        now = time.time()
        header = wire.Header(
            method=method,
            deadline=now + seconds,
            actor=asking.actor.to_claim(),
            trace_id=asking.trace_id or logs.trace_id.get(),
            key=asking.key,
            signed_at=now,
        ).dump()
        return amqp.Message(
            body,
            content_type="application/json",
            delivery_mode=1,
            reply_to=wire.REPLY_TO,
            correlation_id=call_id,
            expiration=str(int(seconds * 1000)),
            application_headers={
                "call": header.decode(),
                "signature": self._signer.sign(wire.PURPOSE, header, body),
            },
        )

    def _prepare(self, channel: Any) -> None:
        channel.events["basic_return"].add(self._returned)
        channel.basic_consume(wire.REPLY_TO, no_ack=True, callback=self._replied)

    def _replied(self, message: Any) -> None:
        self._resolve(message.properties.get("correlation_id"), message.body)

    def _returned(self, _error: Any, _exchange: str, _routing_key: str, message: Any) -> None:
        self._resolve(message.properties.get("correlation_id"), None)

    def _resolve(self, call_id: str | None, answer: Any) -> None:
        waiter = self._waiting.pop(call_id or "", None)
        if waiter is not None:
            waiter.resolve(answer)

    def _fail_all(self) -> None:
        for call_id in list(self._waiting):
            self._resolve(call_id, _LOST)


def _unpack(answer: Any, service: str) -> Any:
    if answer is _LOST:
        raise Unavailable("bus.reply_lost", {"service": service})
    if answer is None:
        raise Unavailable("service.unavailable", {"service": service})
    try:
        return wire.open_envelope(answer if isinstance(answer, bytes) else answer.encode())
    except (ValueError, KeyError, TypeError):
        raise Internal("internal") from None
