"""The Bureau's own rules, answered before Send: "will it be accepted?". Definitions name them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chassis.errors import Fault
from services.requests.domain import fields, files
from services.requests.domain.definition import ServiceType


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that a rule may look at."""

    definition: ServiceType
    values: fields.Values
    files: Sequence[files.File]
    legal_entity: str
    is_blocked: bool  # by an earlier request, see OneAtATime
    today: date

    @property
    def field_faults(self) -> list[Fault]:
        """What is wrong with the fields now."""
        return fields.faults_before_send(self.definition, self.values, self.today)

    @property
    def file_faults(self) -> list[Fault]:
        """What is wrong with the files now."""
        return files.faults_before_send(self.definition, self.files)


def fields_are_complete(case: Case) -> bool:
    """Every required field is filled in."""
    return not any(fault.code == "field.required" for fault in case.field_faults)


def dates_are_ahead(case: Case) -> bool:
    """Every expiry that must lie after today is there and does."""
    dates = {f"/fields/{field.name}" for field in case.definition.fields if field.after_today}
    return not any(fault.pointer in dates for fault in case.field_faults)


def documents_are_complete(case: Case) -> bool:
    """Every required slot has a file, and no slot has a refused one alone."""
    return not case.file_faults


def documents_are_checked(case: Case) -> bool:
    """No file is still being checked."""
    return not files.are_being_checked(case.files)


def is_not_blocked(case: Case) -> bool:
    """No earlier request stands in the way."""
    return not case.is_blocked


def legal_entity_fits(case: Case) -> bool:
    """The account is of a kind that may file this."""
    return case.legal_entity in case.definition.legal_entities


def answers(case: Case) -> list[tuple[str, bool]]:
    """Each check of the definition and whether it passes, in its order."""
    return [(check.code, check.passes(case)) for check in case.definition.checks]
