"""Rules between a request, its earlier siblings and the people around it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from chassis.errors import Conflict, Forbidden
from contracts.permissions import Role
from services.requests.domain.definition import OneAtATime, ServiceType
from services.requests.domain.life import Action, Status

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
    """An earlier request of the same person or license that has ended. `on`: what days of waiting count from."""

    status: Status
    on: date | None


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
        (wait := days.get(ended.status.value, 0)) == FOR_EVER
        or (wait > 0 and ended.on is not None and today < ended.on + timedelta(days=wait))
        for ended in earlier
        if ended.status not in rule.blocking
    )


def require_filer(definition: ServiceType, actor: Somebody) -> None:
    """Raises Forbidden unless this kind of account may file this type of request."""
    if not actor.roles & definition.filers or actor.person.get("civil_id") is None:
        raise Forbidden("request.not_for_you")
    if actor.person.get("legal_entity") not in definition.legal_entities:
        raise Forbidden("request.legal_entity")


@dataclass(frozen=True)
class Desk:
    """On whose desk a request lies, and what was recommended."""

    officer: str | None = None
    recommended_by: str | None = None


def require_disinterested(concern: Concern, actor: Somebody) -> None:
    """Nobody decides what he filed or what concerns himself. Raises Forbidden `decision.own_request`."""
    if concern.touches(actor):
        raise Forbidden("decision.own_request")


def require_decider(definition: ServiceType, action: Action, desk: Desk, actor: Somebody) -> None:
    """Where two officers are asked: one recommends, then a supervisor decides, who is somebody else.

    Raises Forbidden `decision.needs_supervisor` `decision.own_recommendation`, Conflict `decision.not_recommended`.
    """
    if action not in definition.two_officers:
        return
    if Role.SUPERVISOR not in actor.roles:
        raise Forbidden("decision.needs_supervisor")
    if desk.recommended_by is None:
        raise Conflict("decision.not_recommended")
    if desk.recommended_by == actor.id:
        raise Forbidden("decision.own_recommendation")
