"""Forms of pages: what was typed stays as typed, what is wrong stands beside its field.

Names on the page are flat (`name_ar-first`, `civil_id_expiry-day`); services know nested names and ISO dates.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request

from chassis import arabic
from chassis.errors import Fault, Invalid, PortalError
from gateway import i18n
from gateway.locales import words
from gateway.locales.formats import field_id

SECRET = frozenset({"password", "password_confirmation", "current", "captcha_text"})
MACHINERY = frozenset(
    {"csrf_token", "idempotency_key", "switch_language", "refresh_captcha", "save_and_leave"}
)
DATE_PARTS = ("day", "month", "year")
# What a form can show and its writer can mend; everything else is a page of its own.
MENDED = frozenset({"invalid", "conflict", "too_many", "forbidden", "unavailable"})


@dataclass(frozen=True)
class FormError:
    """One message. `url` leads to the page where it is mended, when that is another one."""

    pointer: str
    field_id: str
    message: str
    url: str | None = None


@dataclass
class Form:
    """What a template shows: raw texts by flat name, and errors in the order of the page."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: list[FormError] = field(default_factory=list)

    def refuse(
        self, error: PortalError, labels: Mapping[str, str] | None = None, order: Sequence[str] = ()
    ) -> "Form":
        """Show an error: each fault at its field, or the whole at the head.

        `labels` name fields by pointer; `order` are the fields as they stand on the page, when faults may not.
        """
        places = {name: place for place, name in enumerate(order)}
        found = messages(error, labels)
        self.errors += sorted(found, key=lambda one: places.get(one.field_id, len(places)))
        return self


def typed() -> Form:
    """What this request's form holds, passwords left out."""
    hidden = SECRET | MACHINERY
    return Form({name: text for name, text in request.form.items() if name not in hidden})


def messages(error: PortalError, labels: Mapping[str, str] | None = None) -> list[FormError]:
    """The error in words, one per wrong field."""
    language = i18n.language()
    if not error.faults:
        return [FormError("", "", words.error(language, error.code, error.facts))]
    return [
        FormError(
            fault.pointer,
            field_id(fault.pointer),
            words.error(language, fault.code, dict(fault.facts), _label(fault.pointer, labels or {})),
        )
        for fault in error.faults
    ]


def _label(pointer: str, labels: Mapping[str, str]) -> str:
    """The label of the field that a pointer means, or of the field whose part it means."""
    while pointer:
        key = f"field.{pointer[1:]}"
        if pointer in labels or words.has(i18n.language(), key):
            return labels.get(pointer) or i18n.say(key)
        pointer = pointer.rpartition("/")[0]
    return ""


def required(name: str) -> Invalid:
    """The error of an input that only the page has, left empty."""
    return Invalid("input.invalid", faults=[Fault(f"/{name}", "field.required")])


def attempt(action: Callable[[], Any]) -> PortalError | None:
    """Do it. The refusal if its form can show it; raises what it cannot."""
    try:
        action()
    except PortalError as error:
        if error.kind not in MENDED:
            raise
        return error
    return None


def asks_again() -> bool:
    """Whether a button was pressed that checks nothing: another language, another picture.

    The language is switched on the way.
    """
    i18n.switch(request.form.get("switch_language", ""))
    return "switch_language" in request.form or "refresh_captcha" in request.form


def read_text(name: str) -> str:
    """A text of the form, "" when it is not there."""
    return request.form.get(name, "")


def read_optional(name: str) -> str | None:
    """A text of the form, None when it is empty."""
    return request.form.get(name, "").strip() or None


def read_ticked(name: str) -> bool:
    """Whether a box is ticked."""
    return bool(request.form.get(name))


def read_number(name: str) -> int | None:
    """A whole number in any digits, None when the box is empty; -1, which is none, for anything else."""
    text = arabic.digits(arabic.clean(request.form.get(name, "")))
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def read_version() -> int | None:
    """The version that the page showed."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def read_parts(name: str, parts: Iterable[str]) -> dict[str, str]:
    """The inputs of one field, by part."""
    return {part: request.form.get(f"{name}-{part}", "") for part in parts}


def as_iso(parts: Mapping[str, str]) -> str:
    """Three boxes as one date text; what is no date stays recognisable as such for the service to refuse."""
    day, month, year = (arabic.digits(arabic.clean(parts.get(part, ""))) for part in DATE_PARTS)
    if not (day or month or year):
        return ""
    return f"{year.rjust(4, '0')}-{month.rjust(2, '0')}-{day.rjust(2, '0')}"


def from_iso(text: str) -> dict[str, str]:
    """A date's three boxes; empty ones for anything else."""
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    return {"day": day, "month": month, "year": year}
