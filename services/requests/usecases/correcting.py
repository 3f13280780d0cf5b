"""The correction loop: what an officer marked is unlocked; the answer is kept beside what stood there before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from chassis import ids, outbox
from contracts import requests as events
from services.requests.domain import correction, fields
from services.requests.domain.correction import Asked, Kind, Mark, Unlocked
from services.requests.domain.life import Action, Status
from services.requests.models import Correction, CorrectionMark, ServiceRequest
from services.requests.store import corrections, records
from services.requests.store import requests as store
from services.requests.usecases import desk, news, timing
from services.requests.usecases.deciding import forget_recommendation
from services.requests.usecases.desk import Grounds
from services.requests.usecases.moves import move
from services.requests.usecases.news import Telling
from services.requests.usecases.occasion import Occasion


@dataclass(frozen=True)
class Return:
    """What an officer wants mended, why, and how many working days there are for it."""

    asked: Sequence[Asked]
    working_days: int | None
    grounds: Grounds


def return_request(session: Session, number: str, wanted: Return, occasion: Occasion) -> ServiceRequest:
    """Give it back to be corrected. Raises as a decision does, and Invalid as `correction.read` does."""
    grounds = wanted.grounds
    request = desk.lock_for(session, number, Action.RETURN, grounds.version, occasion)
    desk.require_mine(request, occasion)
    entry = desk.entry_of(request)
    slot_of_file = {file.id: file.slot for file in records.list_files(session, request.id)}
    marks = correction.read(entry.definition, wanted.asked, slot_of_file, has_reason=grounds.are_given)
    reason = desk.reason_of(entry, grounds, entry.definition.correction_reasons, is_required=False)
    opened = _open(session, request, wanted, reason, occasion)
    session.add_all(_record(session, request, opened, mark) for mark in marks)
    forget_recommendation(request)
    told = {
        "items": len(marks),
        "reason": reason.text or None,
        "working_days": opened.working_days,
        "due_on": str(opened.due_on),
    }
    move(session, request, Action.RETURN, occasion, reason, telling=Telling(events.RequestReturned, told))
    desk.write_note(session, request, grounds.note, occasion)
    return request


def find_unlocked(session: Session, request: ServiceRequest, occasion: Occasion) -> Unlocked:
    """What the applicant of a returned request may change: what was marked, and what has lapsed meanwhile."""
    opened = corrections.find_open(session, request.id)
    marked = correction.unlocked(corrections.list_marks(session, opened.id) if opened else ())
    definition = desk.entry_of(request).definition
    faults = fields.faults_before_send(definition, request.fields, occasion.today)
    lapsed = {fault.pointer.split("/")[2] for fault in faults}
    return Unlocked(marked.fields | lapsed, marked.slots)


def keep_unlocked(session: Session, request: ServiceRequest, names: Iterable[str]) -> None:
    """A field that is open only because it lapsed is marked when it is first changed: it stays open, and the
    officer finds old beside new."""
    opened = corrections.find_open(session, request.id)
    if opened is None:
        return
    marked = correction.unlocked(corrections.list_marks(session, opened.id)).fields
    for name in sorted(set(names) - marked):
        before = _state(session, request, Kind.FIELD, name)
        session.add(CorrectionMark(correction_id=opened.id, kind=Kind.FIELD, target=name, before=before))


def answer(session: Session, request: ServiceRequest, occasion: Occasion) -> None:
    """The applicant sends it again: keep what stands there now."""
    opened = corrections.find_open(session, request.id)
    if opened is None:
        return
    for mark in corrections.list_marks(session, opened.id):
        mark.after = _state(session, request, mark.kind, mark.target)
    opened.answered_at = occasion.now
    request.corrections += 1


def was_there_before(session: Session, request: ServiceRequest, document_id: str) -> bool:
    """Whether an officer saw this file when he marked its slot: then it is kept as a version."""
    opened = corrections.find_open(session, request.id)
    marks = corrections.list_marks(session, opened.id) if opened else ()
    return any(document_id in mark.before.get("files", ()) for mark in marks)


def due_reminders(session: Session, limit: int, occasion: Occasion) -> list[str]:
    """Ids of requests whose correction is due tomorrow."""
    return corrections.list_to_remind(session, occasion.today, limit)


def remind(session: Session, request_id: str, occasion: Occasion) -> None:
    """Tell once that the last day is near."""
    request = store.lock_by_id(session, request_id)
    opened = corrections.find_open(session, request_id)
    if request is None or opened is None or opened.reminded_at is not None:
        return
    opened.reminded_at = occasion.now
    telling = Telling(events.CorrectionDue, {"due_on": str(opened.due_on)})
    outbox.record(session, news.make(request, telling), occasion.actor)


def due_lapses(session: Session, limit: int, occasion: Occasion) -> list[str]:
    """Ids of requests whose correction came to nothing."""
    return corrections.list_lapsed(session, occasion.today, limit)


def lapse(session: Session, request_id: str, occasion: Occasion) -> None:
    """The last day is over."""
    request = store.lock_by_id(session, request_id)
    opened = corrections.find_open(session, request_id)
    if request is None or opened is None or opened.due_on >= occasion.today:
        return
    if request.status == Status.RETURNED:
        telling = Telling(events.RequestLapsed, {"cause": "correction"})
        move(session, request, Action.LAPSE, occasion, telling=telling)


def _open(
    session: Session, request: ServiceRequest, wanted: Return, reason: news.Reason, occasion: Occasion
) -> Correction:
    working_days = wanted.working_days or occasion.settings.CORRECTION_DAYS
    due_on = timing.after(session, working_days, occasion)
    opened = Correction(
        id=ids.new_id(),
        request_id=request.id,
        message=reason.text or None,
        working_days=working_days,
        due_on=due_on,
        remind_on=due_on - timedelta(days=1),
        returned_at=occasion.now,
    )
    session.add(opened)
    session.flush()
    return opened


def _record(session: Session, request: ServiceRequest, opened: Correction, mark: Mark) -> CorrectionMark:
    grounds = Grounds(reason_code=mark.reason_code, reason=mark.note)
    entry = desk.entry_of(request)
    codes = entry.definition.correction_reasons
    reason = desk.reason_of(entry, grounds, codes, is_required=False)
    return CorrectionMark(
        correction_id=opened.id,
        kind=mark.kind.value,
        target=mark.target,
        reason_code=mark.reason_code,
        reason=reason.text or None,
        before=_state(session, request, mark.kind, mark.target),
    )


def _state(session: Session, request: ServiceRequest, kind: str, target: str) -> dict[str, Any]:
    if kind == Kind.FIELD:
        return {"value": request.fields.get(target)}
    return {"files": [file.id for file in records.list_files(session, request.id) if file.slot == target]}
