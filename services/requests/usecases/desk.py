"""What every step of an officer on a request asks first: is it his, is it there to be decided, why."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from chassis import audit
from chassis.errors import Conflict, Fault, Invalid
from services.requests.catalog import Entry, catalog
from services.requests.domain import rules
from services.requests.domain.life import Action, Status, next_status
from services.requests.models import Note, ServiceRequest
from services.requests.store import requests as store
from services.requests.usecases.moves import concern, require_version
from services.requests.usecases.news import NO_REASON, Reason
from services.requests.usecases.occasion import Occasion


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """Why an officer does something, as he gave it. `note` is for the other officers."""

    version: int | None = None
    reason_code: str | None = None
    reason: str | None = None
    note: str | None = None

    @property
    def are_given(self) -> bool:
        """Whether there is a reason at all."""
        return bool(self.reason_code or self.reason)


def entry_of(request: ServiceRequest) -> Entry:
    """The service type of a request."""
    return catalog().get(request.service_type)


def lock_for(
    session: Session, number: str, action: Action, version: int | None, occasion: Occasion
) -> ServiceRequest:
    """A sent request on which this officer may take the step, whoever has it.

    Raises NotFound, Forbidden `decision.own_request`, Conflict `request.already_decided` `conflict.stale`.
    """
    request = store.lock_sent(session, number)
    rules.require_disinterested(concern(request), occasion.actor)
    require_step(request, action)
    require_version(request, version)
    return request


def require_step(request: ServiceRequest, action: Action) -> None:
    """Raises Conflict where the table has no such step."""
    next_status(entry_of(request).definition.moves, action, Status(request.status))


def require_mine(request: ServiceRequest, occasion: Occasion) -> None:
    """Raises Conflict `request.not_yours` unless this officer has it."""
    if request.officer_id != occasion.actor.id:
        raise Conflict("request.not_yours", {"officer": request.officer_name})


def reason_of(entry: Entry, grounds: Grounds, codes: tuple[str, ...], *, is_required: bool) -> Reason:
    """The words of the code, or the officer's own. Raises Invalid `reason.required`."""
    code, text = grounds.reason_code, grounds.reason
    if code is not None and code not in codes:
        raise Invalid("input.invalid", faults=[Fault("/reason_code", "field.not_a_choice")])
    if is_required and not grounds.are_given:
        raise Invalid("reason.required", faults=[Fault("/reason", "reason.required")])
    if text:
        return Reason(code, {"ar": text, "en": text})
    return Reason(code, entry.words.text("reasons", code, "text")) if code else NO_REASON


def write_note(session: Session, request: ServiceRequest, text: str | None, occasion: Occasion) -> None:
    """Add a word to the other officers, if there is one."""
    if not text:
        return
    actor = occasion.actor
    note = Note(request_id=request.id, at=occasion.now, by_id=actor.id, by_name=actor.name, text=text)
    session.add(note)
    audit.record(session, actor, "request.note", request.number)
