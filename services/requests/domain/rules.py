"""Rules between a request, its earlier siblings and the people around it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from chassis.errors import Forbidden
from contracts.permissions import DECIDERS
from services.requests.domain.definition import OneAtATime, ServiceType
from services.requests.domain.life import Action, Status, possible_actions

FOR_EVER = -1


class Somebody(Protocol):
    """What the rules look at, of whoever acts."""

    @property
    def id(self) -> str: ...

    @property
    def roles(self) -> frozenset[str]: ...

    @property
    def person(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Ended:
    """An earlier request of the same person or license that has ended."""

    status: Status
    on: date


@dataclass(frozen=True)
class Concern:
    """Whom a request concerns: the accounts that filed, pressed Send or are its subject, and its civil ID."""

    accounts: frozenset[str]
    civil_id: str

    def touches(self, actor: Somebody) -> bool:
        """Whether it is this person's own business."""
        return actor.id in self.accounts or self.civil_id == actor.person.get("civil_id")


def exclusive_key(definition: ServiceType, status: Status, fact: str | None) -> str | None:
    """What no two requests may have at once: the database keeps it unique. None while it blocks nobody."""
    rule = definition.one_at_a_time
    if rule is None or fact is None or status not in rule.blocking:
        return None
    return f"{definition.code}:{fact}"


def still_blocks(rule: OneAtATime, days: Mapping[str, int], earlier: Iterable[Ended], today: date) -> bool:
    """Whether a request that ended stands in the way: `days` per status, -1 for ever, 0 or absent not at all."""
    return any(
        (wait := days.get(ended.status.value, 0)) == FOR_EVER or today < ended.on + timedelta(days=wait)
        for ended in earlier
        if ended.status not in rule.blocking
    )


def require_filer(definition: ServiceType, actor: Somebody) -> None:
    """Raises Forbidden unless this kind of account may file this type of request."""
    if not actor.roles & definition.filers or actor.person.get("civil_id") is None:
        raise Forbidden("request.not_for_you")
    if actor.person.get("legal_entity") not in definition.legal_entities:
        raise Forbidden("request.legal_entity")


def require_disinterested(concern: Concern, actor: Somebody) -> None:
    """Nobody decides what he filed or what concerns himself. Raises Forbidden `decision.own_request`."""
    if concern.touches(actor):
        raise Forbidden("decision.own_request")


def applicant_actions(definition: ServiceType, status: Status) -> list[str]:
    """What the applicant may do now, as words of the API."""
    if status is Status.DRAFT:
        return ["edit", "attach", "submit", "delete"]
    actions = ["withdraw"] if Action.WITHDRAW in possible_actions(definition.moves, status) else []
    return [*actions, "print"]


def officer_actions(
    definition: ServiceType, status: Status, officer: str | None, concern: Concern, actor: Somebody
) -> list[str]:
    """What this officer may do now, as words of the API."""
    if not actor.roles & DECIDERS or concern.touches(actor):
        return ["print"]
    possible = possible_actions(definition.moves, status)
    is_mine = officer == actor.id
    wanted = {
        Action.CLAIM: True,
        Action.TAKE_OVER: not is_mine,
        Action.UNASSIGN: is_mine or "supervisor" in actor.roles,
        Action.APPROVE: is_mine,
        Action.REJECT: is_mine,
    }
    return [action.value for action, fits in wanted.items() if fits and action in possible] + [
        "add_note",
        "print",
    ]
