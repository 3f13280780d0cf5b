"""A whole private portal, or a part of it, in one folder: servers, services, gateway; started in order, stopped whole.

    with Stack(tmp_path, env="test") as stack:
        requests.get(f"{stack.gateway_url}/readyz")
        stack.component("requests").kill()

Several stacks run beside each other, each in its own folder on its own ports.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from deploy.local import order, plan, portal, probes, processes
from deploy.local.component import Component, Program, StartFailed, Stopping
from deploy.local.environment import Environments
from deploy.local.keys import Keys
from deploy.local.lease import Lease
from deploy.local.order import Step
from deploy.local.ports import SERVICES, Ports
from deploy.local.postgres import Postgres
from deploy.local.rabbitmq import REPOSITORY, RabbitMQ
from deploy.local.rights import TOPOLOGY
from deploy.local.store import Store
from deploy.local.words import sentence

NEEDED_MEGABYTES = 500
Progress = Callable[[str, float], None]
"""Told when something is done: its name and the seconds it took."""


class Stack:
    """The stack in `root`.

    `env` is PORTAL_ENV: `demo` (durable data, fixed ports) or `test` (free ports, data thrown away). `ports` is the
    first port of the block. `extra_env` adds settings per component ("*" for all), `commands` puts another command
    in a component's place, `replicas` starts a service several times (`notifications`, `notifications-2` …).
    """

    def __init__(
        self,
        root: Path,
        env: str = "test",
        ports: int | None = None,
        *,
        extra_env: Mapping[str, Mapping[str, str]] | None = None,
        commands: Mapping[str, Sequence[str]] | None = None,
        replicas: Mapping[str, int] | None = None,
    ):
        self.root = root.resolve()
        self.env = env
        self.ports = Ports(ports) if ports else Ports.free()
        self.keys = Keys(self.root / "secrets")
        self.logs = self.root / "log"
        self.postgres = Postgres(self.root / "postgres", self.ports, self.keys, durable=env == "demo")
        self.rabbitmq = RabbitMQ(self.root / "rabbitmq", self.ports, self.keys)
        self.store = Store(self.root / "s3", self.ports, self.keys, origins=(self.gateway_url,))
        self._environments = Environments(
            self.root,
            env,
            self.ports,
            self.keys,
            postgres=self.postgres,
            rabbitmq=self.rabbitmq,
            store=self.store,
            extra=extra_env or {},
        )
        self._commands = commands or {}
        self._replicas = plan.checked_replicas(replicas or {})
        self._components: dict[str, Component] = {}
        self._cancelled = threading.Event()
        self._lease = Lease(self.root / "stack.lock")
        self._guard: subprocess.Popen[bytes] | None = None
        self.accounts: dict[str, Any] = {}

    # ------------------------------------------------------------------------------------------ addresses

    @property
    def gateway_url(self) -> str:
        """Where people and office systems come in."""
        return self.ports.url("gateway")

    @property
    def catcher_url(self) -> str:
        """Where sent mail and text messages are seen."""
        return self.ports.url("catcher")

    @property
    def s3_url(self) -> str:
        """The file store."""
        return self.store.url

    def environment(self, component: str) -> dict[str, str]:
        """The whole environment of a component, also for commands that run beside it."""
        return self._environments.of(component)

    def component(self, name: str) -> Component:
        """A component that was started. Raises KeyError."""
        return self._components[name]

    @property
    def components(self) -> list[Component]:
        """Those that were started, in the order of their start."""
        return list(self._components.values())

    # ------------------------------------------------------------------------------------------ start

    def start(self, names: Iterable[str] | None = None, on_progress: Progress = lambda *_: None) -> "Stack":
        """Start these components with what they need (all of them by default) and return when they are ready.

        Raises StartFailed or PortTaken with a sentence; what was started is stopped again.
        """
        wanted = plan.with_needs(names or plan.COMPONENTS)
        self._open(wanted)
        try:
            order.run(self._steps(wanted, on_progress), cancel=self._cancelled.set)
            if set(SERVICES) | {"gateway"} <= wanted:
                self._wait_for_portal()
        except BaseException:
            self.stop()
            raise
        return self

    def _open(self, wanted: Collection[str]) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self._cancelled.clear()
        if not self._lease.is_held:
            if not self._lease.take():
                raise StartFailed(sentence("root_in_use", folder=self.root))
            processes.end_marked(self.root)  # of a run whose owner was killed together with its guard
        try:
            _check_disk(self.root)
            fresh = [name for name in wanted if name not in self._components]
            self.ports.check_free(port for name in fresh for port in plan.PORTS.get(name, (name,)))
        except BaseException:
            if not self._components:
                self._lease.give_back()
            raise
        if self._guard is None:
            self._guard = self._start_guard()

    def _start_guard(self) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-S",
            "-m",
            "deploy.local.guard",
            str(self.root),
            *map(str, self.store.sockets),
        ]
        environment = {"PATH": os.environ.get("PATH", os.defpath)}
        return subprocess.Popen(
            command, cwd=REPOSITORY, env=environment, stdin=subprocess.PIPE, start_new_session=True
        )

    def _steps(self, wanted: Collection[str], on_progress: Progress) -> dict[str, Step]:
        steps = {}
        for name in (name for name in plan.COMPONENTS if name in wanted):
            for replica in self._replicas_of(name):
                steps[replica] = Step(lambda n=replica: self._start_component(n), plan.after(name))  # type: ignore[misc]
        run = portal.Steps(self.logs, self._cancelled)
        if services := [name for name in SERVICES if name in wanted]:
            environments = {name: self.environment(name) for name in services}
            steps["migrate"] = Step(lambda: run.migrate(environments), frozenset({"postgres"}))
            declare = self.environment(TOPOLOGY)
            steps["topology"] = Step(lambda: run.declare_topology(declare), frozenset({"rabbitmq"}))
        if {"identity", "gateway"} <= set(wanted):
            steps["demo accounts"] = Step(lambda: self._load_demo(run), frozenset({"migrate"}))
        return {name: Step(_timed(name, step.act, on_progress), step.after) for name, step in steps.items()}

    def _replicas_of(self, name: str) -> list[str]:
        count = self._replicas.get(name, 1)
        return [name, *(f"{name}-{number}" for number in range(2, count + 1))]

    def _start_component(self, name: str) -> None:
        component = self._components.get(name)
        if component is None:
            component = Component(self._program(name), self.logs / f"{name}.log", self._cancelled)
            self._components[name] = component
        component.start()

    def _program(self, name: str) -> Program:
        environment = self.environment(name)
        makers = {
            "epmd": self.rabbitmq.names_server,
            "postgres": self.postgres.program,
            "rabbitmq": self.rabbitmq.program,
            "s3": self.store.program,
        }
        if name in makers:
            (self.root / ("rabbitmq" if name == "epmd" else name)).mkdir(exist_ok=True)
            return makers[name](environment)
        command = self._commands.get(name) or self._commands.get(name.partition("-")[0])
        return portal.program(name, self.ports, environment, command, self.root)

    def _load_demo(self, run: portal.Steps) -> None:
        self.accounts = run.load_demo(self.environment("identity"))
        self.write_demo(self.root / "demo.json")

    def write_demo(self, file: Path) -> None:
        """Write addresses and logins as JSON."""
        demo = {
            "gateway_url": self.gateway_url,
            "catcher_url": self.catcher_url,
            "s3_url": self.s3_url,
            "accounts": self.accounts,
        }
        file.touch(mode=0o600)
        file.write_text(json.dumps(demo, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def _wait_for_portal(self) -> None:
        self.component("gateway").wait_ready()
        deadline = time.monotonic() + 60
        while not probes.answers(f"{self.gateway_url}/readyz", seconds=10):
            if self._cancelled.is_set():
                raise Stopping("gateway")
            if time.monotonic() > deadline:
                gateway = self.component("gateway")
                reason = sentence("reason_late", seconds=60)
                text = sentence(
                    "not_started", name="the portal", reason=reason, log=gateway.log, tail=gateway.tail()
                )
                raise StartFailed(text)
            time.sleep(0.1)

    # ------------------------------------------------------------------------------------------ stop

    def stop(self) -> None:
        """Stop all that was started, in reverse order, in bounded time. May be called from any thread, twice."""
        self._cancelled.set()
        for level in plan.STOP_LEVELS:
            members = [c for c in self.components if c.name.partition("-")[0] in level]
            if members:
                with ThreadPoolExecutor(max_workers=len(members)) as pool:
                    list(pool.map(self._stop_component, members))
        self._components.clear()
        if self._guard and self._guard.stdin:
            self._guard.stdin.close()  # it sweeps whatever is left, and goes
            self._guard.wait(timeout=15)
            self._guard = None
        self._lease.give_back()

    def _stop_component(self, component: Component) -> None:
        # A test throws its data away: its servers need not put it in order.
        if self.env == "test" and component.program.lasting:
            component.kill()
        else:
            component.stop()

    def __enter__(self) -> "Stack":
        return self if self._components else self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _timed(name: str, act: Callable[[], object], on_progress: Progress) -> Callable[[], object]:
    def timed() -> None:
        began = time.monotonic()
        act()
        on_progress(name, time.monotonic() - began)

    return timed


def _check_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free // 2**20
    if free < NEEDED_MEGABYTES:
        raise StartFailed(sentence("disk_full", free=free, folder=folder, needed=NEEDED_MEGABYTES))
