"""Names of brokers: by their parts, in one line, and as they are searched and ordered by."""

from collections.abc import Mapping
from typing import Any

from chassis import arabic
from services.licensing.domain.numbers import searchable

PARTS = ("first", "second", "third", "fourth")


def full(name: Mapping[str, str]) -> str:
    """The parts as one line."""
    return " ".join(name[part] for part in PARTS if name.get(part))


def columns(civil_id: str, name_ar: Mapping[str, str], name_en: Mapping[str, str]) -> dict[str, Any]:
    """What a broker's row keeps of his name."""
    full_ar, full_en = full(name_ar), full(name_en)
    return {
        "name_ar": dict(name_ar),
        "name_en": dict(name_en),
        "full_name_ar": full_ar,
        "full_name_en": full_en,
        "sort_key": arabic.fold(full_ar),
        "search": words(civil_id, full_ar, full_en),
    }


def words(*texts: str) -> str:
    """Folded, with a space before each word, so that beginnings of words can be searched for."""
    return " " + searchable(" ".join(text for text in texts if text))
