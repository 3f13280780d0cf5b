"""What people and other services look at: licenses as they are or were, their history, guarantees, facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from chassis.errors import Fault, Invalid, NotFound
from services.licensing.domain import numbers
from services.licensing.domain.readiness import Readiness, readiness
from services.licensing.domain.status import Facts, Standing, What, status_of
from services.licensing.models import Guarantee, License
from services.licensing.store import history, lists, register
from services.licensing.usecases.occasion import Occasion
from services.licensing.usecases.standing import facts_of

MOST_COVERED = 200  # licenses that a guarantee is shown with


@dataclass(frozen=True)
class Then:
    """The facts of a license on a day, with the guarantee that covered it."""

    facts: Facts
    day: date
    guarantee: Guarantee | None


@dataclass(frozen=True)
class View:
    """A license with whom it hangs under, its facts on a day, and what follows from them."""

    license: License
    general: License | None
    then: Then
    standing: Standing
    readiness: Readiness


@dataclass(frozen=True)
class Cover:
    """A guarantee with the licenses that it covers."""

    guarantee: Guarantee
    licenses: Sequence[License]


def view_all(session: Session, licenses: Sequence[License], occasion: Occasion) -> list[View]:
    """Licenses as they are today."""
    generals = lists.list_generals(session, licenses)
    day, hold_on = occasion.today, occasion.hold_on
    return [
        _view(each, generals.get(each.id), Then(facts_of(each), day, each.guarantee), hold_on)
        for each in licenses
    ]


def get_license(session: Session, number: str, as_of: date | None, occasion: Occasion) -> View:
    """One, today or on a past day. Raises NotFound `license.unknown`, `license.not_known_then`,
    Invalid for a day to come.
    """
    license = lists.get_visible(session, number, occasion.actor)
    if as_of is None or as_of == occasion.today:
        return view_all(session, [license], occasion)[0]
    if as_of > occasion.today:
        raise Invalid("input.invalid", faults=[Fault("/as_of", "field.in_future")])
    state = history.find_state(session, license.id, as_of)
    if state is None:
        first = history.find_first_day(session, license.id)
        raise NotFound("license.not_known_then", {"known_from": first.isoformat() if first else None})
    general = lists.list_generals(session, [license]).get(license.id)
    guarantee = session.get(Guarantee, state.guarantee_id) if state.guarantee_id else None
    return _view(license, general, Then(facts_of(state), as_of, guarantee), occasion.hold_on)


def list_licenses(
    session: Session, filters: lists.Filters, page: lists.Page, occasion: Occasion
) -> tuple[list[View], str | None]:
    """A page of what this person may see."""
    rows, following = lists.list_licenses(session, occasion.actor, filters, occasion.day, page)
    return view_all(session, rows, occasion), following


def list_facts(session: Session, wanted: Sequence[str], occasion: Occasion) -> list[View]:
    """Those of these numbers that there are; who may know of them is for the asking service to say."""
    spelled = [number for each in wanted if (number := numbers.find(each)) is not None]
    return view_all(session, register.list_by_number(session, spelled), occasion)


def list_history(
    session: Session, number: str, page: lists.Page, occasion: Occasion
) -> tuple[list[history.Entry], str | None]:
    """A page of what happened to a license, the latest first. Raises NotFound `license.unknown`."""
    license = lists.get_visible(session, number, occasion.actor)
    return history.list_entries(session, license.id, *page)


def get_guarantee(session: Session, guarantee_id: str, occasion: Occasion) -> Cover:
    """One with the licenses that it covers. Raises NotFound `guarantee.unknown`."""
    guarantee = lists.get_visible_guarantee(session, guarantee_id, occasion.actor)
    reach = lists.reach_of(session, occasion.actor)
    return Cover(guarantee, lists.list_covered(session, guarantee.id, reach, MOST_COVERED))


def _view(license: License, general: License | None, then: Then, hold_on: frozenset[What]) -> View:
    standing = status_of(then.facts, then.day, hold_on)
    return View(license, general, then, standing, readiness(then.facts, then.day, hold_on))


def list_guarantees(
    session: Session, office: str | None, page: lists.Page, occasion: Occasion
) -> tuple[list[Guarantee], str | None]:
    """A page of what this person may see."""
    return lists.list_guarantees(session, occasion.actor, office, page)
