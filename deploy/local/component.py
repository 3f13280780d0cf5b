"""One server of the stack as a child process: started until ready, signalled with its descendants, stopped in time."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local import processes
from deploy.local.words import sentence

POLL_SECONDS = 0.05


class StartFailed(Exception):
    """A sentence: which server, why, and the end of its log."""


class Stopping(Exception):
    """The stack is being stopped: whoever waits for a start may give up."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to start and how one sees that it works."""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    ready: Callable[[], bool]
    prepare: Callable[[], None] = lambda: None  # before each start: files that it needs
    settle: Callable[[], None] = lambda: None  # after each start, once ready: repeatable
    clean: Callable[[], None] = lambda: None  # after each end that we brought about
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 10.0
    start_seconds: float = 60.0
    lasting: bool = False  # keeps data that a kill cannot hurt


class Component:
    """A program and, while it runs, its process. Output is added to `log`."""

    def __init__(self, program: Program, log: Path, cancelled: threading.Event):
        self.program = program
        self.log = log
        self._cancelled = cancelled
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.RLock()
        self._expected = False

    @property
    def name(self) -> str:
        """The component's name in the stack."""
        return self.program.name

    @property
    def pid(self) -> int:
        """Its process id. Raises RuntimeError when it was never started."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was not started")
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs or was never started; negative for a signal."""
        return self._process.poll() if self._process else None

    @property
    def is_running(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def has_crashed(self) -> bool:
        """Whether it ended although nobody asked it to."""
        return self._expected and not self.is_running

    def is_ready(self) -> bool:
        """Whether it answers as it should."""
        return self.is_running and self.program.ready()

    def start(self, wait: bool = True) -> None:
        """Start it, and wait until it is ready. Nothing when it runs. Raises StartFailed."""
        with self._lock:
            if self._cancelled.is_set():
                raise Stopping(self.name)
            if not self.is_running:
                self.program.prepare()
                self._process = self._spawn()
                self._expected = True
        if wait:
            self.wait_ready()

    def wait_ready(self, seconds: float | None = None) -> None:
        """Return when it is ready and settled. Raises StartFailed when it ends or is late."""
        limit = self.program.start_seconds if seconds is None else seconds
        deadline = time.monotonic() + limit
        while not self.program.ready():
            if self._cancelled.is_set():
                raise Stopping(self.name)
            if not self.is_running:
                raise self._failure(sentence("reason_ended", code=self.exit_code))
            if time.monotonic() > deadline:
                raise self._failure(sentence("reason_late", seconds=limit))
            time.sleep(POLL_SECONDS)
        self.program.settle()

    def terminate(self) -> None:
        """Ask it to stop; returns at once (see `wait`)."""
        self._signal(self.program.stop_signal)

    def wait(self, seconds: float) -> bool:
        """Whether it ended within the time."""
        try:
            if self._process:
                self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        """Ask it to stop, wait as long as it may take, then end it by force."""
        if self.is_running:
            self.resume()
            self.terminate()
            self.wait(self.program.stop_seconds)
        self.kill()

    def kill(self) -> None:
        """SIGKILL to it and all its descendants at once; returns when they are gone."""
        self._expected = False
        if self._process is not None and self.is_running:
            members = processes.family(self._process.pid)
            processes.send(members, signal.SIGKILL)
            self._process.wait()
            processes.wait_gone(members, 5)
        self.program.clean()

    def pause(self) -> None:
        """SIGSTOP to it and all its descendants: it answers nothing but keeps its connections."""
        if self.is_running:
            processes.send(processes.family(self.pid), signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT after `pause`."""
        if self.is_running:
            processes.send(processes.family(self.pid), signal.SIGCONT)

    def restart(self) -> None:
        """Stop it in order and start it again."""
        self.stop()
        self.start()

    def tail(self, lines: int = 12) -> str:
        """The last lines of its log, indented."""
        return tail(self.log, lines)

    def _signal(self, number: int) -> None:
        self._expected = False
        if self._process and self.is_running:
            processes.send([self._process.pid], number)

    def _failure(self, reason: str) -> StartFailed:
        text = sentence("not_started", name=self.name, reason=reason, log=self.log, tail=self.tail())
        return StartFailed(text)

    def _spawn(self) -> subprocess.Popen[bytes]:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.program.argv,
                env=dict(self.program.environment),
                cwd=self.program.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in the terminal is for the one who runs the stack
            )


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a file, indented."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - 20_000))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        text = ""
    return "\n".join(f"    {line[:400]}" for line in text.splitlines()[-lines:]) or "    (empty)"
