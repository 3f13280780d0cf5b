"""Exam sessions, candidates and announcements as they are answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chassis import cursors
from chassis.actor import Actor
from contracts.permissions import EXAMINERS
from services.requests import reference
from services.requests.domain.exam import SessionState, Step, possible_steps
from services.requests.domain.life import Status
from services.requests.models import Candidate, ExamSession, ServiceRequest
from services.requests.schemas import forms
from services.requests.store.exams import Seated
from services.requests.usecases.occasion import Occasion
from services.requests.usecases.reading import Place
from services.requests.usecases.sessions import Line, View

_COUNTED = (
    Status.NOMINATED,
    Status.WAITING_LISTED,
    Status.ATTENDANCE_CONFIRMED,
    Status.ON_FINAL_LIST,
    Status.LAPSED,
    Status.WITHDRAWN,
)
_SHEETS = ("attendance_sheet", "final_list")


def dump_announcement(hall: ExamSession) -> dict[str, Any]:
    """What anybody may see."""
    return {
        "id": hall.id,
        "number": hall.number,
        "broker_type": hall.broker_type,
        "broker_type_name": reference.broker_types()[hall.broker_type],
        "held_at": forms.moment(hall.held_at),
        "place_ar": hall.place_ar,
        "place_en": hall.place_en,
        "place": {"ar": hall.place_ar, "en": hall.place_en},
        "seats": hall.seats,
        "confirm_until": forms.moment(hall.confirm_until),
        "state": hall.state,
        "state_name": reference.exam_states()[hall.state],
        "announced_at": forms.moment(hall.announced_at),
    }


def dump_session(view: View, occasion: Occasion) -> dict[str, Any]:
    """What the Bureau sees. Entered results are shown to whoever entered them, and to all once they are out."""
    hall = view.hall
    is_shown = hall.published_at is not None or hall.results_by == occasion.actor.id
    return {
        **dump_announcement(hall),
        "version": hall.version,
        "closed_at": forms.moment(hall.closed_at),
        "counts": {
            "candidates": sum(view.counts.values()),
            **{status.value: view.counts.get(status, 0) for status in _COUNTED},
            "attended": view.attended,
        },
        "results": {
            "entered_by": hall.results_by_name,
            "entered_at": forms.moment(hall.results_at),
            "confirmed_by": hall.confirmed_by_name,
            "confirmed_at": forms.moment(hall.confirmed_at),
            "published_at": forms.moment(hall.published_at),
            "rows": [_dump_result(*pair) for pair in view.rows] if is_shown else [],
        },
        "eligible": view.eligible,
        "allowed_actions": _actions(hall, occasion.actor, occasion.now),
    }


def dump_candidate(pair: Seated, hall: ExamSession, waiting: int | None = None) -> dict[str, Any]:
    """One line of the list."""
    candidate, request = pair
    is_out = hall.published_at is not None
    return {
        "number": request.number,
        "name_ar": request.name_ar,
        "name_en": request.name_en,
        "civil_id": request.civil_id,
        "mobile": request.fields.get("mobile"),
        "position": candidate.position,
        "seat": candidate.seat,
        "status": request.status,
        "status_name": forms.status_name(request.status),
        "confirm_until": forms.moment(candidate.confirm_until),
        "waiting_position": waiting,
        "attended_at": forms.moment(candidate.attended_at),
        "outcome": candidate.outcome if is_out else None,
        "score": candidate.score if is_out else None,
    }


def dump_place(place: Place | None) -> dict[str, Any] | None:
    """`exam` of a request."""
    if place is None or place.candidate.left_at is not None:
        return None
    candidate, hall = place.candidate, place.hall
    is_out = hall.published_at is not None
    return {
        "session_id": hall.id,
        "held_at": forms.moment(hall.held_at),
        "place_ar": hall.place_ar,
        "place_en": hall.place_en,
        "confirm_until": forms.moment(candidate.confirm_until),
        "waiting_position": place.waiting,
        "outcome": candidate.outcome if is_out else None,
        "score": candidate.score if is_out else None,
    }


def page(items: list[dict[str, Any]], size: int, halls: Sequence[ExamSession]) -> dict[str, Any]:
    """A page of sessions; one more than `size` was asked for."""
    is_more = len(halls) > size
    last = halls[size - 1] if is_more else None
    following = cursors.encode([last.held_at.isoformat(), last.id]) if last else None
    return {"items": items[:size], "next": following}


def page_of_candidates(lines: Sequence[Line], size: int, hall: ExamSession) -> dict[str, Any]:
    """A page of candidates; one more than `size` was asked for."""
    shown = lines[:size]
    following = cursors.encode([shown[-1].pair[0].position]) if len(lines) > size else None
    return {"items": [dump_candidate(line.pair, hall, line.waiting) for line in shown], "next": following}


def _dump_result(candidate: Candidate, request: ServiceRequest) -> dict[str, Any]:
    return {"number": request.number, "outcome": candidate.outcome, "score": candidate.score}


def _actions(hall: ExamSession, actor: Actor, now: datetime) -> list[str]:
    """What this officer may do now, as words of the API."""
    sheets = list(_SHEETS) if hall.closed_at is not None and hall.state != SessionState.CANCELLED else []
    if not actor.roles & EXAMINERS:
        return sheets
    steps = possible_steps(SessionState(hall.state), hall.held_at, now)
    if hall.results_by == actor.id:
        steps = [step for step in steps if step is not Step.CONFIRM_RESULTS]
    return [step.value for step in steps] + sheets
