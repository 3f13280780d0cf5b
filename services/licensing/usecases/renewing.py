"""The effect license.renew: another end, and what was renewed with it of the broker's papers and the guarantee."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from chassis import ids
from chassis.errors import Conflict, Unavailable
from services.licensing.domain.renewal import find_renewal_refusal
from services.licensing.domain.status import Facts
from services.licensing.models import Broker, Guarantee, License
from services.licensing.store import register
from services.licensing.usecases import spreading
from services.licensing.usecases.occasion import Occasion
from services.licensing.usecases.standing import facts_of, settle, write_change


@dataclass(frozen=True, kw_only=True)
class GivenGuarantee:
    """The guarantee that covers the license from now on, of its office."""

    number: str
    bank: str
    amount: Decimal
    expires_on: date


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """What was approved. None leaves what is known."""

    valid_until: date
    guarantee: GivenGuarantee | None = None
    civil_id_expiry: date | None = None
    passport_number: str | None = None
    passport_expiry: date | None = None
    mobile: str | None = None
    email: str | None = None

    @property
    def of_broker(self) -> dict[str, Any]:
        """What it says of the broker."""
        columns = ("civil_id_expiry", "passport_number", "passport_expiry", "mobile", "email")
        return {name: value for name in columns if (value := getattr(self, name)) is not None}


def renew(session: Session, number: str, renewal: Renewal, occasion: Occasion) -> License:
    """Renew a license. What its broker and its guarantee share with other licenses is renewed for these as well.

    Raises NotFound `license.unknown`, Conflict with the code of domain.renewal.
    """
    known = register.get_license(session, number)
    guarantee = _enter_guarantee(session, known.office_code, renewal.guarantee)
    circle = register.lock_together(
        session,
        license_id=known.id,
        broker_id=known.broker_id,
        guarantee_id=guarantee.id if guarantee else None,
    )
    license = next(each for each in circle if each.id == known.id)
    if guarantee is not None and license.office_code != guarantee.office_code:
        raise Unavailable("database.busy")  # it went to another office in this moment
    _require(license, renewal, occasion)
    for each in circle:
        settle(session, each, occasion)
    _change(license, guarantee, renewal)
    spreading.refresh(license)
    write_change(session, license, "renewed", occasion)
    others = [each for each in circle if each is not license]
    spreading.spread(session, others, "guarantee_updated" if guarantee else "broker_updated", occasion)
    return license


def _require(license: License, renewal: Renewal, occasion: Occasion) -> None:
    before = facts_of(license)
    refusal = find_renewal_refusal(before, _after(before, renewal), occasion.today, occasion.terms)
    if refusal is not None:
        raise Conflict(refusal.code, refusal.facts)


def _after(before: Facts, renewal: Renewal) -> Facts:
    given = renewal.guarantee
    return replace(
        before,
        valid_until=renewal.valid_until,
        guarantee_expires_on=given.expires_on if given else before.guarantee_expires_on,
        civil_id_expiry=renewal.civil_id_expiry or before.civil_id_expiry,
        passport_expiry=renewal.passport_expiry or before.passport_expiry,
    )


def _enter_guarantee(session: Session, office_code: str, given: GivenGuarantee | None) -> Guarantee | None:
    """The office's guarantee of that number, entered if it is new, not changed yet."""
    if given is None:
        return None
    values = {"id": ids.new_id(), "office_code": office_code, "version": 1, **vars(given)}
    register.add_guarantee_once(session, values)
    return register.find_guarantee(session, office_code, given.number)


def _change(license: License, guarantee: Guarantee | None, renewal: Renewal) -> None:
    license.valid_until = renewal.valid_until
    _set_counted(license.broker, renewal.of_broker)
    if guarantee is not None and renewal.guarantee is not None:
        _set_counted(guarantee, vars(renewal.guarantee))
        license.guarantee = guarantee


def _set_counted(row: Broker | Guarantee, values: dict[str, Any]) -> None:
    if any(getattr(row, name) != value for name, value in values.items()):
        row.version += 1
        for name, value in values.items():
            setattr(row, name, value)
