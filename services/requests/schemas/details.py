"""A request as its applicant and as an officer sees it, and as one line of a list."""

from datetime import date
from typing import Any

from chassis.clock import local_date
from services.requests.catalog import Entry
from services.requests.domain import fields, files, offers
from services.requests.domain.life import CLOCK_RUNS, EDITABLE, Action, Status
from services.requests.models import HistoryEntry, Note, ServiceRequest
from services.requests.reference import Text
from services.requests.schemas import corrections, exams, forms
from services.requests.schemas.types import dump_slot
from services.requests.usecases.moves import concern, desk
from services.requests.usecases.occasion import Occasion
from services.requests.usecases.reading import Details, Review


def dump_summary(entry: Entry, request: ServiceRequest) -> dict[str, Any]:
    """One line of a list."""
    return {
        "number": request.number,
        "service_type": request.service_type,
        "service_name": entry.name,
        "status": request.status,
        "status_name": forms.status_name(request.status),
        "version": request.version,
        "applicant_name": forms.applicant_name(request),
        "license_number": request.license_number,
        "opened_at": forms.moment(request.opened_at),
        "submitted_at": forms.moment(request.submitted_at),
        "updated_at": forms.moment(request.updated_at),
        "due_on": forms.day(_due_on(request)),
        "steps": forms.steps(entry, request),
        "lines": forms.lines(entry, request),
        "waiting_for": forms.waiting_for(entry, request),
    }


def dump_request(details: Details, occasion: Occasion) -> dict[str, Any]:
    """All that the applicant sees."""
    request, entry = details.request, details.entry
    status = Status(request.status)
    return {
        **dump_summary(entry, request),
        "explanation": entry.status_words(status, "explanation"),
        "office": request.office,
        "civil_id": request.civil_id,
        "fields": dump_fields(entry, request),
        "raw": request.raw,
        "documents": _dump_slots(details),
        "status_history": [_dump_history(each, is_own=True) for each in details.history],
        "allowed_actions": _offers(details, occasion),
        "next_page": _next_page(details, occasion.today),
        "clock": _dump_clock(details),
        "unlocked": {
            "fields": sorted(details.unlocked.fields),
            "slots": sorted(details.unlocked.slots),
        },
        "correction": corrections.dump(details) if status is Status.RETURNED else None,
        "exam": exams.dump_place(details.place),
        "expires_on": forms.day(request.expires_on),
    }


def dump_queue_item(entry: Entry, request: ServiceRequest, today: date) -> dict[str, Any]:
    """One line of a queue."""
    return {
        **dump_summary(entry, request),
        "civil_id": request.civil_id,
        "officer": _officer(request),
        "age_days": (today - local_date(request.submitted_at)).days if request.submitted_at else 0,
        "overdue": _is_overdue(request, today),
        "recommended": request.recommended_by is not None,
        "corrected": request.corrections > 0,
    }


def dump_review(review: Review, occasion: Occasion) -> dict[str, Any]:
    """All that an officer sees. What other officers noted and recommend is not shown to whom the request concerns."""
    details, actor = review.details, occasion.actor
    request, entry = details.request, details.entry
    about = concern(request)
    status = Status(request.status)
    is_own = about.touches(actor)
    notes = [] if is_own else review.notes
    return {
        **dump_request(details, occasion),
        **dump_queue_item(entry, request, occasion.today),
        "raw": {},
        "next_page": None,
        "checks": [_dump_check(entry, code, passed) for code, passed in review.checks],
        "notes": [_dump_note(note) for note in notes],
        "status_history": [
            {**_dump_history(each, is_own=is_own), "by": each.actor_name} for each in details.history
        ],
        "allowed_actions": offers.to_officer(entry.definition, status, desk(request), about, actor),
        "correction": corrections.dump(details),
        "changes": corrections.dump_changes(review),
        "recommendation": None if is_own else _dump_recommendation(request),
        "two_officers": sorted(entry.definition.two_officers),
        "approval_leads_to": entry.definition.moves[Action.APPROVE, Status.UNDER_REVIEW],
        "duplicates": [_dump_duplicate(other) for other in review.duplicates],
    }


