"""What requests publishes. `aggregate` is the request's number, `seq` its version."""

from dataclasses import dataclass
from typing import Any, ClassVar

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
class RequestApproved(RequestEvent):
    """The Bureau decided: licensing makes it so, and answers whether it could."""

    NAME: ClassVar[str] = "requests.request_approved"
    effect: str  # such as license.renew
    license_number: str
    effect_data: dict[str, Any]  # what the effect needs: the `data` that `licensing.check` was asked with


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
class RequestReturned(RequestEvent):
    """The applicant has to mend what was marked, by `due_on` (ISO date)."""

    NAME: ClassVar[str] = "requests.request_returned"
    items: int
    reason: dict[str, str] | None  # the officer's message for the whole, if there is one
    working_days: int
    due_on: str


@dataclass(frozen=True, kw_only=True)
class CorrectionDue(RequestEvent):
    """The correction is due on `due_on` (ISO date), which is near."""

    NAME: ClassVar[str] = "requests.correction_due"
    due_on: str


@dataclass(frozen=True, kw_only=True)
class RequestLapsed(RequestEvent):
    """A deadline passed: that of a `correction` or of a `confirmation`."""

    NAME: ClassVar[str] = "requests.request_lapsed"
    cause: str


@dataclass(frozen=True, kw_only=True)
class RequestReopened(RequestEvent):
    """A supervisor took the decision back: the request is under review again."""

    NAME: ClassVar[str] = "requests.request_reopened"
    reason: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class RequestOverdue(RequestEvent):
    """The Bureau should have decided by `due_on` (ISO date). For supervisors."""

    NAME: ClassVar[str] = "requests.request_overdue"
    due_on: str


@dataclass(frozen=True, kw_only=True)
class ExamAnnounced(Event):
    """A session was announced. `aggregate` is the session's id; moments are RFC 3339."""

    NAME: ClassVar[str] = "requests.exam_announced"
    broker_type: dict[str, str]  # {ar, en}
    held_at: str
    place: dict[str, str]
    seats: int
    confirm_until: str


@dataclass(frozen=True, kw_only=True)
class ExamEvent(RequestEvent):
    """News of one exam request about the session that it is in."""

    NAME: ClassVar[str] = ""
    held_at: str
    place: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class CandidateNominated(ExamEvent):
    """A seat is reserved until `confirm_until`."""

    NAME: ClassVar[str] = "requests.candidate_nominated"
    confirm_until: str


@dataclass(frozen=True, kw_only=True)
class CandidateWaitListed(ExamEvent):
    """The seats are taken; `position` is the place in the waiting list, from 1."""

    NAME: ClassVar[str] = "requests.candidate_wait_listed"
    position: int


@dataclass(frozen=True, kw_only=True)
class SeatOffered(ExamEvent):
    """A seat fell free and is reserved until `confirm_until`."""

    NAME: ClassVar[str] = "requests.seat_offered"
    confirm_until: str


@dataclass(frozen=True, kw_only=True)
class AttendanceConfirmed(ExamEvent):
    """The candidate will come."""

    NAME: ClassVar[str] = "requests.attendance_confirmed"


@dataclass(frozen=True, kw_only=True)
class CandidateListed(ExamEvent):
    """The final list is fixed and the candidate is on it; the admission slip can be printed."""

    NAME: ClassVar[str] = "requests.candidate_listed"


@dataclass(frozen=True, kw_only=True)
class CandidateNotSeated(ExamEvent):
    """No seat fell free: the preliminary approval stands, for the next session."""

    NAME: ClassVar[str] = "requests.candidate_not_seated"


@dataclass(frozen=True, kw_only=True)
class ExamMoved(ExamEvent):
    """The session has another date or place. `confirm_until` is there when attendance has to be confirmed anew."""

    NAME: ClassVar[str] = "requests.exam_moved"
    confirm_until: str | None


@dataclass(frozen=True, kw_only=True)
class ExamCancelled(ExamEvent):
    """The session will not be held: the preliminary approval stands, for the next one."""

    NAME: ClassVar[str] = "requests.exam_cancelled"


@dataclass(frozen=True, kw_only=True)
class ExamResult(ExamEvent):
    """What every result tells; `score` is of 100, if one was given."""

    NAME: ClassVar[str] = ""
    score: int | None


@dataclass(frozen=True, kw_only=True)
class ExamPassed(ExamResult):
    """The candidate passed."""

    NAME: ClassVar[str] = "requests.exam_passed"


@dataclass(frozen=True, kw_only=True)
class ExamFailed(ExamResult):
    """The candidate did not pass."""

    NAME: ClassVar[str] = "requests.exam_failed"


@dataclass(frozen=True, kw_only=True)
class ExamMissed(ExamResult):
    """The candidate did not come."""

    NAME: ClassVar[str] = "requests.exam_missed"


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
    RequestApproved,
    RequestRejected,
    RequestWithdrawn,
    RequestReturned,
    CorrectionDue,
    RequestLapsed,
    RequestReopened,
    RequestOverdue,
    ExamAnnounced,
    CandidateNominated,
    CandidateWaitListed,
    SeatOffered,
    AttendanceConfirmed,
    CandidateListed,
    CandidateNotSeated,
    ExamMoved,
    ExamCancelled,
    ExamPassed,
    ExamFailed,
    ExamMissed,
    DraftExpiring,
    DocumentsDetached,
)
