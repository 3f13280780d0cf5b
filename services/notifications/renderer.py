"""Words from files: every message in both languages, or the service does not start.

Templates see only the facts of their event, so a placeholder that nothing fills is found at the start, not at the
first sending. What comes from outside is cleaned of controls and isolated, so that nothing in it can reorder a line.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, meta, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from chassis import arabic, clock
from contracts.events import Event
from contracts.subscriptions import EVENTS
from services.notifications.domain import LANGUAGES, RULES, Rule, kind_of, number_of

HERE = Path(__file__).parent
FILES = ("subject.txt", "body.txt", "body.html", "sms.txt")
LAYOUTS = ("email.txt", "email.html")
NOTICE_FILES = frozenset(
    {"subject.txt", "body.txt"}
)  # shown in the portal too: nothing of the sending in them
LAYOUT_FACTS = frozenset({"name", "subject", "body", "link"})
_UNTOLD = frozenset({"sealed", "channel"})
_ENVELOPE = frozenset(field.name for field in fields(Event))


class TemplatesIncomplete(Exception):
    """What is missing or wrong, all of it, one line each."""


@dataclass(frozen=True)
class Email:
    """An email's words. The subject is one line."""

    language: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Shown:
    """A notice as the portal shows it; the text has paragraphs."""

    title: str
    text: str


def notice_facts(data: Mapping[str, Any], number: str | None, language: str) -> dict[str, Any]:
    """What the words of a notice may tell: the event's facts in one language, and the number of its request."""
    facts = {name: _spoken(value, language) for name, value in data.items() if name not in _UNTOLD}
    return {**facts, "number": number} if number else facts


def _spoken(value: Any, language: str) -> Any:
    if isinstance(value, Mapping) and set(value) == set(LANGUAGES):
        value = value[language]
    return _cleaned(value) if isinstance(value, str) else value


def _cleaned(text: str) -> str:
    kept = (char for char in arabic.clean(text) if char == "\n" or unicodedata.category(char) != "Cc")
    return "".join(kept)


class Templates:
    """All messages. Made once; raises TemplatesIncomplete."""

    def __init__(self, folder: Path = HERE / "templates", locales: Path = HERE / "locales"):
        self._folder = folder
        self._environments = {language: _environment(folder, locales, language) for language in LANGUAGES}
        if faults := sorted(self._faults()):
            raise TemplatesIncomplete("\n".join(faults))

    def notice(self, kind: str, language: str, facts: Mapping[str, Any]) -> Shown:
        """Title and text of a notice."""
        title = _one_line(self._render(f"{kind}/{language}/subject.txt", language, facts))
        return Shown(title, self._render(f"{kind}/{language}/body.txt", language, facts))

    def email(self, kind: str, language: str, facts: Mapping[str, Any]) -> Email:
        """An email. Facts are those of the event, `link`, `name` (may be empty), and of a code its `secret`."""
        facts = {**facts, "name": _cleaned(facts["name"])}
        shown = self.notice(kind, language, facts)
        around = {"body": shown.text, "subject": shown.title, **facts}
        text = self._render(f"layout/{language}/email.txt", language, around)
        html = self._render(f"{kind}/{language}/body.html", language, around)
        return Email(language, shown.title, f"{text}\n", html)

    def sms(self, kind: str, language: str, facts: Mapping[str, Any]) -> str:
        """A short message; the facts are those of an email."""
        return self._render(f"{kind}/{language}/sms.txt", language, facts)

    def _render(self, path: str, language: str, facts: Mapping[str, Any]) -> str:
        return self._environments[language].get_template(path).render(facts).strip()

    def _faults(self) -> Iterator[str]:
        for language, environment in self._environments.items():
            for name in LAYOUTS:
                yield from self._faults_of(environment, f"layout/{language}/{name}", LAYOUT_FACTS)
            for event, rule in RULES.items():
                for name in FILES:
                    path = f"{kind_of(event)}/{language}/{name}"
                    yield from self._faults_of(environment, path, _facts_of(event, rule, name))

    def _faults_of(self, environment: Environment, path: str, facts: frozenset[str]) -> Iterator[str]:
        try:
            source = (self._folder / path).read_text(encoding="utf-8")
            used = meta.find_undeclared_variables(environment.parse(source))
            environment.get_template(path)
        except OSError:
            yield f"{path} is missing"
            return
        except TemplateError as error:
            yield f"{path} is no template: {error}"
            return
        if not source.strip():
            yield f"{path} is empty"
        if unknown := sorted(used - facts):
            yield f"{path} asks for {', '.join(unknown)}, which nothing fills"


def _facts_of(event: str, rule: Rule, name: str) -> frozenset[str]:
    facts = frozenset(field.name for field in fields(EVENTS[event])) - _ENVELOPE - _UNTOLD
    if number_of(event, "n"):
        facts |= {"number"}
    if rule.is_code:
        facts |= {"secret"}
    return facts if name in NOTICE_FILES else facts | {"link"}


@cache
def templates() -> Templates:
    """The service's own templates, read once per process."""
    return Templates()


def _environment(folder: Path, locales: Path, language: str) -> Environment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    plurals = _plurals(locales / language / "LC_MESSAGES" / "messages.po")
    environment.filters["bdi"] = _isolate
    environment.filters["day"] = _day
    environment.filters["moment"] = _moment
    environment.filters["counted"] = lambda n, noun: plurals.ngettext(noun, noun, n).format(n=n)
    return environment


def _plurals(path: Path) -> GNUTranslations:
    """The catalog as it stands in its source: there is nothing to compile."""
    with path.open("rb") as source:
        catalog = read_po(source, abort_invalid=True)
    for message in catalog:
        if message.id and not all(message.string or ()):
            raise TemplatesIncomplete(f"{path} leaves {message.id} without a form")
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


@pass_eval_context
def _isolate(context: EvalContext, value: Any) -> str:
    """A value that keeps its own direction: `<bdi>` in HTML, U+2068 and U+2069 in text."""
    if context.autoescape:
        return Markup("<bdi>{}</bdi>").format(value)
    return f"\u2068{value}\u2069"


def _day(text: str) -> str:
    """DD/MM/YYYY of an ISO date."""
    return date.fromisoformat(text).strftime("%d/%m/%Y")


def _moment(text: str) -> str:
    """DD/MM/YYYY HH:MM in Kuwait of an RFC 3339 moment."""
    return datetime.fromisoformat(text).astimezone(clock.KUWAIT).strftime("%d/%m/%Y %H:%M")


def _one_line(text: str) -> str:
    return " ".join(text.split())
