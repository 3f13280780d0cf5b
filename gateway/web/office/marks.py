"""What an officer can send back for correction: a tick per field, slot and file, with a reason each."""

from collections.abc import Mapping
from typing import Any

from flask import request

from chassis.errors import PortalError
from gateway import forms, i18n
from gateway.forms import FormError
from gateway.locales.formats import picked
from gateway.web import definitions
from gateway.web.requests import views

TICK = "mark-"
ITEMS = "items"
_NAMED = {"field": "field", "slot": "slot", "document": "document_id"}  # as the service names a target

Mark = dict[str, Any]


def groups(found: views.Request) -> list[dict[str, Any]]:
    """[{title, marks [{id, label, field?, value?, file?}]}]: the typed fields by page, then the documents."""
    pages = [
        {
            "title": page["title"],
            "marks": [_of_field(field, found) for field in page["fields"] if field["typed"]],
        }
        for page in views.pages_of(found)
    ]
    slots = [mark for slot in views.slots_of(found) for mark in _of_slot(slot)]
    return [group for group in (*pages, {"title": None, "marks": slots}) if group["marks"]]


def ticked() -> list[str]:
    """The ids of what is ticked on this request's form, in its order."""
    ids = [name.removeprefix(TICK) for name in request.form if name.startswith(TICK)]
    return [each for each in ids if each.partition("-")[0] in _NAMED]


def read() -> list[dict[str, Any]]:
    """What is ticked, as the service takes it."""
    return [_read_one(each) for each in ticked()]


def in_words(found: views.Request) -> list[dict[str, str]]:
    """[{label, reason}] of what is ticked, in the reader's language."""
    language, marks = i18n.language(), _by_id(found)
    listed = {one["code"]: one["text"] for one in reasons(found)}
    return [
        {
            "label": picked(language, marks[each]["label"]),
            "reason": forms.read_optional(f"note-{each}")
            or picked(language, listed.get(forms.read_text(f"reason_code-{each}"))),
        }
        for each in ticked()
        if each in marks
    ]


def reasons(found: views.Request) -> list[dict[str, Any]]:
    """[{code, text {ar, en}}] of this service type."""
    return definitions.get(found["service_type"]).get("correction_reasons", [])


def messages(found: views.Request, error: PortalError) -> list[FormError]:
    """The refusal, each message at the tick, the reason or the box that it is about."""
    ids, marks = ticked(), _by_id(found)
    labels = {
        f"/{ITEMS}/{place}": picked(i18n.language(), marks[each]["label"])
        for place, each in enumerate(ids)
        if each in marks
    }
    named = {f"{pointer}/{part}": label for pointer, label in labels.items() for part in _parts()}
    return [_at_its_place(one, ids) for one in forms.messages(error, labels | named)]


def _read_one(mark_id: str) -> dict[str, Any]:
    kind, _, target = mark_id.partition("-")
    return {
        _NAMED[kind]: target,
        "reason_code": forms.read_optional(f"reason_code-{mark_id}"),
        "note": forms.read_optional(f"note-{mark_id}"),
    }


def _parts() -> tuple[str, ...]:
    return ("reason_code", "note", *_NAMED.values())


def _at_its_place(error: FormError, ids: list[str]) -> FormError:
    head, _, rest = error.pointer.strip("/").partition("/")
    place, _, part = rest.partition("/")
    if head != ITEMS or not place.isdigit() or int(place) >= len(ids):
        return error
    box = f"{part}-" if part in ("reason_code", "note") else TICK
    return FormError(error.pointer, f"{box}{ids[int(place)]}", error.message)


def _by_id(found: views.Request) -> dict[str, Mark]:
    return {mark["id"]: mark for group in groups(found) for mark in group["marks"]}


def _of_field(field: Mapping[str, Any], found: views.Request) -> Mark:
    name = field["name"]
    return {
        "id": f"field-{name}",
        "label": field["label"],
        "field": field,
        "value": found["fields"].get(name),
    }


def _of_slot(slot: Mapping[str, Any]) -> list[Mark]:
    files = [{"id": f"document-{file['id']}", "label": file["name"], "file": file} for file in slot["files"]]
    return [{"id": f"slot-{slot['code']}", "label": slot["label"]}, *files]
