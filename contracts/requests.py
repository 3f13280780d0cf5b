"""What requests publishes. `aggregate` is the request's number, `seq` its version."""

from dataclasses import dataclass
from typing import ClassVar

from contracts.events import Event


@dataclass(frozen=True, kw_only=True)
class RequestEvent(Event):
    """What every step of a request tells: enough for a sentence, no personal data."""

    NAME: ClassVar[str] = ""
    service_type: str
    service_name: dict[str, str]  # {ar, en}
    status: str


@dataclass(frozen=True, kw_only=True)
class RequestSubmitted(RequestEvent):
    """The applicant pressed Send."""

    NAME: ClassVar[str] = "requests.request_submitted"
    due_on: str  # ISO date by which the Bureau answers


@dataclass(frozen=True, kw_only=True)
class RequestClaimed(RequestEvent):
    """An officer took it up."""

    NAME: ClassVar[str] = "requests.request_claimed"


@dataclass(frozen=True, kw_only=True)
class RequestPreliminarilyApproved(RequestEvent):
    """The exam request was approved preliminarily; the announcement follows."""

    NAME: ClassVar[str] = "requests.request_preliminarily_approved"


@dataclass(frozen=True, kw_only=True)
class RequestRejected(RequestEvent):
    """Final. `reason` is a text of the officer or the words of `reason_code`, both languages."""

    NAME: ClassVar[str] = "requests.request_rejected"
    reason_code: str | None
    reason: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class RequestWithdrawn(RequestEvent):
    """The applicant took it back."""

    NAME: ClassVar[str] = "requests.request_withdrawn"


@dataclass(frozen=True, kw_only=True)
class DraftExpiring(RequestEvent):
    """An untouched draft will be removed on `removed_on` (ISO date)."""

    NAME: ClassVar[str] = "requests.draft_expiring"
    removed_on: str


@dataclass(frozen=True, kw_only=True)
class DocumentsDetached(Event):
    """These uploads belong to nothing any more: their files may go. `aggregate` is the request's number."""

    NAME: ClassVar[str] = "requests.documents_detached"
    document_ids: tuple[str, ...]


EVENTS: tuple[type[Event], ...] = (
    RequestSubmitted,
    RequestClaimed,
    RequestPreliminarilyApproved,
    RequestRejected,
    RequestWithdrawn,
    DraftExpiring,
    DocumentsDetached,
)
