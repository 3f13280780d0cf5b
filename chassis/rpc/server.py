"""The answering side of RPC, under Nameko: verify, check the deadline, run the method, answer, acknowledge."""

import inspect
import json
import time
from functools import partial
from typing import Any

import amqp
from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension

from chassis import grants, idempotency, logs
from chassis.actor import Actor
from chassis.amqp import MAX_BODY, Line
from chassis.consumer import Consumption, Subscription
from chassis.context import cancel_timer
from chassis.errors import Forbidden, Internal, Invalid, NotFound, PortalError, Unavailable
from chassis.failpoints import failpoint
from chassis.parking import Delivery, Parking
from chassis.rpc import wire
from chassis.signing import Verifier
from contracts.calls import METHODS, Kind, Method

log = logs.get(__name__)

CLAIM_SECONDS = 60
REPLY_SECONDS = 5.0


class Replies(SharedExtension):
    """Answers leave by a connection that does nothing else; a failure never reaches the container."""

    def setup(self) -> None:
        config = self.container.config["settings"]
        self._line = Line(config.AMQP_URL, f"{self.container.service_name} answers")

    def stop(self) -> None:
        self._line.close()

    def send(self, reply_to: str, call_id: str, body: bytes) -> None:
        """Send one answer; the caller finds out by its deadline when it cannot be sent."""
        message = amqp.Message(body, content_type="application/json", delivery_mode=1, correlation_id=call_id)
        for _attempt in range(2):
            try:
                self._line.publish(message, reply_to, until=time.monotonic() + REPLY_SECONDS)
                return
            except Unavailable:
                continue
        log.error("answer not sent")


