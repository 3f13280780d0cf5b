"""The clock's row: what a service says to a move, and that production has no such clock."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from chassis import clock
from chassis.db import transaction
from chassis.errors import Invalid, NotFound
from chassis.models import business_clock
from chassis.testing import doorway
from services.licensing.service import LicensingService


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    """The clock is the process's: given back."""
    yield
    clock.shift(timedelta(0))


@pytest.fixture
def door(engine_of, settings_of):
    """The service on an empty database."""
    return doorway(LicensingService, engine_of("licensing"), settings_of("licensing"))


def _ahead(**time: int) -> str:
    return (datetime.now(UTC) + timedelta(**time)).isoformat()


def _moment(answer: dict[str, str]) -> datetime:
    return datetime.fromisoformat(answer["at"])


def test_a_move_is_followed_by_business_time_and_not_by_real_time(door) -> None:
    target = _ahead(days=53)
    told = _moment(door.move_clock(at=target))
    assert timedelta(0) <= told - datetime.fromisoformat(target) < timedelta(seconds=5)
    assert _moment(door.read_clock()) >= told
    assert abs(clock.now() - clock.real_now() - timedelta(days=53)) < timedelta(seconds=5)
    assert abs(clock.real_now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_same_move_again_changes_nothing_and_going_back_is_refused(door, engine_of) -> None:
    target = _ahead(days=53)
    door.move_clock(at=target)
    shifted = clock.shifted()
    door.move_clock(at=target)
    for code, at in {"clock.backwards": _ahead(days=52), "clock.too_far": _ahead(days=3700)}.items():
        with pytest.raises(Invalid) as caught:
            door.move_clock(at=at)
        assert (caught.value.code, caught.value.faults[0].pointer) == (code, "/at")
    assert clock.shifted() == shifted
    with transaction(engine_of("licensing")) as session:
        assert session.execute(select(business_clock.c.shift)).scalars().all() == [shifted]


@pytest.mark.parametrize(
    "at", ["", "tomorrow", "2031-02-30T00:00:00Z", "2031-03-27T09:00:00", "2031-03-27", 5, None]
)
def test_what_is_no_moment_is_refused(door, at) -> None:
    with pytest.raises(Invalid, match=r"input\.invalid") as caught:
        door.move_clock(at=at)
    assert [fault.pointer for fault in caught.value.faults] == ["/at"]


def test_production_refuses_both_calls_and_writes_nothing(engine_of, settings_of) -> None:
    engine = engine_of("licensing")
    production = replace(settings_of("licensing"), PORTAL_ENV="production")
    door = doorway(LicensingService, engine, production)
    with pytest.raises(NotFound, match=r"path\.unknown"):
        door.read_clock()
    with pytest.raises(NotFound, match=r"path\.unknown"):
        door.move_clock(at=_ahead(days=1))
    with transaction(engine) as session:
        assert session.execute(select(func.count()).select_from(business_clock)).scalar() == 0
    assert clock.shifted() == timedelta(0)
