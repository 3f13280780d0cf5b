"""Words for keys, in one language, as plain text: for pages, for the API's errors, for nothing else.

A fact that counts something (seconds, days, bytes) arrives as a number and becomes a counted noun here, so that a
sentence in a catalog needs no plural of its own. A fact that is a list is told item by item.
"""

import gettext
from functools import lru_cache
from typing import Any

from gateway.locales.compile import LANGUAGES, load

DEFAULT = LANGUAGES[0]

# fact -> the counted noun it becomes; the catalogs hold `span.<noun>` with all plural forms.
COUNTED = {
    "retry_after": "seconds",
    "seconds": "seconds",
    "minutes": "minutes",
    "hours": "hours",
    "days": "days",
    "working_days": "working_days",
    "characters": "characters",
    "min_length": "characters",
    "max_length": "characters",
    "digits": "digits",
    "attempts_left": "attempts",
    "maximum": "characters",
    "minimum": "characters",
    "max_files": "files",
    "max_requests": "requests",
}
SIZES = frozenset({"max_bytes", "size"})
# Sentences whose numbers count nothing: they stand as they are.
_BARE = frozenset({"error.field.out_of_range"})
_OF_ANY_FIELD = frozenset({"field", "name", "document"})
_STEP = 1024
_MOST_TOLD = 20  # items of a list; the rest is an ellipsis


@lru_cache(maxsize=len(LANGUAGES))
def catalog(language: str) -> gettext.NullTranslations:
    """The catalog of a language; an unknown language gets the default one."""
    return load(language if language in LANGUAGES else DEFAULT)


def has(language: str, key: str) -> bool:
    """Whether the catalog of this language holds words for the key."""
    return bool(key) and catalog(language).gettext(key) != key


def say(language: str, key: str, **facts: Any) -> str:
    """The words of a key with its facts filled in. A key without words is returned as it is."""
    text = catalog(language).gettext(key)
    return text % spoken(language, facts) if facts else text


def count(language: str, key: str, number: int, **facts: Any) -> str:
    """The words of a key that depends on a number (`%(num)s` in the text)."""
    text = catalog(language).ngettext(key, key, number)
    return text % {"num": number, **spoken(language, facts)}


def error(language: str, code: str, facts: dict[str, Any] | None = None, label: str = "") -> str:
    """What is wrong and how to mend it, for an error code with its facts.

    `label` names the field: sentences that hold for any field (`field.*`, `document.*`) begin with it.
    """
    key = f"error.{code}"
    message = _filled(language, key if has(language, key) else "error.unknown", facts or {})
    if label and code.partition(".")[0] in _OF_ANY_FIELD:
        return say(language, "error.labelled", label=label, message=message)
    return message


def title(language: str, code: str) -> str:
    """The short name of an error code, for the head of a page or the `title` of a problem."""
    for key in (f"error_title.{code}", f"error_title.{code.partition('.')[0]}"):
        if has(language, key):
            return say(language, key)
    return say(language, "error_title.unknown")


def _filled(language: str, key: str, facts: dict[str, Any]) -> str:
    try:
        return catalog(language).gettext(key) % (facts if key in _BARE else spoken(language, facts))
    except KeyError:
        # A fact that the sentence names is not there: the general sentence is better than a failure.
        return (
            say(language, f"{key}.plain") if has(language, f"{key}.plain") else say(language, "error.unknown")
        )


def spoken(language: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as they stand in a sentence: counted nouns, sizes, names in this language."""
    return {name: _spoken(language, name, value) for name, value in facts.items()}


def _spoken(language: str, name: str, value: Any) -> Any:
    if isinstance(value, dict) and set(value) >= {"ar", "en"}:
        return value.get(language) or value[DEFAULT]
    if isinstance(value, list):
        return _listed(language, value)
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    if name in SIZES:
        return file_size(language, value)
    return count(language, f"span.{COUNTED[name]}", value) if name in COUNTED else value


def _listed(language: str, items: list[Any]) -> str:
    told = [str(item) for item in items[:_MOST_TOLD]] + ["…"] * (len(items) > _MOST_TOLD)
    return say(language, "list.separator").join(told) or say(language, "list.none")


def file_size(language: str, size: int) -> str:
    """A number of bytes as people read it: 820 KB, 1.2 MB."""
    if size < _STEP * _STEP:
        return say(language, "size.kb", number=max(1, round(size / _STEP)))
    megabytes = f"{size / _STEP / _STEP:.1f}".removesuffix(".0")
    return say(language, "size.mb", number=megabytes)
