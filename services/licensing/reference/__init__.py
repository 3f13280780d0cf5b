"""The words of the register: one TOML file each, complete in both languages."""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from services.licensing.domain.numbers import TYPE_CODES
from services.licensing.domain.status import Cause, Status, What

LANGUAGES = ("ar", "en")
ACTS = ("imported", "issued", "renewed", "guarantee_updated", "broker_updated", "by_date")
FIXES = (*What, "deactivated", "suspended", "cancelled")

Text = dict[str, str]  # {ar, en}


class IncompleteWords(Exception):
    """A word is missing, empty or of no use; the sentence names the file and the key."""


@cache
def statuses() -> dict[str, Text]:
    """Status -> its name."""
    return _read("statuses", Status)


@cache
def causes() -> dict[str, Text]:
    """Cause -> what speaks against the license."""
    return _read("causes", Cause)


@cache
def dates() -> dict[str, Text]:
    """One of the four dates -> what expires."""
    return _read("dates", What)


@cache
def fixes() -> dict[str, Text]:
    """What binds -> what to do about it."""
    return _read("fixes", FIXES)


@cache
def acts() -> dict[str, Text]:
    """Cause of a line of the history -> what happened."""
    return _read("acts", ACTS)


@cache
def broker_types() -> dict[str, Text]:
    """Broker type -> its name."""
    return _read("broker_types", TYPE_CODES)


def _read(name: str, keys: Iterable[str]) -> dict[str, Text]:
    text = (Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8")
    words = tomllib.loads(text)
    if set(words) != {str(key) for key in keys}:
        raise IncompleteWords(f"{name}.toml: {sorted(set(words) ^ {str(key) for key in keys})}")
    for key, value in words.items():
        is_text = isinstance(value, dict) and set(value) == set(LANGUAGES)
        if not is_text or not all(isinstance(each, str) and each.strip() for each in value.values()):
            raise IncompleteWords(f"{name}.toml: {key} is not complete in both languages")
    return words
