"""Who breaks things, and who puts them up again: a breaker with a list, a keeper that restarts the dead."""

import random
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.component import Component, StartFailed
from deploy.local.stack import Stack

FROZEN_SECONDS = 15.0
RABBITMQCTL = "/usr/lib/rabbitmq/bin/rabbitmqctl"


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


def _kill(component: Component) -> None:
    component.kill()


def _terminate(component: Component) -> None:
    component.stop()


def _freeze(component: Component) -> None:
    component.pause()
    time.sleep(FROZEN_SECONDS)
    component.resume()


def _block(component: Component) -> None:
    """The broker's memory alarm: whoever publishes is made to wait."""
    _set_memory_mark(component, "1MB")
    time.sleep(FROZEN_SECONDS)
    _set_memory_mark(component, "1GiB")


def _set_memory_mark(component: Component, mark: str) -> None:
    command = [RABBITMQCTL, "set_vm_memory_high_watermark", "absolute", mark]
    environment = dict(component.program.environment)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@dataclass(frozen=True)
class Fault:
    """What is done to whom, once each, in random order."""

    victims: tuple[str, ...]
    act: Callable[[Component], None]


SERVICES = ("identity", "requests", "documents", "notifications", "licensing")
ROUNDS = {
    "killed": Fault((*SERVICES, "rabbitmq", "postgres", "s3"), _kill),
    "frozen": Fault(("rabbitmq", "postgres", "s3"), _freeze),
    "rolling": Fault((*SERVICES, "gateway"), _terminate),
    "blocked": Fault(("rabbitmq",), _block),
}


class _Breaker(threading.Thread):
    """Acts on each victim once, in random order, spread over the time."""

    def __init__(self, stack: Stack, fault: Fault, seconds: float, seed: int):
        super().__init__(daemon=True)
        self._stack, self._fault, self._seconds = stack, fault, seconds
        self._chance = random.Random(seed)
        self.done: list[str] = []

    def run(self) -> None:
        victims = list(self._fault.victims)
        self._chance.shuffle(victims)
        for victim in victims:
            time.sleep(self._seconds / len(victims) * self._chance.uniform(0.5, 1.5))
            component = self._stack.component(victim)
            if component.is_running:
                self._fault.act(component)
                self.done.append(victim)


@contextmanager
def breaking(stack: Stack, fault: Fault, seconds: float, seed: int) -> Iterator[None]:
    """Every victim has its turn while the work inside is done; it ends when both have."""
    breaker = _Breaker(stack, fault, seconds, seed)
    breaker.start()
    yield
    breaker.join()
    print(f"       broken: {', '.join(breaker.done)}", flush=True)
