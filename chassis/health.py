"""Probes: answered before any worker is needed, and honest about what they looked at."""

import time
from typing import Any

import eventlet
from eventlet import wsgi
from nameko.extensions import DependencyProvider
from sqlalchemy import text

from chassis import logs
from chassis.consumer import Consumption
from chassis.rpc import rpc
from chassis.steps import engine_of

log = logs.get(__name__)

STUCK_SECONDS = 30.0  # without a turn of the consumer's loop
OLDEST_NEWS_SECONDS = 120.0


class Probed(DependencyProvider):
    """A dependency that readiness looks at, too."""

    def probe(self) -> dict[str, bool]:
        """Each thing looked at, and whether it is well."""
        raise NotImplementedError


class Probes(DependencyProvider):
    """`GET /live`: the loops turn. `GET /ready`: consuming, the database answers, news leave."""

    consumption = Consumption()

    def setup(self) -> None:
        self._started = time.monotonic()
        host, _, port = self.container.config["settings"].HEALTH_ADDRESS.rpartition(":")
        self._socket = eventlet.listen((host, int(port)))

    def start(self) -> None:
        eventlet.spawn(wsgi.server, self._socket, self._application, log_output=False, debug=False)

    def stop(self) -> None:
        self._socket.close()

    def get_dependency(self, worker_ctx: Any) -> "Probes":
        return self

    def checks(self) -> dict[str, bool]:
        """Each thing looked at, and whether it is well."""
        return {"consumer": self.consumption.is_consuming, **self._database(), **self._dependencies()}

    def _dependencies(self) -> dict[str, bool]:
        probed = (each for each in self.container.dependencies if isinstance(each, Probed))
        return {name: is_well for each in probed for name, is_well in each.probe().items()}

    def _database(self) -> dict[str, bool]:
        oldest = "SELECT extract(epoch FROM now() - min(recorded_at)) FROM outbox"
        try:
            with eventlet.Timeout(3), engine_of(self.container).connect() as connection:
                age = connection.execute(text(oldest)).scalar()
            return {"database": True, "outbox": age is None or age < OLDEST_NEWS_SECONDS}
        except (Exception, eventlet.Timeout):
            return {"database": False}

    def _is_alive(self) -> bool:
        turned = max(self.consumption.last_turn, self._started)
        return time.monotonic() - turned < STUCK_SECONDS

    def _application(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/live":
            bad = [] if self._is_alive() else ["consumer loop"]
        elif environ["PATH_INFO"] == "/ready":
            bad = sorted(name for name, is_well in self.checks().items() if not is_well)
        else:
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"not found\n"]
        status = "503 Service Unavailable" if bad else "200 OK"
        start_response(status, [("Content-Type", "text/plain"), ("Cache-Control", "no-store")])
        return [(", ".join(bad) or "ok").encode() + b"\n"]


class Health:
    """The RPC method `health`, for the gateway's /readyz."""

    probes = Probes()

    @rpc
    def health(self) -> dict[str, Any]:
        """`{ok, checks}`."""
        checks = self.probes.checks()
        return {"ok": all(checks.values()), "checks": checks}