class RpcServer(SharedExtension, ProviderCollector):
    """Consumes the service's queue and runs a worker per call."""

    consumption = Consumption()
    parking = Parking()
    replies = Replies()

    def __init__(self) -> None:
        super().__init__()
        self._entrypoints: dict[str, Rpc] = {}

    def register_provider(self, provider: "Rpc") -> None:
        super().register_provider(provider)
        self._entrypoints[provider.method_name] = provider

    def setup(self) -> None:
        config = self.container.config["settings"]
        self._service = self.container.service_name
        self._verifier = Verifier(config.BUS_KEYS_TRUSTED)
        queue = wire.queue_of(self._service)
        self.consumption.subscribe(Subscription(queue, config.RPC_PREFETCH, self.take))

    def start(self) -> None:
        self.consumption.start()

    def stop(self) -> None:
        self.consumption.cancel()
        super().stop()

    def take(self, message: Any) -> None:
        """One message: a call, or something that is not one and is parked."""
        reply_to = message.properties.get("reply_to") or ""
        call_id = message.properties.get("correlation_id") or ""
        if not reply_to.startswith(wire.REPLY_TO) or not call_id:
            self._put_aside(message)
            return
        try:
            self._start(message, partial(self._answer, message, reply_to, call_id))
        except PortalError as error:
            self._answer(message, reply_to, call_id, wire.refusal(error))
        except Exception:
            log.exception("call not started")
            self._answer(message, reply_to, call_id, wire.refusal(Internal("internal")))

    def _put_aside(self, message: Any) -> None:
        delivery = Delivery(message, wire.queue_of(self._service))
        log.error("not a call", extra={"length": len(delivery.body)})
        try:
            self.parking.park(delivery, "no reply address")
        except Unavailable:
            log.error("not parked")
        self.consumption.ack(message)

    def _start(self, message: Any, answer: Any) -> None:
        header, arguments = self._open(message)
        seconds = header.deadline - time.time()
        if seconds <= 0:  # nobody waits for it any more
            self.consumption.ack(message)
            return
        entrypoint = self._entrypoints.get(header.method)
        if entrypoint is None:
            raise NotFound("call.unknown_method")
        entrypoint.check(arguments)
        method = METHODS[self._service][header.method]
        if message.delivery_info.get("redelivered"):
            _refuse_second_attempt(method, header)
        self.container.spawn_worker(
            entrypoint,
            (),
            arguments,
            context_data={
                "actor": Actor.from_claim(header.actor),
                "idempotency": _idempotency(self._service, method, header, arguments),
                "trace_id": header.trace_id,
                "seconds": seconds,
            },
            handle_result=partial(self._finish, answer),
        )

    def _open(self, message: Any) -> tuple[wire.Header, dict[str, Any]]:
        body = message.body if isinstance(message.body, bytes) else message.body.encode()
        headers = message.properties.get("application_headers") or {}
        text = str(headers.get("call", ""))
        sender = self._verifier.sender(str(headers.get("signature", "")), wire.PURPOSE, text.encode(), body)
        if sender is None or len(body) > MAX_BODY:
            raise Forbidden("call.not_trusted")
        header = wire.Header.load(text)
        method = METHODS[self._service].get(header.method)
        if method is None or sender not in method.callers:
            raise Forbidden("call.not_allowed")
        if abs(time.time() - header.signed_at) > CLAIM_SECONDS:
            raise Forbidden("call.not_trusted")
        return header, json.loads(body)

    def _finish(self, answer: Any, worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        cancel_timer(worker_ctx)
        answer(_envelope(worker_ctx, result, exc_info))
        return result, exc_info

    def _answer(self, message: Any, reply_to: str, call_id: str, envelope: dict[str, Any]) -> None:
        try:
            body = wire.dump(envelope)
        except TypeError:
            log.exception("answer is not JSON")
            body = wire.dump(wire.refusal(Internal("internal")))
        if len(body) > MAX_BODY:
            log.error("answer too large", extra={"length": len(body)})
            body = wire.dump(wire.refusal(Internal("internal")))
        failpoint("before_reply")
        self.replies.send(reply_to, call_id, body)
        self.consumption.ack(message)


def _refuse_second_attempt(method: Method, header: wire.Header) -> None:
    """A message that comes again may have been worked on; only what is safe to repeat is repeated."""
    if method.kind is Kind.QUESTION or (method.kind is Kind.COMMAND and header.key):
        return
    raise Unavailable("bus.reply_lost")


def _idempotency(
    service: str, method: Method, header: wire.Header, arguments: dict[str, Any]
) -> idempotency.Call | None:
    if method.kind is not Kind.COMMAND or not header.key:
        return None
    account = header.actor.get("id") or "anonymous"
    body = idempotency.body_hash(_content(arguments))
    return idempotency.Call(account, f"{service}.{header.method}", header.key, body)


def _content(arguments: dict[str, Any]) -> dict[str, Any]:
    """What was sent, as it is the same when it is sent again: a repeated call brings a fresh grant."""
    grant = arguments.get("grant")
    return {**arguments, "grant": grants.subject(grant)} if isinstance(grant, str) else arguments


def _envelope(worker_ctx: Any, result: Any, exc_info: Any) -> dict[str, Any]:
    if exc_info is None:
        return wire.success(result)
    error = exc_info[1]
    if isinstance(error, idempotency.Replayed):
        return wire.outcome(error.outcome)
    if isinstance(error, PortalError):
        return wire.refusal(error)
    log.error("unforeseen", extra={"method": worker_ctx.entrypoint.method_name}, exc_info=exc_info)
    return wire.refusal(Internal("internal"))


class Rpc(Entrypoint):
    """An RPC method; who may call it stands in contracts/calls.py."""

    server = RpcServer()
    expected_exceptions = (PortalError, idempotency.Replayed)

    def setup(self) -> None:
        function = getattr(self.container.service_cls, self.method_name)
        self._signature = inspect.signature(function)
        self.server.register_provider(self)

    def check(self, arguments: Any) -> None:
        """Raises Invalid `call.arguments` when the method does not take these."""
        try:
            self._signature.bind(None, **arguments)
        except TypeError:
            raise Invalid("call.arguments") from None

    def stop(self) -> None:
        self.server.unregister_provider(self)


rpc = Rpc.decorator
