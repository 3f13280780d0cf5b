"""Files in slots: what counts, what replaces what, what is missing before Send."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from chassis.errors import Conflict, Fault, Invalid
from services.requests.domain.definition import ServiceType, Slot

AWAITING, UPLOADED, SCANNING, CLEAN, REFUSED = "awaiting_upload", "uploaded", "scanning", "clean", "refused"
BEING_CHECKED = frozenset({UPLOADED, SCANNING})
UNUSED = frozenset({AWAITING, REFUSED})  # nothing that could be sent will come of them by itself

MOST_PER_REQUEST = 60  # versions included: a bound, not a rule of the Bureau


class File(Protocol):
    """What the rules look at, of an attachment that has not been replaced."""

    id: str
    slot: str
    state: str
    placed_at: datetime  # when it was put into this slot


def slot_of(definition: ServiceType, code: str) -> Slot:
    """The slot. Raises Invalid with a Fault `/slot`."""
    slot = definition.find_slot(code)
    if slot is None:
        raise Invalid("input.invalid", faults=[Fault("/slot", "field.not_a_choice")])
    return slot


def make_room(slot: Slot, files: Sequence[File]) -> list[File]:
    """The files that a new one in the slot pushes out at once: in a slot for one, those that came to nothing.

    A clean one stays until the new one is clean as well. Raises Conflict `document.slot_full`.
    """
    if slot.most == 1:
        return [file for file in files if file.state in UNUSED]
    if len(files) >= slot.most:
        raise Conflict("document.slot_full", {"maximum": slot.most})
    return []


def replaced(slot: Slot, files: Iterable[File]) -> list[File]:
    """Clean files for which a clean one put there later stands, in a slot for one."""
    clean = sorted(
        (file for file in files if file.state == CLEAN), key=lambda file: (file.placed_at, file.id)
    )
    return clean[:-1] if slot.most == 1 else []


def faults_before_send(definition: ServiceType, files: Sequence[File]) -> list[Fault]:
    """Required slots without a usable file, and slots whose only file was refused."""
    faults = []
    for slot in definition.slots:
        states = {file.state for file in files if file.slot == slot.code}
        if states & ({CLEAN} | BEING_CHECKED):
            continue
        if REFUSED in states:
            faults.append(Fault(f"/documents/{slot.code}", "document.refused"))
        elif slot.required:
            faults.append(Fault(f"/documents/{slot.code}", "document.required"))
    return faults


def are_being_checked(files: Iterable[File]) -> bool:
    """Whether the answer about some file is still out."""
    return any(file.state in BEING_CHECKED for file in files)
