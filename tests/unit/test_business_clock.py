"""The business clock: where it may be moved to, and how a job's turn is asked for."""

import threading
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from chassis.errors import Invalid
from chassis.moving import FARTHEST, new_shift
from chassis.turns import Turns

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_moving_forward_is_counted_from_the_real_time() -> None:
    assert new_shift(NOW + 53 * DAY, NOW, timedelta(0), NOW) == 53 * DAY
    assert new_shift(NOW + 60 * DAY, NOW, 53 * DAY, NOW - DAY) == 60 * DAY


def test_the_same_moment_said_again_is_the_same_move() -> None:
    """It heals what the first one did not reach, although the clock went on meanwhile."""
    target = NOW + 53 * DAY
    assert new_shift(target, NOW + timedelta(seconds=9), 53 * DAY, NOW) == 53 * DAY


@pytest.mark.parametrize("back", [timedelta(milliseconds=1), DAY, 53 * DAY, 60 * DAY])
def test_it_does_not_go_back(back: timedelta) -> None:
    with pytest.raises(Invalid) as caught:
        new_shift(NOW + 53 * DAY - back, NOW, 53 * DAY, NOW - timedelta(hours=2))
    (fault,) = caught.value.faults
    assert (caught.value.code, fault.code, fault.pointer) == ("clock.backwards", "clock.backwards", "/at")
    assert caught.value.facts == {"at": "2027-01-16T09:00:00.000Z"}


@pytest.mark.parametrize(
    "target", [NOW + FARTHEST + timedelta(seconds=1), datetime.fromisoformat("9999-12-31T23:59:59-23:59")]
)
def test_it_goes_ten_years_and_no_further(target: datetime) -> None:
    assert new_shift(NOW + FARTHEST, NOW, DAY, NOW) == FARTHEST
    with pytest.raises(Invalid, match=r"clock\.too_far"):
        new_shift(target, NOW, DAY, NOW)


def test_a_turn_that_began_before_it_was_asked_for_does_not_count() -> None:
    turns = Turns()
    early = turns.begin()
    number = turns.ask(monotonic() + 1)
    turns.end(early)
    assert not turns.wait_for(number, monotonic() + 0.05)
    turns.end(turns.begin())
    assert turns.wait_for(number, monotonic())


def test_asking_ends_the_pause() -> None:
    turns, began = Turns(), monotonic()
    threading.Timer(0.1, turns.ask, [began + 1]).start()
    turns.pause(30)
    assert monotonic() - began < 5


def test_a_turn_that_could_not_be_made_is_tried_again_soon_while_somebody_waits() -> None:
    turns, began = Turns(), monotonic()
    turns.ask(began + 60)
    turns.pause(30)
    assert monotonic() - began < 5
    turns.ask(began)  # nobody waits for it any more
    began = monotonic()
    turns.pause(0.3)
    assert monotonic() - began >= 0.29
