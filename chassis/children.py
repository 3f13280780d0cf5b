"""Work that may run away (images, PDFs) happens in a long-lived child process with CPU, memory and time limits.

`Child` is the asking side: cooperative under eventlet, plain without it. `serve` is the child's side. They speak
JSON lines over one socket, the child's standard input and output.
"""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path
from time import monotonic
from typing import Any

from chassis import logs
from chassis.errors import Unavailable

log = logs.get(__name__)

MAX_ANSWER = 8 * 1024 * 1024
WRITTEN_BYTES = 64 * 1024 * 1024
START_SECONDS = 20.0
WALL = 3
_ROOT = Path(__file__).resolve().parents[1]
_TICKS = os.sysconf("SC_CLK_TCK")


class _Overrun(Exception):
    """The child is not to be asked again; `why` is time, died, memory, error or start."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


class Child:
    """One child process, started when first asked and anew after `requests` answers or a failure.

    `seconds` bounds the CPU time of one answer, `WALL` times as much its wall clock, since a machine may be busy
    with others; `memory_bytes` bounds the address space.
    """

    def __init__(self, argv: Sequence[str], seconds: float, memory_bytes: int, *, requests: int = 200):
        self._argv = list(argv)
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._requests = requests
        self._lock = threading.Lock()
        self._process: subprocess.Popen | None = None
        self._channel: socket.socket | None = None
        self._answered = 0

    @property
    def pid(self) -> int | None:
        """The process id of the running child, if one runs."""
        return self._process.pid if self._process else None

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """The child's answer; one question at a time, others wait.

        Raises Unavailable `child.failed` with the fact `why`: `time`, `died`, `memory`, `error` or `start`.
        """
        from chassis.db import forbid_in_transaction  # the child's own side does without a database

        forbid_in_transaction("a child process")
        with self._lock:
            try:
                return self._exchange(question)
            except _Overrun as overrun:
                why = "time" if self._kill() == -signal.SIGXCPU else overrun.why
                log.warning("child failed", extra={"why": why, "program": self._argv[-1]})
                raise Unavailable("child.failed", {"why": why}) from None
            except BaseException:  # a half-read answer must never be taken for the next one's
                self._kill()
                raise

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._kill()

    def _exchange(self, question: dict[str, Any]) -> dict[str, Any]:
        process, channel = self._running()
        self._allow_cpu(process.pid)
        deadline = monotonic() + self._seconds * WALL
        line = json.dumps(question).encode() + b"\n"
        try:
            channel.settimeout(self._seconds * WALL)
            channel.sendall(line)
        except TimeoutError:
            raise _Overrun("time") from None
        except OSError:
            raise _Overrun("died") from None
        reply = _read_reply(channel, deadline)
        if "answer" not in reply:
            fault = str(reply.get("fault"))[:80]
            log.warning("child could not answer", extra={"fault": fault})
            raise _Overrun("memory" if fault == "MemoryError" else "error")
        self._answered += 1
        if self._answered >= self._requests:
            self._kill()
        return reply["answer"]

    def _running(self) -> tuple[subprocess.Popen, socket.socket]:
        if self._process is not None and self._process.poll() is not None:
            self._kill()
        if self._process is None or self._channel is None:
            return self._start()
        return self._process, self._channel

    def _start(self) -> tuple[subprocess.Popen, socket.socket]:
        ours, theirs = socket.socketpair()
        self._channel, self._answered = ours, 0
        with theirs:
            os.set_blocking(theirs.fileno(), True)  # eventlet made both ends otherwise; the child is plain
            process = self._process = subprocess.Popen(
                self._argv,
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.DEVNULL,  # libraries quote what they read; logs hold nothing personal
                cwd=_ROOT,
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for the parent, which lets work end
            )
        _limit(process.pid, self._memory_bytes)
        reply = _read_reply(ours, monotonic() + START_SECONDS)
        if "unready" in reply:
            log.error("child not ready: %s", reply["unready"], extra={"program": self._argv[-1]})
            raise _Overrun("start")
        return process, ours

    def _allow_cpu(self, pid: int) -> None:
        # The limit counts the process's whole life: each question moves it on.
        try:
            allowed = ceil(_cpu_seconds(pid) + self._seconds)
            _soft, hard = resource.prlimit(pid, resource.RLIMIT_CPU)
            resource.prlimit(pid, resource.RLIMIT_CPU, (allowed, hard))
        except OSError:
            raise _Overrun("died") from None

    def _kill(self) -> int | None:
        process, channel = self._process, self._channel
        self._process = self._channel = None
        if channel is not None:
            channel.close()
        if process is None:
            return None
        process.kill()
        return process.wait()


class Children:
    """A few children of one kind: while one works on something heavy the others go on."""

    def __init__(self, count: int, make: Callable[[], Child], patience: float = 30.0):
        self._free = [make() for _ in range(count)]
        self._all = tuple(self._free)
        self._slots = threading.Semaphore(count)
        self._patience = patience

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """As `Child.ask`; waits up to `patience` seconds for a free child, then Unavailable `child.busy`."""
        if not self._slots.acquire(timeout=self._patience):
            raise Unavailable("child.busy")
        child = self._free.pop()
        try:
            return child.ask(question)
        finally:
            self._free.append(child)
            self._slots.release()

    def close(self) -> None:
        """End all children."""
        for child in self._all:
            child.close()


def _environment() -> dict[str, str]:
    # Not the parent's environment: it holds the keys and passwords of the service.
    kept = {
        name: os.environ[name]
        for name in ("LD_LIBRARY_PATH", "FONTCONFIG_FILE", "PATH")
        if name in os.environ
    }
    scratch = tempfile.gettempdir()
    return {
        **kept,
        "LANG": "C.UTF-8",
        "HOME": scratch,
        "TMPDIR": scratch,
        "PYTHONPATH": str(_ROOT),
        "MALLOC_ARENA_MAX": "2",  # address space is limited: no arena for every thread
    }


def _limit(pid: int, memory_bytes: int) -> None:
    resource.prlimit(pid, resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (WRITTEN_BYTES, WRITTEN_BYTES))
    resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _read_reply(channel: socket.socket, deadline: float) -> dict[str, Any]:
    try:
        reply = json.loads(_read_line(channel, deadline))
    except ValueError:
        raise _Overrun("died") from None
    return reply if isinstance(reply, dict) else {}


def _read_line(channel: socket.socket, deadline: float) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n"):
        try:
            channel.settimeout(max(deadline - monotonic(), 0.001))
            part = channel.recv(65536)
        except TimeoutError:
            raise _Overrun("time") from None
        except OSError:
            part = b""
        if not part or len(line) + len(part) > MAX_ANSWER:
            raise _Overrun("died")
        line += part
    return bytes(line)


def serve(load: Callable[[], Callable[[dict[str, Any]], dict[str, Any]]]) -> None:
    """The child's side: `load` imports what is heavy and gives the function that answers one question."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not be read as an answer

    def say(reply: dict[str, Any]) -> None:
        out.write(json.dumps(reply).encode() + b"\n")
        out.flush()

    try:
        answer = load()
    except Exception as error:
        say({"unready": f"{type(error).__name__}: {error}"})
        return
    say({"ready": True})
    for line in sys.stdin.buffer:
        say(_answered(answer, line))


def _answered(answer: Callable[[dict[str, Any]], dict[str, Any]], line: bytes) -> dict[str, Any]:
    try:
        return {"answer": answer(json.loads(line))}
    except Exception as error:
        return {"fault": type(error).__name__}
