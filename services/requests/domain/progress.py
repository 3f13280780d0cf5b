"""What a reader sees of a request's way: the stepper and the lines on a card."""

from collections.abc import Sequence

from services.requests.domain.life import ENDED, Status

Step = tuple[Status, str]  # the second is done | now | next


def steps(path: Sequence[Status], status: Status, reached: Status | None) -> list[Step]:
    """The stepper: `path` is the definition's, `reached` the furthest of it so far.

    A status beside the path (a waiting list, a rejection) stands after what was reached; nothing follows an end.
    """
    if status in path:
        here = path.index(status)
        return [(step, _state(place, here)) for place, step in enumerate(path)]
    done = path.index(reached) + 1 if reached is not None else 0
    following: list[Step] = [] if status in ENDED else [(step, "next") for step in path[done:]]
    if status is Status.DRAFT:
        return following
    return [(step, "done") for step in path[:done]] + [(status, "now")] + following


def lines(path: Sequence[Status], status: Status, reached: Status | None) -> list[Status]:
    """What a card says, oldest first: that it was sent, that an officer has it, and where it is now."""
    said = [step for step, state in steps(path, status, reached) if state != "next"]
    shown: list[Status] = [step for step in said if step in (Status.SUBMITTED, Status.UNDER_REVIEW)]
    return shown if status in shown else [*shown, status]


def _state(place: int, here: int) -> str:
    return "now" if place == here else ("done" if place < here else "next")
