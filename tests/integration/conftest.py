"""Integration tests run on a real broker and database: the lab service stands in the place of licensing."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import tests.lab.contract  # noqa: F401 - adds the lab to the tables
from chassis import ids
from chassis.actor import ANONYMOUS, Actor
from chassis.errors import Unavailable
from chassis.rpc import Asking, Caller
from deploy.local.stack import Stack

LAB = [sys.executable, "-m", "tests.lab.run"]


class Lab:
    """The running lab and a caller of it."""

    def __init__(self, stack: Stack):
        self.stack = stack
        self.service = stack.component("licensing")
        environment = stack.environment("gateway")
        self.caller = Caller("gateway", environment["AMQP_URL"], environment["BUS_KEY"])

    def call(
        self,
        method: str,
        key: str | None = None,
        seconds: float = 5.0,
        actor: Actor = ANONYMOUS,
        **arguments: Any,
    ) -> Any:
        """One call of the lab."""
        asking = Asking(actor, time.monotonic() + 5, key, "test-trace")
        return self.caller.call("licensing", method, arguments, asking)

    def ask(self, method: str, arguments: dict[str, Any], within: float = 5.0) -> Any:
        """One call of nobody's that may take so many seconds."""
        return self.caller.call("licensing", method, arguments, Asking(ANONYMOUS, time.monotonic() + within))

    def answers(self) -> bool:
        """Whether the lab answers now."""
        try:
            return bool(self.ask("echo", {"text": "x"}, within=2))
        except Unavailable:
            return False

    def add(self, kind: str, text: str) -> None:
        """One row, which makes one event."""
        self.call("add", key=ids.new_id(), kind=kind, text=text)

    def rows(self, kind: str) -> list[str]:
        """The texts of the rows of this kind."""
        return self.call("list_rows", kind=kind)

    def log(self) -> str:
        """What the lab logged."""
        return self.service.log.read_text()


def eventually(probe: Callable[[], Any], seconds: float = 20.0) -> Any:
    """What the probe returns once it is true; fails after the time."""
    deadline = time.monotonic() + seconds
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds} s; last seen {value!r}")
        time.sleep(0.1)


def start_lab(root: Any, extra: dict[str, str] | None = None, replicas: int = 1) -> Stack:
    """A stack of PostgreSQL, RabbitMQ and the lab, with short delays."""
    stack = Stack(
        root,
        env="test",
        commands={"licensing": LAB},
        replicas={"licensing": replicas},
        extra_env={"topology": {"RETRY_SECONDS": "0.3,0.3,0.3,0.3"}, "licensing": extra or {}},
    )
    stack.start(["postgres", "rabbitmq"])
    subprocess.run([*LAB, "topology"], env=stack.environment("topology"), check=True)
    stack.start(["licensing"])
    return stack


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The lab, one per test module."""
    stack = start_lab(tmp_path_factory.mktemp("lab"))
    lab = Lab(stack)
    yield lab
    lab.caller.close()
    stack.stop()
