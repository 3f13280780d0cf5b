"""Papers of an exam: the admission slip of one candidate, the sheets of the hall."""

from typing import Any

from services.requests import reference
from services.requests.catalog import Entry
from services.requests.domain import numbers
from services.requests.models import Candidate, ExamSession, ServiceRequest
from services.requests.schemas import forms
from services.requests.store.exams import Seated


def slip(entry: Entry, request: ServiceRequest, candidate: Candidate, hall: ExamSession) -> dict[str, Any]:
    """What the candidate brings to the hall."""
    address = f"/office/exams/{hall.id}/attendance?code={candidate.code}"
    return {
        **_head(hall, f"{hall.number}-{candidate.seat}", address),
        "number": request.number,
        "service_name": entry.name,
        "name_ar": request.name_ar,
        "name_en": request.name_en,
        "civil_id": request.civil_id,
        "seat": candidate.seat,
        "attendance_code": candidate.code,
    }


def attendance_sheet(hall: ExamSession, listed: list[Seated]) -> dict[str, Any]:
    """Who signs in the hall."""
    rows = [{**_row(*pair), "civil_id": pair[1].civil_id} for pair in listed]
    return {**_sheet(hall, "A"), "rows": rows}


def final_list(hall: ExamSession, listed: list[Seated]) -> dict[str, Any]:
    """Who may sit the exam."""
    return {**_sheet(hall, "F"), "rows": [_row(*pair) for pair in listed]}


SHEETS = {"attendance_sheet": attendance_sheet, "final_list": final_list}


def _sheet(hall: ExamSession, letter: str) -> dict[str, Any]:
    head = _head(hall, f"{hall.number}-{letter}", f"/exam-announcements/{hall.id}")
    return {**head, "number": numbers.dashed(hall.number)}


def _head(hall: ExamSession, serial: str, verify_path: str) -> dict[str, Any]:
    return {
        "serial": serial,
        "outgoing_on": forms.day_of(hall.closed_at),
        "verify_path": verify_path,
        "broker_type": reference.broker_types()[hall.broker_type],
        "held_at": forms.moment(hall.held_at),
        "place": {"ar": hall.place_ar, "en": hall.place_en},
    }


def _row(candidate: Candidate, request: ServiceRequest) -> dict[str, Any]:
    names = {"name_ar": request.name_ar, "name_en": request.name_en}
    return {"seat": candidate.seat, "number": request.number, **names}
