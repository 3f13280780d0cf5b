"""A request's answers between the page's flat inputs and the service's fields, by what the definition says."""

from collections.abc import Iterable, Mapping
from typing import Any

from gateway import forms

NAME_PARTS = ("first", "second", "third", "fourth")
NAMES = frozenset({"name_ar", "name_en"})
COUNTRY_CODE = "+965"

Field = Mapping[str, Any]


def parts_of(field: Field) -> tuple[str, ...]:
    """The inputs that a field has on a page; none for a single one."""
    if field["type"] in NAMES:
        return NAME_PARTS
    return forms.DATE_PARTS if field["type"] == "date" else ()


def typed_fields(page: Mapping[str, Any]) -> list[Field]:
    """The fields of a page that are typed."""
    return [field for field in page["fields"] if field.get("typed", True)]


def read(fields: Iterable[Field]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(values for the service, raw texts as typed) of the fields on this request's form."""
    values: dict[str, Any] = {}
    raw: dict[str, Any] = {}
    for field in fields:
        name, parts = field["name"], parts_of(field)
        raw[name] = forms.read_parts(name, parts) if parts else forms.read_text(name)
        values[name] = forms.as_iso(raw[name]) if field["type"] == "date" else raw[name]
    return values, raw


def show(fields: Iterable[Field], request: Mapping[str, Any]) -> dict[str, str]:
    """Flat texts of the fields: as last typed, or as saved."""
    texts: dict[str, str] = {}
    raw = request.get("raw") or {}
    for field in fields:
        name, parts = field["name"], parts_of(field)
        value = raw[name] if name in raw else _as_typed(field, request["fields"].get(name))
        if parts:
            told = value if isinstance(value, Mapping) else {}
            texts |= {f"{name}-{part}": told.get(part) or "" for part in parts}
        else:
            texts[name] = value or ""
    return texts


def _as_typed(field: Field, value: Any) -> Any:
    if value is None:
        return None
    if field["type"] == "date":
        return forms.from_iso(value)
    if field["type"] == "mobile":
        return value.removeprefix(COUNTRY_CODE)  # it stands before the box
    return value
