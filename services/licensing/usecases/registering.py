"""Entering what a register knows: offices, brokers, guarantees, licenses. The same again changes nothing.

None in an entry leaves what is known. Each entry is best put in a transaction of its own; a change of a date looks
anew at every license that hangs on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis import ids
from chassis.errors import Conflict, NotFound, Unavailable
from services.licensing.domain import names, numbers
from services.licensing.models import Broker, Guarantee, License, Office
from services.licensing.store import people, register
from services.licensing.usecases import spreading
from services.licensing.usecases.occasion import Occasion
from services.licensing.usecases.standing import settle, snapshot, write_change, write_first

IMPORTED = "imported"


class Put(StrEnum):
    """What an entry did."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, kw_only=True)
class OfficeEntry:
    """A clearing office. Names of one that identity knows are identity's to change."""

    code: str
    name_ar: str
    name_en: str
    commercial_registration: str | None = None
    general_broker_civil_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class BrokerEntry:
    """A broker; names by their parts, empty ones left out. Values in their normal form (contracts.people)."""

    civil_id: str
    name_ar: Mapping[str, str]
    name_en: Mapping[str, str]
    nationality: str | None = None
    mobile: str | None = None
    email: str | None = None
    civil_id_expiry: date | None = None
    passport_number: str | None = None
    passport_expiry: date | None = None
    account_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class GuaranteeEntry:
    """A guarantee of an office."""

    office_code: str
    number: str
    bank: str
    amount: Decimal
    expires_on: date


@dataclass(frozen=True, kw_only=True)
class Stops:
    """All that stops a license by somebody's will."""

    deactivated_from: date | None = None
    deactivated_until: date | None = None
    suspended_from: date | None = None
    cancelled_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class LicenseEntry:
    """A license. `number` as the register has it: one that cannot be a number of ours becomes its legacy number."""

    number: str
    civil_id: str
    broker_type: str
    office_code: str
    valid_until: date
    guarantee_number: str | None = None
    general_license_number: str | None = None
    customs_office: str | None = None
    issued_on: date | None = None
    stops: Stops | None = None


def put_office(session: Session, entry: OfficeEntry) -> tuple[Office, Put]:
    """By its code."""
    values = _given(entry)
    office = people.find_office(session, entry.code)
    if office is None:
        added = people.add_office_once(session, values)
        return _there(people.find_office(session, entry.code)), Put.ADDED if added else Put.SAME
    if not _differs(office, _unknown_to_identity(office, values)):
        return office, Put.SAME
    office = people.lock_office(session, entry.code)
    return office, _set(office, _unknown_to_identity(office, values))


def _unknown_to_identity(office: Office, values: dict[str, Any]) -> dict[str, Any]:
    """Of an office that identity knows, only what identity does not tell."""
    own = ("general_broker_civil_id",)
    return values if office.id is None else {name: values[name] for name in own if name in values}


def put_broker(session: Session, entry: BrokerEntry, occasion: Occasion) -> tuple[Broker, Put]:
    """By his civil ID."""
    values = {**_given(entry), **names.columns(entry.civil_id, entry.name_ar, entry.name_en)}
    broker = people.find_broker(session, entry.civil_id)
    if broker is None:
        added = people.add_broker_once(session, {"id": ids.new_id(), "version": 1, **values})
        return _there(people.find_broker(session, entry.civil_id)), Put.ADDED if added else Put.SAME
    if not _differs(broker, values):
        return broker, Put.SAME
    licenses = register.lock_together(session, broker_id=broker.id)
    if _set(broker, values) is Put.CHANGED:
        broker.version += 1
        spreading.spread(session, licenses, "broker_updated", occasion)
    return broker, Put.CHANGED


