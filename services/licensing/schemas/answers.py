"""A license, its history and a guarantee as people see them, and the facts that requests decides with."""

from datetime import UTC, date, datetime
from typing import Any

from services.licensing import reference
from services.licensing.domain.allowance import list_allowed
from services.licensing.domain.status import Standing
from services.licensing.models import Guarantee, License, LicenseState
from services.licensing.store.history import Entry
from services.licensing.usecases.reading import Cover, View


def dump_license(view: View) -> dict[str, Any]:
    """All that is shown of a license."""
    license, facts, standing = view.license, view.then.facts, view.standing
    broker, office = license.broker, license.office
    return {
        "number": license.number,
        "legacy_number": license.legacy_number,
        "broker": {
            "name_ar": broker.full_name_ar,
            "name_en": broker.full_name_en,
            "civil_id": broker.civil_id,
            "photo_url": None,
        },
        "broker_type": license.broker_type,
        "broker_type_name": reference.broker_types()[license.broker_type],
        "office": {"code": office.code, "name_ar": office.name_ar, "name_en": office.name_en},
        "general_broker": _dump_general(view),
        "customs_office": license.customs_office,
        "issued_on": _day(license.issued_on),
        **_dump_standing(standing),
        "valid_until": _day(facts.valid_until),
        "civil_id_expiry": _day(facts.civil_id_expiry),
        "passport_expiry": _day(facts.passport_expiry),
        "guarantee": _dump_cover(view),
        "readiness": _dump_readiness(view),
        "allowed_types": list_allowed(standing.status, _days_expired(view)),
        "version": license.version,
    }


def dump_facts(view: View) -> dict[str, Any]:
    """What requests decides with, and fills forms from."""
    license, standing = view.license, view.standing
    broker = license.broker
    return {
        "number": license.number,
        "status": standing.status.value,
        "causes": [cause.value for cause in standing.causes],
        "broker_type": license.broker_type,
        "office": license.office.id,
        "office_code": license.office_code,
        "broker": {
            "civil_id": broker.civil_id,
            "account": broker.account_id,
            "name_ar": broker.name_ar,
            "name_en": broker.name_en,
            "nationality": broker.nationality,
            "mobile": broker.mobile,
            "email": broker.email,
            "civil_id_expiry": _day(broker.civil_id_expiry),
            "passport_number": broker.passport_number,
            "passport_expiry": _day(broker.passport_expiry),
        },
        "valid_until": _day(license.valid_until),
        "guarantee": _dump_cover(view),
        "general_broker": _dump_general(view),
        "allowed_types": list_allowed(standing.status, _days_expired(view)),
        "version": license.version,
    }


def dump_entry(entry: Entry) -> dict[str, Any]:
    """One line of a history: an act, or what a day brought."""
    is_act = isinstance(entry, LicenseState)
    cause = entry.cause if isinstance(entry, LicenseState) else "by_date"
    return {
        "at": _moment(entry.at),
        "on": _day(entry.from_on if isinstance(entry, LicenseState) else entry.day),
        "cause": cause,
        "cause_name": reference.acts()[cause],
        "status": entry.status,
        "status_name": reference.statuses()[entry.status],
        "causes": [_dump_cause(code) for code in entry.causes],
        "by_role": entry.actor_role if isinstance(entry, LicenseState) and is_act else "system",
    }


def dump_guarantee(guarantee: Guarantee, today: date) -> dict[str, Any]:
    """One line of a list."""
    return {
        **_guarantee(guarantee, guarantee.expires_on),
        "office_code": guarantee.office_code,
        "is_lapsed": guarantee.expires_on < today,
        "version": guarantee.version,
    }


def dump_guarantee_cover(cover: Cover, today: date) -> dict[str, Any]:
    """A guarantee with what it covers."""
    return {
        **dump_guarantee(cover.guarantee, today),
        "licenses": [_dump_covered(each) for each in cover.licenses],
    }


def _dump_covered(license: License) -> dict[str, Any]:
    broker = license.broker
    return {"number": license.number, "name_ar": broker.full_name_ar, "name_en": broker.full_name_en}


def _dump_standing(standing: Standing) -> dict[str, Any]:
    return {
        "status": standing.status.value,
        "status_name": reference.statuses()[standing.status],
        "causes": [_dump_cause(cause) for cause in standing.causes],
    }


def _dump_cause(code: str) -> dict[str, Any]:
    return {"code": str(code), "text": reference.causes()[code]}


def _dump_readiness(view: View) -> dict[str, Any]:
    found = view.readiness
    return {
        "ready": found.ready,
        "until": _day(found.until),
        "because": found.because,
        "fix": reference.fixes()[found.because],
    }


def _dump_general(view: View) -> dict[str, Any] | None:
    """The general broker that the license hangs under; a general broker hangs under himself."""
    is_general = view.license.broker_type == "general_broker"
    general = view.license if is_general else view.general
    return _dump_covered(general) if general else None


def _dump_cover(view: View) -> dict[str, Any] | None:
    guarantee, expires_on = view.then.guarantee, view.then.facts.guarantee_expires_on
    return _guarantee(guarantee, expires_on) if guarantee and expires_on else None


def _guarantee(guarantee: Guarantee, expires_on: date) -> dict[str, Any]:
    return {
        "id": guarantee.id,
        "number": guarantee.number,
        "bank": guarantee.bank,
        "amount": str(guarantee.amount),
        "expires_on": _day(expires_on),
    }


def _days_expired(view: View) -> int:
    return (view.then.day - view.then.facts.valid_until).days


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
