"""The Bureau's work: queues, taking requests up, handing them back, notes, decisions."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from chassis import audit
from chassis.errors import Conflict, Fault, Invalid, NotFound
from contracts.permissions import Role
from services.requests.catalog import Entry, catalog
from services.requests.domain import rules
from services.requests.domain.life import Action, Status, next_status
from services.requests.models import Note, ServiceRequest
from services.requests.store import lists
from services.requests.store import requests as store
from services.requests.usecases.moves import NO_REASON, Reason, concern, move, require_version
from services.requests.usecases.occasion import Occasion


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What an officer decided, and why. `note` is for the other officers."""

    action: Action
    version: int | None = None
    reason_code: str | None = None
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class QueuePage:
    """A page of a queue with the size of each queue."""

    requests: list[ServiceRequest]
    next: str | None
    counts: dict[str, int]


def list_queue(
    session: Session,
    queue: str,
    filters: lists.Filters,
    limit: int,
    cursor: str | None,
    *,
    occasion: Occasion,
) -> QueuePage:
    """What stands in a queue. The counts are of whole queues, whatever the filters."""
    officer_id = occasion.actor.id
    condition = lists.queue_condition(queue, officer_id, occasion.today)
    rows, following = lists.list_queue(session, queue, filters, limit, cursor, condition=condition)
    return QueuePage(rows, following, lists.count_queues(session, officer_id, occasion.today))


def take_next(session: Session, service_type: str | None, occasion: Occasion) -> ServiceRequest:
    """Take up the longest waiting request. Raises NotFound `queue.empty`."""
    request = lists.lock_next_waiting(session, occasion.actor, service_type)
    if request is None:
        raise NotFound("queue.empty")
    _assign(session, request, Action.CLAIM, occasion)
    return request


def claim(
    session: Session, number: str, version: int | None, *, take_over: bool, occasion: Occasion
) -> ServiceRequest:
    """Take a request up; one's own again changes nothing; another officer's only by taking it over."""
    request = store.lock_sent(session, number)
    rules.require_disinterested(concern(request), occasion.actor)
    if request.status == Status.UNDER_REVIEW and request.officer_id == occasion.actor.id:
        return request
    is_anothers = request.status == Status.UNDER_REVIEW
    action = Action.TAKE_OVER if is_anothers else Action.CLAIM
    _require_step(request, action)
    require_version(request, version)
    if is_anothers and not take_over:
        raise Conflict("request.not_yours", {"officer": request.officer_name})
    _assign(session, request, action, occasion)
    return request


def unassign(session: Session, number: str, occasion: Occasion) -> ServiceRequest:
    """Hand it back to the queue; its officer may, and a supervisor."""
    request = store.lock_sent(session, number)
    _require_step(request, Action.UNASSIGN)
    if request.officer_id != occasion.actor.id and Role.SUPERVISOR not in occasion.actor.roles:
        raise Conflict("request.not_yours", {"officer": request.officer_name})
    request.officer_id = request.officer_name = None
    move(session, request, Action.UNASSIGN, occasion)
    return request


def add_note(session: Session, number: str, text: str, occasion: Occasion) -> ServiceRequest:
    """A word to the other officers. Raises Forbidden on a request that concerns the writer."""
    request = store.lock_sent(session, number)
    rules.require_disinterested(concern(request), occasion.actor)
    _note(session, request, text, occasion)
    return request


def decide(session: Session, number: str, decision: Decision, occasion: Occasion) -> ServiceRequest:
    """Approve or reject. One decision per request: a second finds it decided.

    Raises Forbidden `decision.own_request`, Conflict `request.already_decided` `conflict.stale`
    `request.not_yours`, Invalid `reason.required`.
    """
    request, actor = store.lock_sent(session, number), occasion.actor
    rules.require_disinterested(concern(request), actor)
    _require_step(request, decision.action)
    require_version(request, decision.version)
    if request.officer_id != actor.id:
        raise Conflict("request.not_yours", {"officer": request.officer_name})
    entry = _entry(request)
    reason = _reason_of(entry, decision)
    request.decided_at, request.decided_by = occasion.now, actor.id
    request.decider_civil_id = actor.person.get("civil_id")
    move(session, request, decision.action, occasion, reason)
    if decision.note:
        _note(session, request, decision.note, occasion)
    return request


def _assign(session: Session, request: ServiceRequest, action: Action, occasion: Occasion) -> None:
    request.officer_id, request.officer_name = occasion.actor.id, occasion.actor.name
    move(session, request, action, occasion)


def _note(session: Session, request: ServiceRequest, text: str, occasion: Occasion) -> None:
    actor = occasion.actor
    note = Note(request_id=request.id, at=occasion.now, by_id=actor.id, by_name=actor.name, text=text)
    session.add(note)
    audit.record(session, actor, "request.note", request.number)


def _reason_of(entry: Entry, decision: Decision) -> Reason:
    """The words of the code, or the officer's own. Raises Invalid when a rejection has neither."""
    code, text = decision.reason_code, decision.reason
    if code is not None and code not in entry.definition.rejection_reasons:
        raise Invalid("input.invalid", faults=[Fault("/reason_code", "field.not_a_choice")])
    if decision.action is Action.REJECT and not code and not text:
        raise Invalid("reason.required", faults=[Fault("/reason", "reason.required")])
    if text:
        return Reason(code, {"ar": text, "en": text})
    return Reason(code, entry.words.text("reasons", code, "text")) if code else NO_REASON


def _require_step(request: ServiceRequest, action: Action) -> None:
    next_status(_entry(request).definition.moves, action, Status(request.status))


def _entry(request: ServiceRequest) -> Entry:
    return catalog().get(request.service_type)
