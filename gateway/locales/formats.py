"""How values look on a page: dates DD/MM/YYYY, moments in Kuwait's time, Western digits, nothing that reorders.

`install` puts the filters and the words on a Jinja environment; README.md beside the templates lists them.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup, escape

from gateway.locales import words

KUWAIT = timezone(timedelta(hours=3))  # no summer time
_CODE = Markup('<bdi dir="ltr">{}</bdi>')
_TIME = Markup('<time datetime="{}" dir="ltr">{}</time>')
_PARTS = ("first", "second", "third", "fourth")


def _day(value: str | date | None) -> date | None:
    if isinstance(value, datetime) or (isinstance(value, str) and len(value) > len("2026-01-31")):
        moment = _moment(value)
        return moment.date() if moment else None
    if isinstance(value, str):
        return date.fromisoformat(value) if value else None
    return value


def _moment(value: str | datetime | None) -> datetime | None:
    if not value:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(KUWAIT)


def day(value: str | date | None) -> Markup:
    """A date (or the date of a moment, in Kuwait) as DD/MM/YYYY; nothing for None."""
    found = _day(value)
    return _TIME.format(found.isoformat(), f"{found:%d/%m/%Y}") if found else Markup("")


def moment(value: str | datetime | None) -> Markup:
    """A UTC moment as DD/MM/YYYY HH:MM in Kuwait's time; nothing for None."""
    found = _moment(value)
    return _TIME.format(found.isoformat(), f"{found:%d/%m/%Y %H:%M}") if found else Markup("")


def code(value: Any) -> Markup:
    """A number, code, address or file name that must never reorder; nothing for None."""
    return Markup("") if value in (None, "") else _CODE.format(value)


def mobile(value: str | None) -> Markup:
    """+96599887766 as +965 9988 7766."""
    if value and value.startswith("+965") and len(value) == len("+96599887766"):
        return code(f"+965 {value[4:8]} {value[8:]}")
    return code(value)


def dashed(number: str) -> str:
    """A number as it stands in an address: CE/8/26 as CE-8-26."""
    return number.replace("/", "-")


def full_name(name: dict[str, str] | str | None) -> str:
    """A name of four parts as one text."""
    if isinstance(name, dict):
        return " ".join(filter(None, (name.get(part, "") for part in _PARTS)))
    return name or ""


def field_id(pointer: str) -> str:
    """The id of the input that an error's pointer means: /fields/name_ar/first is name_ar-first."""
    parts = pointer.strip("/").split("/")
    if parts[0] == "documents" and len(parts) > 1:
        return f"slot-{parts[1]}"
    return "-".join(parts[1:] if parts[0] == "fields" else parts)


def install(environment: Environment, language: Callable[[], str]) -> None:
    """Give templates their filters and words. `language` answers `ar` or `en` for the page being made."""
    environment.filters.update(
        pick=lambda value: picked(language(), value),
        day=day,
        moment=moment,
        code=code,
        mobile=mobile,
        dashed=dashed,
        full_name=full_name,
        size=lambda size: words.file_size(language(), size),
    )
    environment.globals.update(
        {
            "_": lambda key, **facts: words.say(language(), key, **facts),
            "ngettext": lambda key, _plural, number, **facts: words.count(language(), key, number, **facts),
            "t": lambda key, **facts: running(language(), key, facts),
            "has_words": lambda key: words.has(language(), key),
            "idempotency_key": lambda: secrets.token_urlsafe(16),
        }
    )
    environment.loader = _with_components(environment.loader)
    environment.add_extension("jinja2.ext.do")


def picked(language: str, value: Any) -> Any:
    """The text in this language of `{ar, en}`, or in the other; anything else as it is, nothing for None."""
    if isinstance(value, dict):
        return value.get(language) or value.get(words.DEFAULT) or value.get("en") or ""
    return value if value is not None else ""


def running(language: str, key: str, facts: dict[str, Any]) -> Markup:
    """The words of a key for running text, each fact isolated from the direction around it."""
    told = words.spoken(language, facts)
    return escape(words.say(language, key)) % {name: _isolated(value) for name, value in told.items()}


def _with_components(loader: BaseLoader | None) -> BaseLoader:
    """The pages' own templates and, under `govuk_frontend_jinja/`, the macros they are built from."""
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    return ChoiceLoader([loader, macros]) if loader else macros


def _isolated(value: Any) -> Markup:
    return value if isinstance(value, Markup) else Markup("<bdi>{}</bdi>").format(value)
