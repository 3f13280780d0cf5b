"""What a service type declares about itself. The engine reads it and never asks which type it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.permissions import Role
from services.requests.domain.life import COMMON_MOVES, Action, Moves, Status

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
IMAGES = ("image/jpeg", "image/png", "image/heic")
PAPERS = ("application/pdf", *IMAGES)

NAME_PARTS = ("first", "second", "third", "fourth")
REQUIRED_NAME_PARTS = frozenset({"first", "fourth"})


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of the form. `kind` is a key of `fields.KINDS`."""

    name: str
    kind: str
    required: bool = False
    typed: bool = True  # False: shown; set when the request is opened and never typed
    choices: tuple[str, ...] = ()
    reference: str = ""  # choices come from reference/<name>.toml
    minimum: int = 0  # characters
    maximum: int = 1000
    after_today: bool = False  # a date that must lie strictly after today
    known: Mapping[str, str] = field(default_factory=dict)  # part ("" for the whole) -> fact of the account

    @property
    def parts(self) -> tuple[str, ...]:
        """The inputs it consists of; none for a single one."""
        return NAME_PARTS if self.kind in ("name_ar", "name_en") else ()


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A place for files: one, unless `most` says more."""

    code: str
    required: bool = False
    types: tuple[str, ...] = PAPERS
    max_bytes: int = MAX_BYTES
    most: int = 1


@dataclass(frozen=True, kw_only=True)
class Page:
    """A short page of questions."""

    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One of the Bureau's own rules, answered before Send. `passes` takes a `checks.Case`."""

    code: str
    passes: Callable[[Any], bool]


@dataclass(frozen=True, kw_only=True)
class OneAtATime:
    """Of all requests of this type with the same `fact`, one may be in a blocking status.

    `setting` names the setting {status: days} that says how long an ended one still blocks: days after its
    end, 0 not at all, -1 for ever. `counts_from` names the date that they count from instead of its end; one that
    has no such date blocks nobody.
    """

    fact: str  # a column of the request: civil_id, license_number
    blocking: frozenset[Status]
    code: str  # of the Conflict
    setting: str = ""
    counts_from: str = ""


@dataclass(frozen=True, kw_only=True)
class ServiceType:
    """One thing that the portal offers."""

    code: str
    prefix: str
    filers: frozenset[Role]
    legal_entities: frozenset[str]  # of the account
    opened_with: frozenset[str]  # arguments of open_request that it takes
    fields: tuple[Field, ...]
    pages: tuple[Page, ...]
    slots: tuple[Slot, ...]
    checks: tuple[Check, ...]
    path: tuple[Status, ...]  # the stepper
    own_moves: Moves  # beside the common ones
    target_days: int  # working days to the decision; the setting TARGET_DAYS may say otherwise
    one_at_a_time: OneAtATime | None
    rejection_reasons: tuple[str, ...]
    correction_reasons: tuple[str, ...]
    two_officers: frozenset[Action] = (
        frozenset()
    )  # decisions that one officer recommends and a supervisor takes

    @property
    def moves(self) -> Moves:
        """The whole table of its life."""
        recommending = {(Action.RECOMMEND, Status.UNDER_REVIEW): Status.UNDER_REVIEW}
        return {**COMMON_MOVES, **(recommending if self.two_officers else {}), **self.own_moves}

    def find_field(self, name: str) -> Field | None:
        """The field of that name."""
        return next((field for field in self.fields if field.name == name), None)

    def find_slot(self, code: str) -> Slot | None:
        """The slot of that code."""
        return next((slot for slot in self.slots if slot.code == code), None)
