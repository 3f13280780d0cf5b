"""What somebody is offered to do with a request now: words of the API, for buttons and programs."""

from collections.abc import Callable

from chassis.errors import PortalError
from contracts.permissions import DECIDERS, Role
from services.requests.domain.definition import ServiceType
from services.requests.domain.life import Action, Status, possible_actions
from services.requests.domain.rules import Concern, Desk, Somebody, require_decider, require_taker

_EDITING = {
    Status.DRAFT: ("edit", "attach", "submit", "delete"),
    Status.RETURNED: ("edit", "attach", "submit"),
}
_STEPS = (Action.CONFIRM_ATTENDANCE, Action.WITHDRAW)
_PAPERS = {Status.ON_FINAL_LIST: ("admission_slip",)}


def to_applicant(definition: ServiceType, status: Status) -> list[str]:
    """What the applicant may do."""
    possible = possible_actions(definition.moves, status)
    steps = [action.value for action in _STEPS if action in possible]
    paper = [] if status is Status.DRAFT else ["print"]
    return [*_EDITING.get(status, ()), *steps, *_PAPERS.get(status, ()), *paper]


def to_officer(
    definition: ServiceType, status: Status, desk: Desk, concern: Concern, actor: Somebody
) -> list[str]:
    """What this officer may do."""
    if not actor.roles & DECIDERS or concern.touches(actor):
        return ["print"]
    is_mine, is_supervisor = desk.officer == actor.id, Role.SUPERVISOR in actor.roles
    fits: dict[Action, Callable[[], bool]] = {
        Action.CLAIM: lambda: desk.officer in (None, actor.id),
        Action.TAKE_OVER: lambda: not is_mine and _may_take(status, desk, actor),
        Action.UNASSIGN: lambda: is_mine or is_supervisor,
        Action.APPROVE: lambda: is_mine and _may_decide(definition, Action.APPROVE, desk, actor),
        Action.REJECT: lambda: is_mine and _may_decide(definition, Action.REJECT, desk, actor),
        Action.RECOMMEND: lambda: is_mine and desk.recommended_by is None,
        Action.RETURN: lambda: is_mine,
        Action.ASSIGN: lambda: is_supervisor,
        Action.REOPEN: lambda: is_supervisor,
    }
    possible = possible_actions(definition.moves, status)
    return [action.value for action, may in fits.items() if action in possible and may()] + [
        "add_note",
        "print",
    ]


def _may_take(status: Status, desk: Desk, actor: Somebody) -> bool:
    is_with_somebody = desk.officer is not None or status is Status.UNDER_REVIEW
    return is_with_somebody and _holds(lambda: require_taker(desk, actor))


def _may_decide(definition: ServiceType, action: Action, desk: Desk, actor: Somebody) -> bool:
    return _holds(lambda: require_decider(definition, action, desk, actor))


def _holds(rule: Callable[[], None]) -> bool:
    try:
        rule()
    except PortalError:
        return False
    return True
