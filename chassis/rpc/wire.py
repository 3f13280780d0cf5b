"""The form of a call on the bus: one JSON body of keyword arguments, one signed header, one envelope back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.errors import PortalError, from_wire

PURPOSE = "call"
REPLY_TO = "amq.rabbitmq.reply-to"


def queue_of(service: str) -> str:
    """The queue a service answers from."""
    return f"rpc-{service}"


@dataclass(frozen=True)
class Header:
    """What travels beside the arguments, signed together with them. `deadline` is Unix time in seconds."""

    method: str
    deadline: float
    actor: dict[str, Any]
    trace_id: str = ""
    key: str | None = None  # idempotency key
    signed_at: float = 0.0

    def dump(self) -> bytes:
        """JSON bytes, as signed."""
        return dump(vars(self))

    @classmethod
    def load(cls, text: str) -> "Header":
        """The header. Raises ValueError or TypeError when it is not one."""
        return cls(**json.loads(text))


def dump(value: Any) -> bytes:
    """Compact JSON bytes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def success(result: Any) -> dict[str, Any]:
    """The envelope of an answer."""
    return {"ok": True, "result": result}


def refusal(error: PortalError) -> dict[str, Any]:
    """The envelope of a refusal."""
    return {"ok": False, "error": error.to_wire()}


def outcome(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The envelope of an outcome kept under an idempotency key."""
    if "error" in stored:
        return {"ok": False, "error": stored["error"]}
    return success(stored["result"])


def open_envelope(body: bytes) -> Any:
    """The result. Raises the error that the envelope carries."""
    envelope = json.loads(body)
    if envelope["ok"]:
        return envelope["result"]
    raise from_wire(envelope["error"])
