"""The portal's own processes: five services, the gateway, the catcher, and the one-off steps before them."""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from deploy.local import probes
from deploy.local.component import Program, StartFailed, tail
from deploy.local.ports import SERVICES, Ports
from deploy.local.rabbitmq import REPOSITORY
from deploy.local.words import sentence

GATEWAY_PROCESSES = 2
GATEWAY_THREADS = 32  # each


def program(
    name: str, ports: Ports, environment: Mapping[str, str], command: Sequence[str] | None, root: Path
) -> Program:
    """The program of a service, one of its replicas, the gateway or the catcher; `command` in place of its own."""
    kind = name.partition("-")[0]
    if kind in SERVICES:
        argv, ready = _module("chassis.run", f"services.{kind}"), f"{ports.url(name)}/ready"
    elif kind == "gateway":
        argv, ready = _gateway(ports), f"{ports.url(name)}/readyz?self"
    else:
        argv, ready = _catcher(ports, root), f"{ports.url(name)}/healthz"
    return Program(
        name=name,
        argv=list(command or argv),
        environment=environment,
        folder=REPOSITORY,
        ready=lambda: probes.answers(ready),
        stop_seconds=25 if kind in SERVICES else 12,
    )


def _module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", name, *arguments]


def _gateway(ports: Ports) -> list[str]:
    options = ["--bind", ports.address("gateway"), "--workers", str(GATEWAY_PROCESSES), "--no-control-socket"]
    options += ["--graceful-timeout", "5", "--worker-tmp-dir", "/dev/shm"]  # noqa: S108  signs of life, off the disk
    return _module("gunicorn", "-c", "python:gateway.gunicorn_config", *options, "gateway.wsgi:app")


def _catcher(ports: Ports, root: Path) -> list[str]:
    addresses = ["--http", str(ports.of("catcher")), "--smtp", str(ports.of("smtp"))]
    return _module("deploy.local.catcher", *addresses, "--file", str(root / "messages.jsonl"))


class Steps:
    """One-off commands; output goes to a log each. Raise StartFailed; given up once `cancelled`."""

    def __init__(self, logs: Path, cancelled: threading.Event):
        self._logs = logs
        self._cancelled = cancelled

    def migrate(self, environments: Mapping[str, Mapping[str, str]]) -> None:
        """Bring the databases of these services up to date; their environments by name."""
        given = json.dumps(environments).encode()
        self._run("migrate", _module("deploy.local.migrating"), next(iter(environments.values())), given)

    def declare_topology(self, environment: Mapping[str, str]) -> None:
        """Declare exchanges, queues and bindings."""
        self._run("topology", _module("chassis.topology"), environment)

    def load_demo(self, environment: Mapping[str, str]) -> dict[str, Any]:
        """Make the demo accounts, or find them: {role: {email, password}}."""
        return json.loads(self._run("demo", _module("services.identity.commands", "load-demo"), environment))

    def _run(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], given: bytes = b""
    ) -> bytes:
        log = self._logs / f"{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        # Standard output not into the log: the demo's passwords pass there.
        with log.open("wb") as errors, TemporaryFile() as output, TemporaryFile() as source:
            source.write(given)
            source.seek(0)
            process = subprocess.Popen(
                command,
                env=dict(environment),
                cwd=REPOSITORY,
                stdin=source,
                stdout=output,
                stderr=errors,
                start_new_session=True,
            )
            code = self._wait(process)
            output.seek(0)
            answer = output.read()
        if code:
            raise StartFailed(sentence("step_failed", name=name, code=code, log=log, tail=tail(log)))
        return answer

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        while True:
            try:
                return process.wait(0.1)
            except subprocess.TimeoutExpired:
                if self._cancelled.is_set():
                    process.kill()
