"""A date of a broker or of a guarantee stands with every license that hangs on it: one change, all looked at anew."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from services.licensing.domain import names
from services.licensing.models import License
from services.licensing.usecases.occasion import Occasion
from services.licensing.usecases.standing import settle, snapshot, write_change


def spread(session: Session, licenses: Iterable[License], cause: str, occasion: Occasion) -> None:
    """Bring these locked licenses up to their broker and guarantee as they are now."""
    session.flush()
    for license in licenses:
        settle(session, license, occasion)
        before = snapshot(license)
        refresh(license)
        if snapshot(license) != before:
            write_change(session, license, cause, occasion)


def refresh(license: License) -> None:
    """What a license keeps of its broker and its guarantee."""
    broker, guarantee = license.broker, license.guarantee
    license.civil_id_expiry = broker.civil_id_expiry
    license.passport_expiry = broker.passport_expiry
    license.guarantee_expires_on = guarantee.expires_on if guarantee else None
    license.guarantee_id = guarantee.id if guarantee else None
    license.office_code = license.office.code
    license.sort_key = broker.sort_key
    license.search = names.words(
        license.number,
        license.legacy_number or "",
        broker.civil_id,
        broker.full_name_ar,
        broker.full_name_en,
    )
