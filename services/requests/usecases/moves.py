"""One step in the life of a request: the table decides, history, audit and news are saved with it."""

from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis import arabic, audit, outbox
from chassis.errors import Conflict, Forbidden
from services.requests.catalog import Entry, catalog
from services.requests.domain import rules
from services.requests.domain.fields import full_name
from services.requests.domain.life import CLOCK_RUNS, ENDED, Action, Status, next_status
from services.requests.models import HistoryEntry, ServiceRequest
from services.requests.store import corrections
from services.requests.usecases import news, timing
from services.requests.usecases.news import NO_REASON, STEPS, Reason, Telling
from services.requests.usecases.occasion import Occasion

# What the database itself refuses, whatever the code before it thought.
_FORBIDDEN = {
    "ck_service_request_decider_is_no_party": "decision.own_request",
    "ck_service_request_decider_is_another_person": "decision.own_request",
    "ck_service_request_two_officers": "decision.own_recommendation",
}


def move(
    session: Session,
    request: ServiceRequest,
    action: Action,
    occasion: Occasion,
    reason: Reason = NO_REASON,
    *,
    telling: Telling | None = None,
) -> None:
    """Take the locked request where the action leads. Raises Conflict where the table has no such step.

    `telling` replaces the event that the step tells by itself.
    """
    entry = catalog().get(request.service_type)
    definition = entry.definition
    before = Status(request.status)
    status = next_status(definition.moves, action, before)
    request.status = status.value
    if status in definition.path:
        request.reached = status.value
    if status in ENDED:
        request.ended_at = occasion.now
    if before is Status.RETURNED:
        corrections.end_open(session, request.id, occasion.now)
    if definition.one_at_a_time:
        fact = getattr(request, definition.one_at_a_time.fact)
        request.exclusive_key = rules.exclusive_key(definition, status, fact)
    touch(request, occasion)
    add_history(session, request, action.value, occasion, reason)
    _flush(session, entry)
    if status in CLOCK_RUNS and before not in CLOCK_RUNS:
        timing.restart(session, request, occasion)
    audit.record(
        session, occasion.actor, f"request.{action.value}", request.number, _audited(request, reason)
    )
    step = STEPS.get((action, status))
    telling = telling or (Telling(step) if step else None)
    if telling:
        outbox.record(session, news.make(request, telling, reason), occasion.actor)


def touch(request: ServiceRequest, occasion: Occasion) -> None:
    """Count a change."""
    request.version += 1
    keep_alive(request, occasion)


def keep_alive(request: ServiceRequest, occasion: Occasion) -> None:
    """Somebody worked on it: a draft's time starts anew. The version stays: nothing that is decided on changed."""
    request.updated_at = occasion.now
    request.expires_on = None


def add_history(
    session: Session, request: ServiceRequest, action: str, occasion: Occasion, reason: Reason = NO_REASON
) -> None:
    """Append to the history what the request is now."""
    entry = HistoryEntry(
        request_id=request.id,
        version=request.version,
        action=action,
        status=request.status,
        at=occasion.now,
        actor_id=occasion.actor.id,
        actor_role="system" if occasion.actor.kind == "system" else occasion.actor.role,
        actor_name=occasion.actor.name,
        reason_code=reason.code,
        reason=reason.text or None,
    )
    session.add(entry)


def require_version(request: ServiceRequest, version: int | None) -> None:
    """Raises Conflict `conflict.stale` when somebody changed the request meanwhile. None asks for no check."""
    if version is not None and version != request.version:
        raise Conflict("conflict.stale", {"current_version": request.version})


def refresh_snapshot(request: ServiceRequest) -> None:
    """What lists show and searches look at, from the fields as they are now."""
    request.name_ar = full_name(request.fields.get("name_ar"))
    request.name_en = full_name(request.fields.get("name_en"))
    names = (
        [request.name_ar, request.name_en] if request.name_ar or request.name_en else [request.account_name]
    )
    words = [request.number, request.civil_id, request.license_number or "", *names]
    request.search = " " + arabic.fold(" ".join(words))


def desk(request: ServiceRequest) -> rules.Desk:
    """On whose desk it lies."""
    return rules.Desk(request.officer_id, request.recommended_by)


def concern(request: ServiceRequest) -> rules.Concern:
    """Whom the request concerns."""
    accounts = {request.opened_by, request.applicant_id, request.submitted_by or request.opened_by}
    return rules.Concern(frozenset(accounts), request.civil_id)


def _flush(session: Session, entry: Entry) -> None:
    """Write now, so that a parallel twin meets the unique index here and not at the commit."""
    try:
        session.flush()
    except IntegrityError as error:
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", "")
        if constraint in _FORBIDDEN:
            raise Forbidden(_FORBIDDEN[constraint]) from error
        rule = entry.definition.one_at_a_time
        if rule is None or constraint != "uq_service_request_exclusive_key":
            raise
        raise Conflict(rule.code) from error


def _audited(request: ServiceRequest, reason: Reason) -> dict[str, Any]:
    facts: dict[str, Any] = {"status": request.status, "version": request.version}
    return {**facts, "reason_code": reason.code} if reason.code else facts
