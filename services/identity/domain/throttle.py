"""How fast passwords can be guessed: five wrong ones in a quarter of an hour cost nothing, then each costs more.

An attempt under way counts as a wrong one until it is settled, so that guesses in parallel gain nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

WINDOW = timedelta(minutes=15)
FREE = 5
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=10)
ABANDONED = timedelta(seconds=10)  # an attempt that nobody settled: its process died


@dataclass(frozen=True)
class Attempt:
    """One guess at one account's password. Right ones are not kept."""

    at: datetime
    is_settled: bool = True


class Gate(Enum):
    """What becomes of the next attempt."""

    OPEN = "open"
    BUSY = "busy"  # too many are under way: ask again in a moment
    SHUT = "shut"


def gate(attempts: Sequence[Attempt], now: datetime) -> tuple[Gate, int]:
    """Whether one more attempt may begin; when shut, the whole seconds until it may."""
    recent = [attempt for attempt in attempts if now - attempt.at < WINDOW]
    wrong = sorted(each.at for each in recent if each.is_settled or now - each.at >= ABANDONED)
    under_way = len(recent) - len(wrong)
    if len(wrong) >= FREE:
        wait = wrong[-1] + delay(len(wrong)) - now
        if wait > timedelta(0):
            return Gate.SHUT, -(-wait // timedelta(seconds=1))
        return (Gate.BUSY, 1) if under_way else (Gate.OPEN, 0)
    return (Gate.BUSY, 1) if len(wrong) + under_way >= FREE else (Gate.OPEN, 0)


def delay(wrong: int) -> timedelta:
    """How long after the last wrong attempt the next may come."""
    if wrong < FREE:
        return timedelta(0)
    return min(FIRST_DELAY * 2 ** (wrong - FREE), LONGEST_DELAY)
