"""Fields of a form: what is typed becomes the one normal form, or a Fault that says which field and why."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from chassis import arabic
from chassis.errors import Fault, Invalid
from contracts import people
from contracts.people import Wrong
from services.requests.domain.definition import NAME_PARTS, REQUIRED_NAME_PARTS, Field, ServiceType

Values = Mapping[str, Any]  # JSON values by field name; an empty field is absent

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def read(definition: ServiceType, given: Values, current: Values, today: date) -> dict[str, Any]:
    """`current` with what was given. None and "" empty a field; parts of a name not given are kept.

    Raises Invalid `input.invalid` with a Fault `/fields/<name>` for each wrong one: then nothing is taken.
    """
    values, faults = dict(current), list[Fault]()
    for name, raw in given.items():
        field = definition.find_field(name)
        if field is None:
            faults.append(Fault(pointer(name), "field.unknown"))
        elif not field.typed:
            if raw != current.get(name):
                faults.append(Fault(pointer(name), "field.not_editable"))
        else:
            value, wrong = _read_one(field, raw, values.get(name), today)
            faults.extend(wrong)
            values.pop(name, None)
            if value is not None:
                values[name] = value
    if faults:
        raise Invalid("input.invalid", faults=faults)
    return values


def known(definition: ServiceType, person: Values, today: date) -> dict[str, Any]:
    """What the account already tells, as far as it keeps the rules of the fields."""
    values: dict[str, Any] = {}
    for field in definition.fields:
        facts = {part: person.get(fact) for part, fact in field.known.items()}
        given = facts.get("") if not field.parts else {part: text for part, text in facts.items() if text}
        value, faults = _read_one(field, given, None, today) if given else (None, [])
        if value is not None and not faults:
            values[field.name] = value
    return values


def faults_before_send(definition: ServiceType, values: Values, today: date) -> list[Fault]:
    """What is missing, and dates that have gone by since they were saved."""
    return [
        fault for field in definition.fields for fault in _faults_of(field, values.get(field.name), today)
    ]


def _faults_of(field: Field, value: Any, today: date) -> list[Fault]:
    place = pointer(field.name)
    if field.parts and field.required:
        missing = [
            part for part in field.parts if part in REQUIRED_NAME_PARTS and not (value or {}).get(part)
        ]
        return [Fault(f"{place}/{part}", "field.required") for part in missing]
    if value is None:
        return [Fault(place, "field.required")] if field.required else []
    if field.after_today and date.fromisoformat(value) <= today:
        return [Fault(place, "field.not_after_today")]
    return []


def _read_one(field: Field, raw: Any, current: Any, today: date) -> tuple[Any, list[Fault]]:
    if field.parts:
        return _read_parts(field, raw, current)
    if raw is None or (isinstance(raw, str) and not arabic.clean(raw)):
        return None, []
    try:
        return KINDS[field.kind](field, _text(raw), today), []
    except Wrong as wrong:
        return None, [Fault(pointer(field.name), wrong.code, wrong.facts)]


def _read_parts(field: Field, raw: Any, current: Any) -> tuple[Any, list[Fault]]:
    if raw is None or raw == "":
        return None, []
    place = pointer(field.name)
    if not isinstance(raw, Mapping):
        return None, [Fault(place, "field.invalid")]
    parse, parts, faults = _NAMES[field.kind], dict(current or {}), list[Fault]()
    for part, text in raw.items():
        parts.pop(part, None)
        if part not in field.parts:
            faults.append(Fault(f"{place}/{_escaped(part)}", "field.unknown"))
        elif text is not None and text != "":
            try:
                cleaned = arabic.clean(_text(text))
                if cleaned:
                    parts[part] = parse(cleaned)
            except Wrong as wrong:
                faults.append(Fault(f"{place}/{part}", wrong.code, wrong.facts))
    return parts or None, faults


def _text(raw: Any) -> str:
    if not isinstance(raw, str) or _CONTROLS.search(raw.replace("\r", "\n")):
        raise Wrong("field.invalid")
    return raw


def _choice(field: Field, text: str, _today: date) -> str:
    choice = arabic.clean(text)
    if choice not in field.choices:
        raise Wrong("field.not_a_choice")
    return choice


def _date(field: Field, text: str, today: date) -> str:
    written = arabic.digits(arabic.clean(text))
    if not _ISO_DATE.fullmatch(written):
        raise Wrong("field.not_date")
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise Wrong("field.not_date") from None
    if field.after_today and day <= today:
        raise Wrong("field.not_after_today")
    return day.isoformat()


def _line(field: Field, text: str, today: date) -> str:
    return _long(field, " ".join(text.split()), today)


def _long(field: Field, text: str, _today: date) -> str:
    cleaned = arabic.digits(arabic.clean(text))
    if len(cleaned) > field.maximum:
        raise Wrong("field.too_long", {"maximum": field.maximum})
    if len(cleaned) < field.minimum:
        raise Wrong("field.too_short", {"minimum": field.minimum})
    return cleaned


def _of_people(parse: Callable[[str], str]) -> Callable[[Field, str, date], str]:
    return lambda _field, text, _today: parse(text)


KINDS: dict[str, Callable[[Field, str, date], str]] = {
    "choice": _choice,
    "date": _date,
    "text": _line,
    "long_text": _long,
    "civil_id": _of_people(people.civil_id),
    "mobile": _of_people(people.mobile),
    "email": _of_people(people.email),
    "passport": _of_people(people.passport),
}

_NAMES: dict[str, Callable[[str], str]] = {
    "name_ar": people.name_part_ar,
    "name_en": people.name_part_en,
}

FIELD_KINDS = frozenset(KINDS) | frozenset(_NAMES)


def full_name(value: Values | None) -> str:
    """The parts of a name as one line; "" when there are none."""
    return " ".join(value[part] for part in NAME_PARTS if value.get(part)) if value else ""


def pointer(name: str) -> str:
    """Where a field stands in what was sent."""
    return f"/fields/{_escaped(name)}"


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
