"""One step in the life of a request: the table decides, history, audit and news are saved with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis import arabic, audit, outbox
from chassis.errors import Conflict, Forbidden
from contracts import requests as news
from services.requests.catalog import Entry, catalog
from services.requests.domain import rules
from services.requests.domain.fields import full_name
from services.requests.domain.life import ENDED, Action, Status, next_status
from services.requests.models import HistoryEntry, ServiceRequest
from services.requests.usecases.occasion import Occasion


@dataclass(frozen=True)
class Reason:
    """Why: a code of the definition's list, or words of the officer or applicant."""

    code: str | None = None
    text: dict[str, str] = field(default_factory=dict)


NO_REASON = Reason()

_OWN_REQUEST = ("ck_service_request_decider_is_no_party", "ck_service_request_decider_is_another_person")


def move(
    session: Session,
    request: ServiceRequest,
    action: Action,
    occasion: Occasion,
    reason: Reason = NO_REASON,
) -> None:
    """Take the locked request where the action leads. Raises Conflict where the table has no such step."""
    entry = catalog().get(request.service_type)
    definition = entry.definition
    status = next_status(definition.moves, action, Status(request.status))
    request.status = status.value
    if status in definition.path:
        request.reached = status.value
    if status in ENDED:
        request.ended_at = occasion.now
    if definition.one_at_a_time:
        fact = getattr(request, definition.one_at_a_time.fact)
        request.exclusive_key = rules.exclusive_key(definition, status, fact)
    touch(request, occasion)
    add_history(session, request, action.value, occasion, reason)
    _flush(session, entry)
    audit.record(
        session, occasion.actor, f"request.{action.value}", request.number, _audited(request, reason)
    )
    tell = _NEWS.get((action, status))
    if tell:
        outbox.record(session, tell(_facts(entry, request), request, reason), occasion.actor)


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


def recipients(request: ServiceRequest) -> tuple[str, ...]:
    """Who is told: whoever filed, and the subject."""
    return tuple(dict.fromkeys((request.submitted_by or request.opened_by, request.applicant_id)))


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
        if constraint in _OWN_REQUEST:
            raise Forbidden("decision.own_request") from error
        rule = entry.definition.one_at_a_time
        if rule is None or constraint != "uq_service_request_exclusive_key":
            raise
        raise Conflict(rule.code) from error


def _audited(request: ServiceRequest, reason: Reason) -> dict[str, Any]:
    facts: dict[str, Any] = {"status": request.status, "version": request.version}
    return {**facts, "reason_code": reason.code} if reason.code else facts


def _facts(entry: Entry, request: ServiceRequest) -> dict[str, Any]:
    return {
        "aggregate": request.number,
        "seq": request.version,
        "recipients": recipients(request),
        "service_type": request.service_type,
        "service_name": entry.name,
        "status": request.status,
    }


def draft_expiring(entry: Entry, request: ServiceRequest) -> news.DraftExpiring:
    """The news that an untouched draft will go."""
    return news.DraftExpiring(**_facts(entry, request), removed_on=str(request.expires_on))


def documents_detached(request: ServiceRequest, document_ids: list[str]) -> news.DocumentsDetached:
    """The news that these files belong to nothing any more."""
    return news.DocumentsDetached(
        aggregate=request.number,
        seq=request.version,
        document_ids=tuple(document_ids),
    )


def _submitted(facts: dict[str, Any], request: ServiceRequest, _reason: Reason) -> news.RequestSubmitted:
    return news.RequestSubmitted(**facts, due_on=str(request.due_on))


def _rejected(facts: dict[str, Any], _request: ServiceRequest, reason: Reason) -> news.RequestRejected:
    return news.RequestRejected(**facts, reason_code=reason.code, reason=reason.text)


def _plain(event: type[news.RequestEvent]) -> Callable[..., news.RequestEvent]:
    return lambda facts, _request, _reason: event(**facts)


_NEWS: dict[tuple[Action, Status], Callable[..., news.RequestEvent]] = {
    (Action.SUBMIT, Status.SUBMITTED): _submitted,
    (Action.WITHDRAW, Status.WITHDRAWN): _plain(news.RequestWithdrawn),
    (Action.CLAIM, Status.UNDER_REVIEW): _plain(news.RequestClaimed),
    (Action.APPROVE, Status.PRELIMINARILY_APPROVED): _plain(news.RequestPreliminarilyApproved),
    (Action.REJECT, Status.REJECTED): _rejected,
}
