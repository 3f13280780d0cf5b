"""What a step tells, and to whom: one table from steps to events."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts import requests as news
from services.requests.catalog import catalog
from services.requests.domain.life import Action, Status
from services.requests.models import ServiceRequest


@dataclass(frozen=True)
class Reason:
    """Why: a code of the definition's list, or words of the officer or applicant."""

    code: str | None = None
    text: dict[str, str] = field(default_factory=dict)


NO_REASON = Reason()


@dataclass(frozen=True)
class Telling:
    """The event of one step, with the facts that only its use case knows."""

    event: type[news.RequestEvent]
    facts: Mapping[str, Any] = field(default_factory=dict)


STEPS: dict[tuple[Action, Status], type[news.RequestEvent]] = {
    (Action.SUBMIT, Status.SUBMITTED): news.RequestSubmitted,
    (Action.WITHDRAW, Status.WITHDRAWN): news.RequestWithdrawn,
    (Action.CLAIM, Status.UNDER_REVIEW): news.RequestClaimed,
    (Action.APPROVE, Status.PRELIMINARILY_APPROVED): news.RequestPreliminarilyApproved,
    (Action.REJECT, Status.REJECTED): news.RequestRejected,
    (Action.REOPEN, Status.UNDER_REVIEW): news.RequestReopened,
}

# Facts that every step of the kind has at hand.
_OWN: dict[type[news.RequestEvent], Callable[[ServiceRequest, Reason], dict[str, Any]]] = {
    news.RequestSubmitted: lambda request, _reason: {"due_on": str(request.due_on)},
    news.RequestRejected: lambda _request, reason: {"reason_code": reason.code, "reason": reason.text},
    news.RequestReopened: lambda _request, reason: {"reason": reason.text},
}


def make(request: ServiceRequest, telling: Telling, reason: Reason = NO_REASON) -> news.RequestEvent:
    """The event about the request as it is now."""
    own = _OWN.get(telling.event)
    facts = {
        "aggregate": request.number,
        "seq": request.version,
        "recipients": recipients(request),
        "service_type": request.service_type,
        "service_name": catalog().get(request.service_type).name,
        "status": request.status,
        **(own(request, reason) if own else {}),
        **telling.facts,
    }
    return telling.event(**facts)


def recipients(request: ServiceRequest) -> tuple[str, ...]:
    """Who is told: whoever filed, and the subject."""
    return tuple(dict.fromkeys((request.submitted_by or request.opened_by, request.applicant_id)))


def documents_detached(request: ServiceRequest, document_ids: list[str]) -> news.DocumentsDetached:
    """The news that these files belong to nothing any more."""
    return news.DocumentsDetached(
        aggregate=request.number,
        seq=request.version,
        document_ids=tuple(document_ids),
    )
