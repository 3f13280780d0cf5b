"""The printed request: what the paper says, in both languages, and the name of that content."""

import json
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from chassis.errors import Conflict
from services.requests.catalog import Entry
from services.requests.domain import numbers
from services.requests.domain.definition import Field
from services.requests.domain.fields import full_name
from services.requests.domain.life import Status
from services.requests.reference import Text
from services.requests.schemas import exam_papers, forms
from services.requests.usecases.reading import Details

ORDER_TIME = timedelta(minutes=5)  # a paper may be asked for again and again until it is made
SLIP = "admission_slip"


def dump_order(details: Details, kind: str) -> dict[str, Any]:
    """The order for a paper of one request. Raises Conflict `exam.not_on_final_list`."""
    if kind != SLIP:
        return make_order(kind, dump_paper(details))
    place = details.place
    if details.request.status != Status.ON_FINAL_LIST or place is None:
        raise Conflict("exam.not_on_final_list")
    return make_order(kind, exam_papers.slip(details.entry, details.request, place.candidate, place.hall))


def make_order(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """`{paper, key, data}`: the key is a digest of the data, so the same content is rendered once."""
    text = json.dumps([kind, data], sort_keys=True, ensure_ascii=False)
    return {"paper": kind, "key": sha256(text.encode()).hexdigest(), "data": data}


def dump_paper(details: Details) -> dict[str, Any]:
    """Labels and values. `printed_at` is the last change: a paper tells how things stood after it."""
    request, entry = details.request, details.entry
    words = entry.words
    return {
        "number": request.number,
        "service_name": entry.name,
        "status": forms.status_name(request.status),
        "submitted_at": forms.moment(request.submitted_at),
        "printed_at": forms.moment(request.updated_at),
        "verify_path": f"/requests/{numbers.dashed(request.number)}",
        "rows": [
            {"label": words.text("fields", field.name, "label"), "value": value}
            for field in entry.definition.fields
            if (value := _written(entry, field, request.fields.get(field.name)))
        ],
        "history": [
            {
                "status": forms.status_name(each.status),
                "at": forms.moment(each.at),
                "by": forms.role_name(each.actor_role),
            }
            for each in details.history
        ],
        "documents": [
            {"slot": words.text("slots", file.slot, "label"), "name": file.name} for file in details.files
        ],
    }


def _written(entry: Entry, field: Field, value: Any) -> str | Text | None:
    """The value as it is read; a choice in both languages."""
    if not value:
        return None
    if field.parts:
        return full_name(value)
    if field.choices:
        return entry.choice(field, value)
    if field.kind == "date":
        return forms.written_date(date.fromisoformat(value))
    return value
