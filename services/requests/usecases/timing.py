"""The Bureau's clock for one request: working days spent and paused, told by its history; the day it is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy.orm import Session

from chassis.clock import local_date
from services.requests.catalog import catalog
from services.requests.domain import days
from services.requests.domain.life import CLOCK_RUNS, Status, turn
from services.requests.models import HistoryEntry, ServiceRequest
from services.requests.settings import Settings
from services.requests.store import bureau, records
from services.requests.usecases.occasion import Occasion


@dataclass(frozen=True)
class Clock:
    """Working days of the Bureau: its target, what it has used, what it waited for others."""

    target: int
    spent: int
    paused: int
    is_running: bool


def restart(session: Session, request: ServiceRequest, occasion: Occasion) -> None:
    """The turn came to the Bureau: when it is due from now on."""
    history = records.list_history(session, request.id)
    target = _target(request.service_type, occasion.settings)
    left = max(0, target - _tally(session, history, occasion.today).spent)
    request.due_on = days.due_on(occasion.today, left, _holidays(session, occasion.today, left))
    request.overdue_told_at = None


def read(
    session: Session, request: ServiceRequest, history: Sequence[HistoryEntry], occasion: Occasion
) -> Clock | None:
    """The clock as it stands today, or as it stood when the request ended; None before Send."""
    if request.submitted_at is None:
        return None
    decided = request.decided_at or request.ended_at
    until = local_date(decided) if decided and request.status not in CLOCK_RUNS else occasion.today
    tally = _tally(session, history, until)
    target = _target(request.service_type, occasion.settings)
    return Clock(target, tally.spent, tally.paused, Status(request.status) in CLOCK_RUNS)


def after(session: Session, count: int, occasion: Occasion) -> date:
    """The `count`-th working day after today."""
    return days.due_on(occasion.today, count, _holidays(session, occasion.today, count))


def closing_hour(session: Session, day: date, settings: Settings) -> time:
    """When the Bureau closes on that day."""
    other = bureau.find_hours(session, day)
    return other.closes_at if other else time.fromisoformat(settings.CLOSES_AT)


def _target(service_type: str, settings: Settings) -> int:
    definition = catalog().get(service_type).definition
    return settings.TARGET_DAYS.get(definition.code, definition.target_days)


def _tally(session: Session, history: Sequence[HistoryEntry], until: date) -> days.Tally:
    turns = [
        (local_date(each.at), turn(Status(each.status))) for each in history if each.status != Status.DRAFT
    ]
    holidays = bureau.list_holidays(session, turns[0][0], until) if turns else frozenset()
    return days.tally(turns, until, holidays)


def _holidays(session: Session, start: date, count: int) -> frozenset[date]:
    return bureau.list_holidays(session, start, days.horizon(start, count))
