"""The business clock of a demo, which stands in every service and shows the same everywhere."""

from typing import Any

from chassis.errors import Unavailable
from contracts.calls import DIRECTIONS
from gateway.clients.bus import Bus, Later


class Clocks:
    """The clocks of all services. Production refuses each call as NotFound `path.unknown`."""

    def __init__(self, bus: Bus):
        self._bus = bus

    def read(self) -> str:
        """The business moment, RFC 3339. Raises Unavailable `clock.not_everywhere` {services}."""
        return max(self._ask_all("read_clock"))

    def move(self, at: str) -> str:
        """The business moment once every service is there and has done what was due in between.

        Raises Invalid, and Unavailable `clock.not_everywhere` {services}: the same move said again reaches the rest.
        """
        return max(self._ask_all("move_clock", at=at))

    def _ask_all(self, method: str, **arguments: Any) -> list[str]:
        asked = {
            name: self._bus.ask_beside(name, method, **arguments) for name in sorted(DIRECTIONS["gateway"])
        }
        moments = {name: _moment(answer) for name, answer in asked.items()}
        missing = [name for name, moment in moments.items() if moment is None]
        if missing:
            raise Unavailable("clock.not_everywhere", {"services": ", ".join(missing)})
        return [moment for moment in moments.values() if moment]


def _moment(answer: Later) -> str | None:
    try:
        return answer.get()["at"]
    except Unavailable:
        return None
