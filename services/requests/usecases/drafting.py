"""An applicant's draft: open, type, keep what could not be taken, ask whether it will do, throw away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from chassis import audit, ids, outbox
from chassis.clock import local_date
from chassis.errors import Conflict, Fault, Forbidden, Invalid
from services.requests.catalog import Entry, catalog
from services.requests.domain import checks, fields, numbers, rules
from services.requests.domain.correction import Unlocked
from services.requests.domain.definition import OneAtATime
from services.requests.domain.life import EDITABLE, Status
from services.requests.models import ServiceRequest
from services.requests.store import records
from services.requests.store import requests as store
from services.requests.usecases.correcting import find_unlocked, keep_unlocked
from services.requests.usecases.moves import (
    add_history,
    keep_alive,
    refresh_snapshot,
    require_version,
    touch,
)
from services.requests.usecases.news import documents_detached
from services.requests.usecases.occasion import Occasion


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a request is opened with; `about` holds the arguments that only some types take."""

    service_type: str
    office: str | None = None
    on_behalf_of: str | None = None
    about: Mapping[str, str]


TakeSerial = Callable[[str, int], int]


def open_request(
    session: Session, opening: Opening, occasion: Occasion, take_serial: TakeSerial
) -> ServiceRequest:
    """A new draft with its number. Raises Forbidden, Invalid, or the Conflict of the type's own rule."""
    entry, actor = catalog().get(opening.service_type), occasion.actor
    rules.require_filer(entry.definition, actor)
    _require_own_office(opening, occasion)
    values = _first_values(entry, opening, occasion)
    request = ServiceRequest(
        id=ids.new_id(),
        service_type=entry.definition.code,
        status=Status.DRAFT.value,
        version=1,
        office=actor.office,
        opened_by=actor.id,
        applicant_id=actor.id,
        legal_entity=actor.person["legal_entity"],
        civil_id=actor.person["civil_id"],
        account_name=actor.name,
        fields=values,
        raw={},
        opened_at=occasion.now,
        updated_at=occasion.now,
    )
    require_unblocked(session, entry, request, occasion)
    year = numbers.series_year(occasion.now)
    request.number = numbers.write(entry.definition.prefix, take_serial(entry.definition.prefix, year), year)
    refresh_snapshot(request)
    session.add(request)
    session.flush()
    add_history(session, request, "open", occasion)
    audit.record(session, actor, "request.open", request.number)
    return request


def save_fields(
    session: Session, number: str, given: Mapping[str, Any], version: int, occasion: Occasion
) -> ServiceRequest:
    """Any subset of the fields, taken whole or refused whole. Raises Invalid with a Fault per field."""
    request, unlocked = lock_editable(session, number, occasion)
    require_version(request, version)
    definition = catalog().get(request.service_type).definition
    _require_unlocked(given, unlocked)
    if unlocked is not None:
        keep_unlocked(session, request, given)
    request.fields = fields.read(definition, given, request.fields, occasion.today)
    request.raw = {name: text for name, text in request.raw.items() if name not in given}
    touch(request, occasion)
    refresh_snapshot(request)
    facts = {"fields": sorted(given), "version": request.version}
    audit.record(session, occasion.actor, "request.save", request.number, facts)
    return request


def keep_raw(session: Session, number: str, raw: Mapping[str, Any], version: int, occasion: Occasion) -> None:
    """Keep what was typed beside the draft, before anybody judges it. A stale page's text is not kept.

    Never refuses a draft's owner: whatever is wrong is told by the save that follows.
    """
    request = store.lock_visible(session, number, occasion.actor)
    definition = catalog().get(request.service_type).definition
    if request.status not in EDITABLE or request.version != version:
        return
    names = {field.name for field in definition.fields if field.typed}
    if request.status == Status.RETURNED:
        names &= find_unlocked(session, request, occasion).fields
    request.raw = {**request.raw, **{name: text for name, text in raw.items() if name in names}}
    keep_alive(request, occasion)


def delete_draft(session: Session, number: str, occasion: Occasion) -> None:
    """Throw a draft away; its number is not used again."""
    request = lock_draft(session, number, occasion)
    remove_request(session, request, occasion, "request.delete")


def remove_request(session: Session, request: ServiceRequest, occasion: Occasion, action: str) -> None:
    """Remove a locked draft with all that hangs on it; its files may go."""
    document_ids = records.list_all_document_ids(session, request.id)
    if document_ids:
        outbox.record(session, documents_detached(request, document_ids), occasion.actor)
    audit.record(session, occasion.actor, action, request.number)
    session.delete(request)


