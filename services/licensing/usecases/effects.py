"""What approved requests make of licenses: one table. Each happens once, or is refused with the reason.

A refused one may come again: the request was decided anew and has a higher `seq`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from chassis import audit, outbox
from chassis.errors import Conflict, Fault, Invalid, NotFound, PortalError
from contracts.licensing import EffectApplied, EffectRefused
from services.licensing.models import License
from services.licensing.schemas import renewal
from services.licensing.store import history
from services.licensing.usecases.occasion import Occasion
from services.licensing.usecases.renewing import renew

REFUSALS = (Conflict, Invalid, NotFound)

Run = Callable[[Session, str, Mapping[str, Any], Occasion], License]


def _renew(session: Session, number: str, data: Mapping[str, Any], occasion: Occasion) -> License:
    return renew(session, number, renewal.load(data), occasion)


EFFECTS: Mapping[str, Run] = {"license.renew": _renew}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """An effect that somebody thinks of."""

    effect: str
    license_number: str
    data: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Order(Wish):
    """The effect of one approved request. `seq` is the request's version."""

    request_number: str
    seq: int


def rehearse(session: Session, wish: Wish, occasion: Occasion) -> None:
    """What applying would do, in a transaction that is taken back. Raises what applying would be refused with."""
    run = EFFECTS.get(wish.effect)
    if run is None:
        raise Invalid("input.invalid", faults=[Fault("/effect", "field.not_a_choice")])
    run(session, wish.license_number, wish.data, occasion)


def apply(session: Session, order: Order, occasion: Occasion) -> None:
    """Make it so, once, and answer with the event. An effect that this version does not know waits, parked."""
    run = EFFECTS[order.effect]
    values = {**vars(order), "data": dict(order.data), "result": "applied", "code": None, "facts": {}}
    if not history.claim_effect(session, {**values, "at": occasion.now}):
        return
    try:
        with session.begin_nested():
            license = run(session, order.license_number, order.data, occasion)
    except REFUSALS as refusal:
        _refuse(session, order, refusal, occasion)
        return
    result = {
        "version": license.version,
        "status": license.status,
        "valid_until": license.valid_until.isoformat(),
    }
    event = EffectApplied(**_heading(order), result=result)
    outbox.record(session, event, occasion.actor)
    audit.record(session, occasion.actor, order.effect, license.number, {"request": order.request_number})


def _refuse(session: Session, order: Order, refusal: PortalError, occasion: Occasion) -> None:
    fields = [fault.pointer for fault in refusal.faults]
    facts = {**refusal.facts, **({"fields": fields} if fields else {})}
    history.refuse_effect(session, order.request_number, refusal.code, facts)
    event = EffectRefused(**_heading(order), code=refusal.code, facts=facts)
    outbox.record(session, event, occasion.actor)
    told = {"request": order.request_number, "code": refusal.code}
    audit.record(session, occasion.actor, f"{order.effect}.refused", order.license_number, told)


def _heading(order: Order) -> dict[str, Any]:
    return {
        "aggregate": order.request_number,
        "seq": order.seq,
        "effect": order.effect,
        "license_number": order.license_number,
    }
