"""Correction: what an officer marks is unlocked, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from chassis.errors import Fault, Invalid
from services.requests.domain.definition import ServiceType

LEAST_DAYS, MOST_DAYS = 1, 60


class Kind(StrEnum):
    """What can be marked. A marked file unlocks the slot that it lies in."""

    FIELD = "field"
    SLOT = "slot"


@dataclass(frozen=True)
class Asked:
    """One thing that an officer wants mended, as he wrote it. Exactly one of field, slot and document_id is set.

    `place` points to it in what he sent, `reason_place` to its own reason; the short form has none.
    """

    field: str | None = None
    slot: str | None = None
    document_id: str | None = None
    reason_code: str | None = None
    note: str | None = None
    place: str = ""
    reason_place: str = ""


@dataclass(frozen=True)
class Mark:
    """One thing that is unlocked, and why: a code of the definition's list, own words, or both."""

    kind: Kind
    target: str
    reason_code: str | None
    note: str | None


@dataclass(frozen=True)
class Unlocked:
    """What may be changed."""

    fields: frozenset[str] = field(default_factory=frozenset)
    slots: frozenset[str] = field(default_factory=frozenset)


class Marked(Protocol):
    """What is looked at, of a stored mark."""

    kind: str
    target: str


def read(
    definition: ServiceType, asked: Sequence[Asked], slot_of_file: Mapping[str, str], *, has_reason: bool
) -> list[Mark]:
    """The marks, each thing once. `slot_of_file`: document id -> slot. `has_reason`: one stands for the whole.

    Raises Invalid `correction.empty`, `input.invalid` with a Fault per wrong one, `reason.required`.
    """
    if not asked:
        raise Invalid("correction.empty", faults=[Fault("/items", "correction.empty")])
    faults = [fault for each in asked for fault in _faults(definition, each, slot_of_file)]
    if faults:
        raise Invalid("input.invalid", faults=faults)
    unexplained = [each for each in asked if not (has_reason or each.reason_code or each.note)]
    if unexplained:
        faults = [Fault(each.reason_place, "reason.required") for each in unexplained if each.reason_place]
        raise Invalid("reason.required", faults=[*faults, Fault("/reason", "reason.required")])
    marks = [_mark(each, slot_of_file) for each in asked]
    return list({(mark.kind, mark.target): mark for mark in marks}.values())


def unlocked(marks: Sequence[Marked]) -> Unlocked:
    """What these marks open."""
    return Unlocked(
        frozenset(mark.target for mark in marks if mark.kind == Kind.FIELD),
        frozenset(mark.target for mark in marks if mark.kind == Kind.SLOT),
    )


def _mark(asked: Asked, slot_of_file: Mapping[str, str]) -> Mark:
    if asked.field is not None:
        return Mark(Kind.FIELD, asked.field, asked.reason_code, asked.note)
    slot = asked.slot if asked.slot is not None else slot_of_file[asked.document_id or ""]
    return Mark(Kind.SLOT, slot, asked.reason_code, asked.note)


def _faults(definition: ServiceType, asked: Asked, slot_of_file: Mapping[str, str]) -> Iterator[Fault]:
    if asked.field is not None:
        field = definition.find_field(asked.field)
        if field is None or not field.typed:
            yield Fault(asked.place, "field.not_a_choice")
    elif asked.slot is not None:
        if definition.find_slot(asked.slot) is None:
            yield Fault(asked.place, "field.not_a_choice")
    elif asked.document_id not in slot_of_file:
        yield Fault(asked.place, "field.not_a_choice")
    if asked.reason_code is not None and asked.reason_code not in definition.correction_reasons:
        yield Fault(asked.reason_place, "field.not_a_choice")