def list_checks(session: Session, number: str, occasion: Occasion) -> tuple[Entry, list[tuple[str, bool]]]:
    """Each of the type's checks and whether it passes now."""
    request = store.get_visible(session, number, occasion.actor)
    return check(session, request, occasion)


def check(
    session: Session, request: ServiceRequest, occasion: Occasion
) -> tuple[Entry, list[tuple[str, bool]]]:
    """The checks of a request: the applicant and the officer see the same list."""
    entry = catalog().get(request.service_type)
    case = checks.Case(
        definition=entry.definition,
        values=request.fields,
        files=records.list_files(session, request.id),
        legal_entity=request.legal_entity,
        is_blocked=_is_blocked(session, entry, request, occasion),
        today=occasion.today,
    )
    return entry, checks.answers(case)


def lock_editable(
    session: Session, number: str, occasion: Occasion
) -> tuple[ServiceRequest, Unlocked | None]:
    """A request of this person that may be changed, locked, and what of it: None is all of a draft.

    Raises NotFound, Conflict `request.not_draft`.
    """
    request = store.lock_visible(session, number, occasion.actor)
    if request.status not in EDITABLE:
        raise Conflict("request.not_draft", {"status": request.status})
    return request, find_unlocked(session, request, occasion) if request.status == Status.RETURNED else None


def lock_draft(session: Session, number: str, occasion: Occasion) -> ServiceRequest:
    """A draft of this person, locked. Raises NotFound, Conflict `request.not_draft`."""
    request = store.lock_visible(session, number, occasion.actor)
    if request.status != Status.DRAFT:
        raise Conflict("request.not_draft", {"status": request.status})
    return request


def require_unblocked(session: Session, entry: Entry, request: ServiceRequest, occasion: Occasion) -> None:
    """Raises the Conflict of the type's rule when an earlier request stands in the way."""
    rule = entry.definition.one_at_a_time
    if rule and _is_blocked(session, entry, request, occasion):
        raise Conflict(rule.code)


def _is_blocked(session: Session, entry: Entry, request: ServiceRequest, occasion: Occasion) -> bool:
    rule = entry.definition.one_at_a_time
    value = getattr(request, rule.fact) if rule else None
    if rule is None or value is None:
        return False
    key = rules.exclusive_key(entry.definition, Status.SUBMITTED, value)
    if key and store.is_key_taken(session, key, by_other_than=request.id):
        return True
    ended = store.list_ended(session, entry.definition.code, rule.fact, value)
    facts = [
        rules.Ended(Status(each.status), _counts_from(rule, each))
        for each in ended
        if each.id != request.id and each.ended_at
    ]
    days = getattr(occasion.settings, rule.setting) if rule.setting else {}
    return rules.still_blocks(rule, days, facts, occasion.today)


def _counts_from(rule: OneAtATime, ended: ServiceRequest) -> date | None:
    if rule.counts_from:
        return getattr(ended, rule.counts_from)
    return local_date(ended.ended_at) if ended.ended_at else None


def _require_unlocked(given: Mapping[str, Any], unlocked: Unlocked | None) -> None:
    locked = [] if unlocked is None else sorted(set(given) - unlocked.fields)
    if locked:
        faults = [Fault(fields.pointer(name), "field.locked") for name in locked]
        raise Invalid("input.invalid", faults=faults)


def _require_own_office(opening: Opening, occasion: Occasion) -> None:
    """Every type so far is filed in one's present company and for oneself."""
    actor = occasion.actor
    if opening.office not in (None, actor.office) or opening.on_behalf_of not in (None, actor.id):
        raise Forbidden("request.not_for_you")


def _first_values(entry: Entry, opening: Opening, occasion: Occasion) -> dict[str, Any]:
    """What the account tells, and what the request was opened with."""
    unasked = sorted(set(opening.about) - entry.definition.opened_with)
    if unasked:
        raise Invalid("input.invalid", faults=[Fault(f"/{name}", "field.unknown") for name in unasked])
    known = fields.known(entry.definition, occasion.actor.person, occasion.today)
    given = {name: value for name, value in opening.about.items() if entry.definition.find_field(name)}
    try:
        return fields.read(entry.definition, given, known, occasion.today)
    except Invalid as error:
        faults = [Fault(f.pointer.removeprefix("/fields"), f.code, f.facts) for f in error.faults]
        raise Invalid("input.invalid", faults=faults) from None
