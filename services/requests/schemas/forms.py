"""Small forms that every answer shares: moments, dates, the words of a status."""

from datetime import UTC, date, datetime
from typing import Any

from chassis.clock import local_date
from services.requests import reference
from services.requests.catalog import Entry
from services.requests.domain import progress
from services.requests.domain.definition import Field
from services.requests.domain.life import WAITS_FOR, Status
from services.requests.models import Attachment, ServiceRequest
from services.requests.reference import Text


def moment(value: datetime | None) -> str | None:
    """RFC 3339 in UTC, to the millisecond."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(value: date | None) -> str | None:
    """YYYY-MM-DD."""
    return value.isoformat() if value else None


def day_of(value: datetime | None) -> str | None:
    """The day in Kuwait of a moment."""
    return day(local_date(value)) if value else None


def written_date(value: date | datetime) -> str:
    """DD/MM/YYYY in Kuwait, for paper."""
    return (local_date(value) if isinstance(value, datetime) else value).strftime("%d/%m/%Y")


def status_name(status: str) -> Text:
    """The word of a status."""
    return reference.statuses()[status]["name"]


def role_name(role: str) -> Text:
    """How a history names a role; one that it does not know is the system."""
    return reference.roles().get(role) or reference.roles()["system"]


def steps(entry: Entry, request: ServiceRequest) -> list[dict[str, Any]]:
    """The stepper: `[{status, name, state: done|now|next}]`."""
    way = progress.steps(entry.definition.path, *_place(request))
    return [{"status": s.value, "name": status_name(s), "state": state} for s, state in way]


def lines(entry: Entry, request: ServiceRequest) -> list[str]:
    """The statuses that a card shows."""
    return [status.value for status in progress.lines(entry.definition.path, *_place(request))]


def waiting_for(entry: Entry, request: ServiceRequest) -> dict[str, Any]:
    """`{who: applicant|bureau|nobody, text}`."""
    status = Status(request.status)
    return {"who": WAITS_FOR[status].value, "text": entry.status_words(status, "waiting_for")}


def field_value(field: Field, value: Any) -> Any:
    """An empty field is null, a name has all its parts."""
    return {part: (value or {}).get(part) for part in field.parts} if field.parts else value


def dump_file(file: Attachment) -> dict[str, Any]:
    """One file."""
    return {
        "id": file.id,
        "slot": file.slot,
        "name": file.name,
        "filename": file.filename,
        "state": file.state,
        "code": file.code,
        "content_type": file.content_type,
        "size": file.size,
        "uploaded_at": moment(file.attached_at),
    }


def applicant_name(request: ServiceRequest) -> Text:
    """The name on the form in both languages; for one that is missing the other, or the account's."""
    known = request.name_ar or request.name_en or request.account_name
    return {"ar": request.name_ar or known, "en": request.name_en or known}


def _place(request: ServiceRequest) -> tuple[Status, Status | None]:
    return Status(request.status), Status(request.reached) if request.reached else None
