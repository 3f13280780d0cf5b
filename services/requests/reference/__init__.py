"""Lists that forms choose from and the words of statuses: one TOML file each, complete in both languages."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("ar", "en")

Text = dict[str, str]  # {ar, en}


class IncompleteWords(Exception):
    """A word is missing, empty or of no use; the sentence names the file and the key."""


@cache
def countries() -> dict[str, Text]:
    """ISO 3166-1 alpha-2 code -> short name."""
    return _checked("countries", read("countries"))


@cache
def statuses() -> dict[str, dict[str, Text]]:
    """Status -> `{name, explanation, waiting_for}`."""
    words = read("statuses")
    for code, texts in words.items():
        if set(texts) != {"name", "explanation", "waiting_for"}:
            raise IncompleteWords(f"statuses.toml: {code} needs name, explanation and waiting_for")
        _checked(f"statuses.toml: {code}", texts)
    return words


@cache
def roles() -> dict[str, Text]:
    """Role -> how a history names it."""
    return _checked("roles", read("roles"))


@cache
def broker_types() -> dict[str, Text]:
    """Broker type -> its name."""
    return _checked("broker_types", read("broker_types"))


@cache
def exam_states() -> dict[str, Text]:
    """State of an exam session -> its name."""
    return _checked("exam_states", read("exam_states"))


CHOICES = {"countries": countries, "broker_types": broker_types}


def read(name: str) -> dict[str, Any]:
    """The file as it is."""
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


def is_text(value: Any) -> bool:
    """Whether it is words in both languages and nothing else."""
    return (
        isinstance(value, dict)
        and set(value) == set(LANGUAGES)
        and all(isinstance(text, str) and text.strip() for text in value.values())
    )


def _checked(where: str, texts: dict[str, Any]) -> dict[str, Text]:
    for key, value in texts.items():
        if not is_text(value):
            raise IncompleteWords(f"{where}: {key} is not complete in both languages")
    return texts