def put_guarantee(session: Session, entry: GuaranteeEntry, occasion: Occasion) -> tuple[Guarantee, Put]:
    """By its office and number. Every license that it covers is looked at anew."""
    values = _given(entry)
    guarantee = register.find_guarantee(session, entry.office_code, entry.number)
    if guarantee is None:
        added = register.add_guarantee_once(session, {"id": ids.new_id(), "version": 1, **values})
        found = register.find_guarantee(session, entry.office_code, entry.number)
        return _there(found), Put.ADDED if added else Put.SAME
    if not _differs(guarantee, values):
        return guarantee, Put.SAME
    licenses = register.lock_together(session, guarantee_id=guarantee.id)
    if _set(guarantee, values) is Put.CHANGED:
        guarantee.version += 1
        spreading.spread(session, licenses, "guarantee_updated", occasion)
    return guarantee, Put.CHANGED


def put_license(
    session: Session, entry: LicenseEntry, occasion: Occasion, cause: str = IMPORTED
) -> tuple[License, Put]:
    """By its number. Raises NotFound `office.unknown` `broker.unknown` `guarantee.unknown` `license.unknown`,
    Conflict `license.of_another_broker`.
    """
    number = numbers.find_plain(entry.number)
    known = register.find_license(session, number) if number else register.find_legacy(session, entry.number)
    if known is None:
        return _add_license(session, entry, number, occasion, cause), Put.ADDED
    license = register.lock_license(session, known.id)
    if license.broker.civil_id != entry.civil_id:
        raise Conflict("license.of_another_broker")
    settle(session, license, occasion)
    before = snapshot(license)
    changed = _set(license, _license_values(session, entry))
    spreading.refresh(license)
    if snapshot(license) != before:
        write_change(session, license, cause, occasion)
    return license, changed


def _add_license(
    session: Session, entry: LicenseEntry, number: str | None, occasion: Occasion, cause: str
) -> License:
    broker = register.share_broker(session, entry.civil_id)
    if broker is None:
        raise NotFound("broker.unknown")
    license = License(
        id=ids.new_id(),
        number=number or _number_for_legacy(session, entry, occasion),
        legacy_number=None if number else entry.number,
        broker=broker,
        version=1,
        news=0,
        **_license_values(session, entry),
    )
    if ours := numbers.parse(license.number):
        register.note_serial(session, ours)
    spreading.refresh(license)
    session.add(license)
    try:
        write_first(session, license, cause, occasion)
    except IntegrityError:  # a parallel twin entered it: the same again finds it
        raise Unavailable("database.busy") from None
    return license


def _license_values(session: Session, entry: LicenseEntry) -> dict[str, Any]:
    """The columns that an entry sets."""
    office = people.find_office(session, entry.office_code)
    if office is None:
        raise NotFound("office.unknown")
    values: dict[str, Any] = {"broker_type": entry.broker_type, "office": office}
    values |= {name: getattr(entry, name) for name in ("valid_until", "customs_office", "issued_on")}
    if entry.guarantee_number is not None:
        guarantee = register.share_guarantee(session, entry.office_code, entry.guarantee_number)
        if guarantee is None:
            raise NotFound("guarantee.unknown")
        values["guarantee"] = guarantee
    if entry.general_license_number is not None:
        values["general_license_id"] = register.get_license(session, entry.general_license_number).id
    given = {name: value for name, value in values.items() if value is not None}
    return {**given, **(vars(entry.stops) if entry.stops else {})}


def _number_for_legacy(session: Session, entry: LicenseEntry, occasion: Occasion) -> str:
    """A number of our own beside the one that it was known by."""
    type_code = numbers.TYPE_CODES[entry.broker_type]
    customs_office = entry.customs_office or numbers.UNKNOWN_OFFICE
    serial = register.take_serial(session, type_code, customs_office)
    year = (entry.issued_on or occasion.today).year
    return str(numbers.Number(type_code, customs_office, serial, year))


def _given(entry: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(entry).items() if value is not None}


def _differs(row: Any, values: Mapping[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def _set(row: Any, values: Mapping[str, Any]) -> Put:
    if not _differs(row, values):
        return Put.SAME
    for name, value in values.items():
        setattr(row, name, value)
    return Put.CHANGED


def _there(row: Any) -> Any:
    """A row that somebody removed in between is a trouble of the moment: rows of the register are never removed."""
    if row is None:
        raise Unavailable("database.busy")
    return row
