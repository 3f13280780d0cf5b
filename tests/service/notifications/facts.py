"""News and contacts for tests."""

from datetime import datetime, timedelta
from typing import Any

from chassis import clock, ids
from chassis.events import Message
from contracts import identity, requests
from contracts.events import Event

SERVICE_NAME = {"ar": "طلب امتحان وكلاء التخليص", "en": "Clearing Agent Exam Request"}

REQUEST: dict[str, Any] = {
    "aggregate": "CE/8/26",
    "seq": 5,
    "service_type": "broker_exam",
    "service_name": SERVICE_NAME,
}
REASON = {"ar": "الصورة غير واضحة", "en": "The photo is not clear"}

RETURNED = requests.RequestReturned(
    **REQUEST, status="returned", items=2, reason=REASON, working_days=5, due_on="2026-12-07"
)
REOPENED = requests.RequestReopened(**REQUEST, status="under_review", reason=REASON)
OVERDUE = requests.RequestOverdue(**REQUEST, status="under_review", due_on="2026-12-07")
ANNOUNCED = requests.ExamAnnounced(
    aggregate="0190f3a2-7c1e-7000-8000-000000000001",
    seq=2,
    broker_type={"ar": "مخلص عام", "en": "General broker"},
    held_at="2026-12-10T06:00:00+00:00",
    place={"ar": "قاعة التدريب", "en": "Training Hall"},
    seats=30,
    confirm_until="2026-12-07T11:30:00+00:00",
)


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
    data |= {"reason_code": None, "reason": REASON}
    return news(requests.RequestRejected.NAME, *recipients, data=data, aggregate=number, seq=seq, **envelope)


def exam(event: type[requests.ExamEvent], **facts: Any) -> requests.ExamEvent:
    """News of an exam request about its session."""
    session = {"held_at": "2026-12-10T06:00:00+00:00", "place": {"ar": "قاعة التدريب", "en": "Training Hall"}}
    return event(**{**REQUEST, "status": "nominated", **session, **facts})


def told(event: Event, *recipients: str, **envelope: Any) -> Message:
    """An event as the chassis hands it to a handler."""
    return news(
        event.NAME, *recipients, data=event.data(), aggregate=event.aggregate, seq=event.seq, **envelope
    )


def code(sealed: str, channel: str = "email", minutes: int = 10, **envelope: Any) -> Message:
    """A code was issued."""
    data = {"channel": channel, "sealed": sealed, "minutes": minutes}
    return news(identity.CodeIssued.NAME, data=data, **envelope)


def later(**by: float) -> datetime:
    """A moment from now."""
    return clock.real_now() + timedelta(**by)
