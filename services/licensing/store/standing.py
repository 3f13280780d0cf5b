"""The rule of domain.status as SQL, for lists that are narrowed by status.

Rows that no day has changed since they were looked at have their status in a column with an index; for the few others
it is computed, so that a list is right however late the job runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, or_
from sqlalchemy import false as never

from services.licensing.domain.status import Status, What
from services.licensing.models import License


@dataclass(frozen=True)
class Day:
    """The day that a status is asked for, and what puts a license on hold."""

    today: date
    hold_on: frozenset[What]


def narrowed_to(status: Status | None, day: Day) -> Iterator[list[ColumnElement[bool]]]:
    """Conditions of queries that together find the licenses of that status, none twice."""
    if status is None:
        yield []
        return
    is_fresh = or_(License.changes_on.is_(None), License.changes_on > day.today)
    yield [License.status == status.value, is_fresh]
    yield [License.changes_on <= day.today, status_on(day) == status.value]


def status_on(day: Day) -> ColumnElement[str]:
    """The status on that day."""
    today = day.today
    return case(
        (License.cancelled_on <= today, Status.CANCELLED.value),
        (License.suspended_from <= today, Status.SUSPENDED.value),
        (_is_stopped(day), Status.DEACTIVATED.value),
        (License.valid_until < today, Status.EXPIRED.value),
        (_is_lapsed(today, day.hold_on), Status.ON_HOLD.value),
        else_=Status.ACTIVE.value,
    )


def _is_stopped(day: Day) -> ColumnElement[bool]:
    until = License.deactivated_until
    has_returned = and_(
        until < day.today,
        License.valid_until > until,
        not_(_is_lapsed(until + timedelta(days=1), day.hold_on)),
    )
    return and_(License.deactivated_from <= day.today, not_(func.coalesce(has_returned, never())))


def _is_lapsed(day: Any, hold_on: frozenset[What]) -> ColumnElement[bool]:
    """Whether something that holds the license lapsed before that day. An unknown date says nothing."""
    columns = {What.CIVIL_ID: License.civil_id_expiry, What.PASSPORT: License.passport_expiry}
    lapses = [column < day for what, column in columns.items() if what in hold_on]
    if What.GUARANTEE in hold_on:
        lapses += [License.guarantee_expires_on < day, License.guarantee_id.is_(None)]
    return func.coalesce(or_(never(), *lapses), never())
