"""A correction as its applicant and as an officer sees it: what is to be mended, and old beside new."""

from collections.abc import Mapping
from typing import Any

from services.requests.catalog import Entry
from services.requests.domain.correction import Kind
from services.requests.domain.definition import Field
from services.requests.models import Attachment, CorrectionMark
from services.requests.reference import Text
from services.requests.schemas import forms
from services.requests.usecases.reading import Details, Review


def dump(details: Details) -> dict[str, Any] | None:
    """The last correction; None when there was none."""
    if details.correction is None:
        return None
    told = details.correction.correction
    return {
        "items": [_dump_mark(details.entry, mark) for mark in details.correction.marks],
        "message": told.message,
        "working_days": told.working_days,
        "due_on": forms.day(told.due_on),
        "returned_at": forms.moment(told.returned_at),
        "answered_at": forms.moment(told.answered_at),
    }


def dump_changes(review: Review) -> list[dict[str, Any]]:
    """What an answered correction changed: `{field|slot, label, before, after, reason}`."""
    correcting = review.details.correction
    if correcting is None or correcting.correction.answered_at is None:
        return []
    files = {file.id: file for file in review.versions}
    return [_dump_change(review.details.entry, mark, files) for mark in correcting.marks]


def _dump_mark(entry: Entry, mark: CorrectionMark) -> dict[str, Any]:
    return {
        "kind": mark.kind,
        "target": mark.target,
        "label": _label(entry, mark),
        "reason_code": mark.reason_code,
        "reason": mark.reason,
    }


def _dump_change(entry: Entry, mark: CorrectionMark, files: Mapping[str, Attachment]) -> dict[str, Any]:
    field = entry.definition.find_field(mark.target) if mark.kind == Kind.FIELD else None
    return {
        mark.kind: mark.target,
        "label": _label(entry, mark),
        "before": _state(field, mark.before, files),
        "after": _state(field, mark.after or {}, files),
        "reason": mark.reason,
    }


def _state(field: Field | None, kept: Mapping[str, Any], files: Mapping[str, Attachment]) -> Any:
    """A field's value, or the files that lay in a slot and are still kept."""
    if field is not None:
        return forms.field_value(field, kept.get("value"))
    return [forms.dump_file(files[each]) for each in kept.get("files", ()) if each in files]


def _label(entry: Entry, mark: CorrectionMark) -> Text:
    group = "fields" if mark.kind == Kind.FIELD else "slots"
    return entry.words.text(group, mark.target, "label")