def dump_checks(entry: Entry, answers: list[tuple[str, bool]]) -> dict[str, Any]:
    """`{items: [{code, passed, message, fix}]}`."""
    return {"items": [_dump_check(entry, code, passed) for code, passed in answers]}


def dump_fields(entry: Entry, request: ServiceRequest) -> dict[str, Any]:
    """Every field of the definition."""
    return {
        field.name: forms.field_value(field, request.fields.get(field.name))
        for field in entry.definition.fields
    }


def _dump_slots(details: Details) -> list[dict[str, Any]]:
    return [
        {
            "slot": slot.code,
            **{key: value for key, value in dump_slot(details.entry, slot).items() if key != "code"},
            "files": [forms.dump_file(file) for file in details.files if file.slot == slot.code],
        }
        for slot in details.entry.definition.slots
    ]


def _offers(details: Details, occasion: Occasion) -> list[str]:
    """What the table allows, without a confirmation whose deadline is over."""
    offered = offers.to_applicant(details.entry.definition, Status(details.request.status))
    place = details.place
    deadline = place.candidate.confirm_until if place else None
    is_late = deadline is not None and deadline <= occasion.now
    return [each for each in offered if not (is_late and each == Action.CONFIRM_ATTENDANCE)]


def _dump_clock(details: Details) -> dict[str, Any] | None:
    clock = details.clock
    if clock is None:
        return None
    return {
        "target_days": clock.target,
        "spent_days": clock.spent,
        "paused_days": clock.paused,
        "is_running": clock.is_running,
    }


def _dump_recommendation(request: ServiceRequest) -> dict[str, Any] | None:
    told = request.recommendation
    return {**told, "at": forms.moment(request.recommended_at)} if told else None


def _dump_history(each: HistoryEntry, *, is_own: bool) -> dict[str, Any]:
    """Whose own business it is learns why it was decided, not why something was recommended."""
    is_told = not (is_own and each.action == Action.RECOMMEND)
    return {
        "status": each.status,
        "status_name": forms.status_name(each.status),
        "action": each.action,
        "at": forms.moment(each.at),
        "by_role": each.actor_role,
        "by_role_name": forms.role_name(each.actor_role),
        "reason_code": each.reason_code if is_told else None,
        "reason": each.reason if is_told else None,
    }


def _dump_duplicate(other: ServiceRequest) -> dict[str, Any]:
    return {
        "number": other.number,
        "status": other.status,
        "status_name": forms.status_name(other.status),
        "submitted_at": forms.moment(other.submitted_at),
        "applicant_name": forms.applicant_name(other),
    }


def _dump_check(entry: Entry, code: str, passed: bool) -> dict[str, Any]:
    def word(key: str) -> Text:
        return entry.words.text("checks", code, key)

    return {"code": code, "passed": passed, "message": word("message"), "fix": word("fix")}


def _dump_note(note: Note) -> dict[str, Any]:
    return {"at": forms.moment(note.at), "by": note.by_name, "text": note.text}


def _officer(request: ServiceRequest) -> dict[str, Any] | None:
    return {"id": request.officer_id, "name": request.officer_name} if request.officer_id else None


def _due_on(request: ServiceRequest) -> date | None:
    """A due date binds the Bureau, and only until it has decided."""
    return request.due_on if request.status in CLOCK_RUNS else None


def _is_overdue(request: ServiceRequest, today: date) -> bool:
    due = _due_on(request)
    return due is not None and due < today


def _next_page(details: Details, today: date) -> str | None:
    """Where a draft goes on: the first page with something missing, then the documents, then the check."""
    request, definition = details.request, details.entry.definition
    if request.status not in EDITABLE:
        return None
    if request.status == Status.RETURNED:
        return _first_unlocked(details)
    faults = fields.faults_before_send(definition, request.fields, today)
    open_fields = {fault.pointer.split("/")[2] for fault in faults} | set(request.raw)
    for page in definition.pages:
        if open_fields & set(page.fields):
            return page.name
    return "documents" if files.faults_before_send(definition, details.files) else "check"


def _first_unlocked(details: Details) -> str:
    """Where correcting begins."""
    pages = (
        page.name for page in details.entry.definition.pages if details.unlocked.fields & set(page.fields)
    )
    return next(pages, "documents" if details.unlocked.slots else "check")
