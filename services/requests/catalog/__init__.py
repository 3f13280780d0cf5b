"""All service types: each is a definition (`<code>.py`) and its words in both languages (`<code>.toml`).

Loading refuses a definition that does not hold together or lacks a word: the process does not start.
"""

import importlib
import pkgutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from chassis.errors import NotFound
from services.requests import reference
from services.requests.catalog.words import Words, check
from services.requests.domain.definition import Field, ServiceType
from services.requests.domain.fields import FIELD_KINDS
from services.requests.domain.life import Action, Status
from services.requests.reference import Text

FOLDER = Path(__file__).parent


class WrongDefinition(Exception):
    """A definition contradicts itself; the sentence says where."""


@dataclass(frozen=True)
class Entry:
    """A service type with its words."""

    definition: ServiceType
    words: Words

    @property
    def name(self) -> Text:
        """What it is called."""
        return self.words.text("name")

    def status_words(self, status: Status, key: str) -> Text:
        """`explanation` or `waiting_for` of a status, in this type's own words where it has them."""
        return self.words.find("statuses", status.value, key) or reference.statuses()[status.value][key]

    def choice(self, field: Field, value: str) -> Text:
        """The words of one choice."""
        if field.reference:
            return reference.CHOICES[field.reference]()[value]
        return self.words.text("fields", field.name, "choices", value)


class Catalog:
    """Every service type by its code."""

    def __init__(self, entries: list[Entry]):
        self._entries = {entry.definition.code: entry for entry in entries}

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def get(self, code: str) -> Entry:
        """Raises NotFound `service_type.unknown`."""
        if code not in self._entries:
            raise NotFound("service_type.unknown")
        return self._entries[code]


@cache
def catalog() -> Catalog:
    """The catalog of this process."""
    return load(FOLDER, __name__)


def load(folder: Path, package: str) -> Catalog:
    """Every module of the package that has a DEFINITION. Raises WrongDefinition, IncompleteWords."""
    reference.statuses()
    modules = (importlib.import_module(f"{package}.{m.name}") for m in pkgutil.iter_modules([str(folder)]))
    found = [module.DEFINITION for module in modules if hasattr(module, "DEFINITION")]
    entries = [make_entry(definition, folder) for definition in found]
    for attribute in ("code", "prefix"):
        values = [getattr(entry.definition, attribute) for entry in entries]
        if len(values) != len(set(values)):
            raise WrongDefinition(f"two service types share a {attribute}: {values}")
    return Catalog(entries)


def make_entry(definition: ServiceType, folder: Path) -> Entry:
    """The definition, its choices filled from the reference lists, with its words."""
    definition = replace(definition, fields=tuple(_with_choices(field) for field in definition.fields))
    if faults := list(_contradictions(definition)):
        raise WrongDefinition(f"{definition.code}: " + "; ".join(faults))
    tree = tomllib.loads((folder / f"{definition.code}.toml").read_text(encoding="utf-8"))
    check(definition, tree)
    return Entry(definition, Words(tree))


def _with_choices(field: Field) -> Field:
    if not field.reference:
        return field
    if field.reference not in reference.CHOICES:
        raise WrongDefinition(f"{field.name}: there is no reference list {field.reference}")
    return replace(field, choices=tuple(reference.CHOICES[field.reference]()))


def _contradictions(definition: ServiceType) -> Iterator[str]:
    names = [field.name for field in definition.fields]
    paged = [name for page in definition.pages for name in page.fields]
    codes = [slot.code for slot in definition.slots]
    if len(names) != len(set(names)) or len(codes) != len(set(codes)):
        yield "a field or a slot is declared twice"
    if sorted(names) != sorted(paged):
        yield "each field stands on exactly one page"
    yield from (f"{f.name} has no kind {f.kind}" for f in definition.fields if f.kind not in FIELD_KINDS)
    yield from (
        f"{f.name} has nothing to choose from"
        for f in definition.fields
        if f.kind == "choice" and not f.choices
    )
    if not definition.opened_with <= {
        "broker_type",
        "license_number",
        "civil_id",
        "exam_number",
        "guarantee_id",
    }:
        yield "opened_with names an argument that open_request does not have"
    if set(definition.rejection_reasons) & set(definition.correction_reasons):
        yield "a reason stands in both lists"
    if not definition.two_officers <= {Action.APPROVE, Action.REJECT}:
        yield "two_officers names what is no decision"
    if (Action.APPROVE, Status.UNDER_REVIEW) not in definition.moves:
        yield "approval leads nowhere"
    rule = definition.one_at_a_time
    if rule and rule.fact not in ("civil_id", "license_number"):
        yield "one_at_a_time counts by a fact that requests do not keep"
