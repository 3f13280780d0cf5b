"""Service types as pages and clients read them: what to ask, what to attach, who may use it, how long it takes."""

from typing import Any

from services.requests.catalog import Entry
from services.requests.domain.definition import REQUIRED_NAME_PARTS, Field, Slot
from services.requests.schemas.forms import status_name
from services.requests.settings import Settings


def dump_type(entry: Entry, settings: Settings) -> dict[str, Any]:
    """One service type as a card shows it."""
    definition, words = entry.definition, entry.words
    return {
        "code": definition.code,
        "prefix": definition.prefix,
        "name": entry.name,
        "menu": words.text("menu"),
        "button": words.text("button"),
        "summary": words.text("summary"),
        "processing_time": {
            "working_days": settings.TARGET_DAYS.get(definition.code, definition.target_days)
        },
    }


def dump_whole_type(entry: Entry, settings: Settings) -> dict[str, Any]:
    """All that a form or a client needs to know."""
    definition, words = entry.definition, entry.words
    pages = {name: page.name for page in definition.pages for name in page.fields}
    return {
        **dump_type(entry, settings),
        "opened_with": sorted(definition.opened_with),
        "fields": [{**_dump_field(entry, field), "page": pages[field.name]} for field in definition.fields],
        "documents": [dump_slot(entry, slot) for slot in definition.slots],
        "conditions": _by_language(entry, "conditions"),
        "requirements": _by_language(entry, "requirements"),
        "steps": [{"status": status.value, "name": status_name(status)} for status in definition.path],
        "pages": [
            {
                "name": page.name,
                "title": words.text("pages", page.name, "title"),
                "fields": list(page.fields),
            }
            for page in definition.pages
        ],
        "reasons": _reasons(entry, definition.rejection_reasons),
        "correction_reasons": _reasons(entry, definition.correction_reasons),
    }


def _reasons(entry: Entry, codes: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"code": code, "text": entry.words.text("reasons", code, "text")} for code in codes]


def _dump_field(entry: Entry, field: Field) -> dict[str, Any]:
    words = entry.words
    return {
        "name": field.name,
        "type": field.kind,
        "required": field.required,
        "editable": field.typed,
        "label": words.text("fields", field.name, "label"),
        "hint": words.find("fields", field.name, "hint"),
        "parts": [
            {
                "name": part,
                "required": field.required and part in REQUIRED_NAME_PARTS,
                "label": words.text("fields", field.name, "parts", part),
            }
            for part in field.parts
        ],
        "choices": [{"value": value, "label": entry.choice(field, value)} for value in field.choices],
        "reference": field.reference or None,
        "min_length": field.minimum,
        "max_length": field.maximum,
        "after_today": field.after_today,
    }


def dump_slot(entry: Entry, slot: Slot) -> dict[str, Any]:
    """One place for files."""
    return {
        "code": slot.code,
        "required": slot.required,
        "label": entry.words.text("slots", slot.code, "label"),
        "hint": entry.words.find("slots", slot.code, "hint"),
        "types": list(slot.types),
        "max_bytes": slot.max_bytes,
        "most": slot.most,
    }


def _by_language(entry: Entry, key: str) -> dict[str, list[str]]:
    texts = entry.words.texts(key)
    return {language: [text[language] for text in texts] for language in ("ar", "en")}
