"""The Bureau's work: queues, taking requests up, handing them back or to somebody, notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from chassis.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from contracts import requests as events
from contracts.permissions import DECIDERS, Role
from services.requests.domain import rules
from services.requests.domain.life import Action, Status
from services.requests.models import Officer, ServiceRequest
from services.requests.store import bureau, lists
from services.requests.store import requests as store
from services.requests.usecases import desk
from services.requests.usecases.moves import concern, move, require_version
from services.requests.usecases.news import Telling
from services.requests.usecases.occasion import Occasion


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
    condition = lists.queue_condition(queue, occasion.actor, occasion.today)
    rows, following = lists.list_queue(session, queue, filters, limit, cursor, condition=condition)
    return QueuePage(rows, following, lists.count_queues(session, occasion.actor, occasion.today))


def take_next(session: Session, service_type: str | None, occasion: Occasion) -> ServiceRequest:
    """Take up the longest waiting request. Raises NotFound `queue.empty`."""
    request = lists.lock_next_waiting(session, occasion.actor, service_type)
    if request is None:
        raise NotFound("queue.empty")
    _take(session, request, occasion)
    return request


def claim(
    session: Session, number: str, version: int | None, *, take_over: bool, occasion: Occasion
) -> ServiceRequest:
    """Take a request up; one's own again changes nothing; another officer's only by taking it over."""
    request = store.lock_sent(session, number)
    rules.require_disinterested(concern(request), occasion.actor)
    is_mine = request.officer_id == occasion.actor.id
    if request.status == Status.UNDER_REVIEW and is_mine:
        return request
    desk.require_step(request, Action.TAKE_OVER)
    require_version(request, version)
    if request.officer_id is not None and not (is_mine or take_over):
        raise Conflict("request.not_yours", {"officer": request.officer_name})
    _take(session, request, occasion)
    return request


def unassign(session: Session, number: str, occasion: Occasion) -> ServiceRequest:
    """Hand it back to the queue; its officer may, and a supervisor."""
    request = desk.lock_for(session, number, Action.UNASSIGN, None, occasion)
    if request.officer_id != occasion.actor.id and Role.SUPERVISOR not in occasion.actor.roles:
        raise Conflict("request.not_yours", {"officer": request.officer_name})
    request.officer_id = request.officer_name = None
    move(session, request, Action.UNASSIGN, occasion)
    return request


def assign(
    session: Session, number: str, officer_id: str, version: int | None, occasion: Occasion
) -> ServiceRequest:
    """Give it to an officer. Raises Invalid `officer.unknown`, Forbidden when it is that officer's own business."""
    request = desk.lock_for(session, number, Action.ASSIGN, version, occasion)
    officer = bureau.find_officer(session, officer_id)
    if officer is None or not DECIDERS & frozenset(officer.roles):
        raise Invalid("input.invalid", faults=[Fault("/officer", "officer.unknown")])
    if officer.id in concern(request).accounts:
        raise Forbidden("decision.own_request")
    _give(session, request, Action.ASSIGN, (officer.id, officer.name), occasion)
    return request


def list_officers(session: Session) -> Sequence[Officer]:
    """Whom a request can be given to."""
    return bureau.list_officers(session, frozenset(DECIDERS))


def note_officer(session: Session, officer_id: str, told: Mapping[str, Any], seq: int) -> None:
    """Identity told of somebody of the Bureau."""
    bureau.note_officer(session, officer_id, told["name"], told["roles"], seq)


def add_note(session: Session, number: str, text: str, occasion: Occasion) -> ServiceRequest:
    """A word to the other officers. Raises Forbidden on a request that concerns the writer."""
    request = store.lock_sent(session, number)
    rules.require_disinterested(concern(request), occasion.actor)
    desk.write_note(session, request, text, occasion)
    return request


def _take(session: Session, request: ServiceRequest, occasion: Occasion) -> None:
    is_fresh = request.officer_id in (None, occasion.actor.id) and request.status == Status.SUBMITTED
    action = Action.CLAIM if is_fresh else Action.TAKE_OVER
    _give(session, request, action, (occasion.actor.id, occasion.actor.name), occasion)


def _give(
    session: Session, request: ServiceRequest, action: Action, officer: tuple[str, str], occasion: Occasion
) -> None:
    is_news = request.status == Status.SUBMITTED
    request.officer_id, request.officer_name = officer
    move(session, request, action, occasion, telling=Telling(events.RequestClaimed) if is_news else None)
