"""Who breaks things, and who puts them up again: a keeper that restarts the dead, a killer with a list."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.component import Component, StartFailed
from deploy.local.stack import Stack

VICTIMS = ("identity", "requests", "documents", "notifications", "licensing", "rabbitmq", "postgres", "s3")


def failpoints(flag: Path) -> dict[str, dict[str, str]]:
    """What each service's failpoints do while the flag exists."""
    # Idle loops pass the commit points too, about once a second each: higher shares would only test restarts.
    common = "before_commit=kill:0.001+error:0.03,after_commit=kill:0.001+error:0.02,before_outbox=error:0.02"
    own = {
        "identity": "",
        "requests": ",before_reply=kill:0.003,before_mark=kill:0.04,before_ack=kill:0.02",
        "documents": ",before_reply=kill:0.002,before_mark=kill:0.02,after_object=kill:0.01+error:0.03",
        "notifications": ",before_ack=kill:0.04,before_mark=kill:0.02,after_send=kill:0.01",
        "licensing": "",
    }
    # Everybody comes from one address here: fairness between addresses would only slow the run down.
    rates = {
        "RATE_ALL": "100000 per minute",
        "RATE_SIGN_IN": "10000 per minute",
        "RATE_FORMS": "10000 per minute",
    }
    armed = {name: {"PORTAL_FAILPOINTS": f"{common}{more};while={flag}"} for name, more in own.items()}
    return {**armed, "gateway": rates}


class Keeper:
    """Restarts whatever died, as an orchestrator would."""

    def __init__(self, stack: Stack):
        self._stack = stack
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.restarts = 0
        self.lock = threading.Lock()

    def __enter__(self) -> "Keeper":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(0.3):
            for component in self._stack.components:
                if not component.is_running:
                    self._revive(component)

    def _revive(self, component: Component) -> None:
        self.restarts += 1
        try:
            component.start(wait=False)
        except StartFailed as error:
            print(f"could not restart {component.name}: {error}", flush=True)


class _Killer(threading.Thread):
    """Kills each victim once, in random order, spread over the time."""

    def __init__(self, stack: Stack, seconds: float, seed: int):
        super().__init__(daemon=True)
        self._stack, self._seconds = stack, seconds
        self._chance = random.Random(seed)
        self.killed: list[str] = []

    def run(self) -> None:
        victims = list(VICTIMS)
        self._chance.shuffle(victims)
        for victim in victims:
            time.sleep(self._seconds / len(victims) * self._chance.uniform(0.5, 1.5))
            component = self._stack.component(victim)
            if component.is_running:
                component.kill()
            self.killed.append(victim)


@contextmanager
def killing(stack: Stack, seconds: float, seed: int) -> Iterator[None]:
    """Every victim dies once while the work inside is done; it ends when both have."""
    killer = _Killer(stack, seconds, seed)
    killer.start()
    yield
    killer.join()
    print(f"       killed {', '.join(killer.killed)}", flush=True)
