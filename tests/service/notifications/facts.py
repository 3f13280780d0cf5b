"""News and contacts for tests."""

from datetime import datetime, timedelta
from typing import Any

from chassis import clock, ids
from chassis.events import Message
from contracts import identity, requests

SERVICE_NAME = {"ar": "طلب امتحان وكلاء التخليص", "en": "Clearing Agent Exam Request"}


def contact(account_id: str, **changes: Any) -> dict[str, Any]:
    """What identity says of an account: its address is made of its id; ids that begin with `en` read English."""
    return {
        "id": account_id,
        "name": "فاطمة العلي",
        "email": f"{account_id}@people.example",
        "mobile": "+96550001234",
        "language": "en" if account_id.startswith("en") else "ar",
        "verified": True,
        **changes,
    }


def news(event: str, *recipients: str, data: dict[str, Any] | None = None, **envelope: Any) -> Message:
    """A message as the chassis hands it to a handler."""
    values: dict[str, Any] = {
        "id": ids.new_id(),
        "name": event,
        "v": 1,
        "at": clock.now().isoformat(),
        "aggregate": "account-1",
        "seq": 1,
        "actor": {"kind": "person", "id": "somebody", "office": None},
        "trace_id": "trace-1",
        "language": "ar",
        "recipients": list(recipients) or ["account-1"],
        "data": data or {},
    }
    return Message(**{**values, **envelope})


def submitted(*recipients: str, number: str = "CE/8/26", seq: int = 2, **envelope: Any) -> Message:
    """A request was sent."""
    data = {"service_type": "broker_exam", "service_name": SERVICE_NAME, "status": "submitted"}
    data["due_on"] = "2026-12-07"
    return news(requests.RequestSubmitted.NAME, *recipients, data=data, aggregate=number, seq=seq, **envelope)


def rejected(*recipients: str, number: str = "CE/8/26", seq: int = 4, **envelope: Any) -> Message:
    """A request was rejected with the officer's own words."""
    data: dict[str, Any] = {"service_type": "broker_exam", "service_name": SERVICE_NAME, "status": "rejected"}
    data |= {"reason_code": None, "reason": {"ar": "الصورة غير واضحة", "en": "The photo is not clear"}}
    return news(requests.RequestRejected.NAME, *recipients, data=data, aggregate=number, seq=seq, **envelope)


def code(sealed: str, channel: str = "email", minutes: int = 10, **envelope: Any) -> Message:
    """A code was issued."""
    data = {"channel": channel, "sealed": sealed, "minutes": minutes}
    return news(identity.CodeIssued.NAME, data=data, **envelope)


def later(**by: float) -> datetime:
    """A moment from now."""
    return clock.real_now() + timedelta(**by)
