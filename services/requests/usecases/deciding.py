"""Decisions: recommend, approve, reject, reopen. One decision per request: a second finds it decided."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from chassis.errors import Conflict
from services.requests.domain import rules
from services.requests.domain.life import Action
from services.requests.models import ServiceRequest
from services.requests.usecases import desk
from services.requests.usecases.desk import Grounds
from services.requests.usecases.moves import desk as desk_of
from services.requests.usecases.moves import move
from services.requests.usecases.news import Reason
from services.requests.usecases.occasion import Occasion


@dataclass(frozen=True)
class Decision:
    """What an officer decided, recommends or takes back, and why."""

    action: Action
    grounds: Grounds


def decide(session: Session, number: str, decision: Decision, occasion: Occasion) -> ServiceRequest:
    """Approve or reject.

    Raises Forbidden `decision.own_request` `decision.needs_supervisor` `decision.own_recommendation`, Conflict
    `request.already_decided` `conflict.stale` `decision.not_recommended` `request.not_yours`, Invalid
    `reason.required`.
    """
    action, grounds, actor = decision.action, decision.grounds, occasion.actor
    request = desk.lock_for(session, number, action, grounds.version, occasion)
    rules.require_decider(desk.entry_of(request).definition, action, desk_of(request), actor)
    desk.require_mine(request, occasion)
    reason = _reason(request, action, grounds)
    request.decided_at, request.decided_by = occasion.now, actor.id
    request.decider_civil_id = actor.person.get("civil_id")
    move(session, request, action, occasion, reason)
    desk.write_note(session, request, grounds.note, occasion)
    return request


def recommend(session: Session, number: str, decision: Decision, occasion: Occasion) -> ServiceRequest:
    """Say what a supervisor should decide; the request waits for one.

    Raises as decide, and Conflict `decision.already_recommended` `decision.one_officer`.
    """
    grounds, actor = decision.grounds, occasion.actor
    request = desk.lock_for(session, number, Action.RECOMMEND, grounds.version, occasion)
    if request.recommended_by is not None:
        raise Conflict("decision.already_recommended")
    desk.require_mine(request, occasion)
    reason = _reason(request, decision.action, grounds)
    request.recommended_at, request.recommended_by = occasion.now, actor.id
    request.recommendation = {
        "action": decision.action.value,
        "by": actor.name,
        "reason": reason.text or None,
    }
    request.officer_id = request.officer_name = None
    move(session, request, Action.RECOMMEND, occasion, reason)
    desk.write_note(session, request, grounds.note, occasion)
    return request


def reopen(session: Session, number: str, decision: Decision, occasion: Occasion) -> ServiceRequest:
    """Take a decision back, with a reason; the request lies on the supervisor's own desk then."""
    grounds = decision.grounds
    request = desk.lock_for(session, number, Action.REOPEN, grounds.version, occasion)
    reason = _reason(request, Action.REOPEN, grounds)
    request.officer_id, request.officer_name = occasion.actor.id, occasion.actor.name
    request.decided_at = request.decided_by = request.decider_civil_id = request.ended_at = None
    forget_recommendation(request)
    move(session, request, Action.REOPEN, occasion, reason)
    desk.write_note(session, request, grounds.note, occasion)
    return request


def forget_recommendation(request: ServiceRequest) -> None:
    """What was recommended does not hold any more: the request has changed."""
    nothing: Any = None
    request.recommended_at = request.recommended_by = request.recommendation = nothing


_NEEDS_REASON = frozenset({Action.REJECT, Action.REOPEN})


def _reason(request: ServiceRequest, action: Action, grounds: Grounds) -> Reason:
    entry = desk.entry_of(request)
    codes = entry.definition.rejection_reasons
    return desk.reason_of(entry, grounds, codes, is_required=action in _NEEDS_REASON)
