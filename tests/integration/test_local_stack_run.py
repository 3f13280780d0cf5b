"""`make run` as somebody at a terminal meets it: it comes up, looks after itself, and leaves nothing behind."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local import probes, processes
from deploy.local.ports import HOST, SERVICES, Ports

REPOSITORY = Path(__file__).parents[2]
ROLES = {
    "administrator",
    "supervisor",
    "reviewer",
    "reviewer_2",
    "examiner",
    "examiner_2",
    "general_user",
    "additional_user",
    "candidate",
    "other_office_general_user",
}


class Terminal:
    """One running `run` in a folder of its own, and short commands beside it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.ports = Ports.free()
        self.output = folder / "output.txt"

    @property
    def root(self) -> Path:
        """Where the stack is."""
        return self.folder / "run"

    def open(self) -> subprocess.Popen[bytes]:
        """Begin `run`."""
        with self.output.open("wb") as output:
            return subprocess.Popen(
                self._command("run", "--port", str(self.ports.base)),
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def command(self, *arguments: str) -> tuple[int, str]:
        """Exit code and words of a command that ends."""
        done = subprocess.run(
            self._command(*arguments),
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def said(self) -> str:
        """What `run` has said so far."""
        return self.output.read_text()

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "deploy.local", "--folder", str(self.folder), *arguments]


def wait_for(is_so: Callable[[], bool], seconds: float) -> None:
    """Return when it is so. Fails when it takes longer."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A portal that runs."""
    terminal = Terminal(tmp_path_factory.mktemp("demo"))
    process = terminal.open()
    wait_for(lambda: "The portal is ready" in terminal.said() or process.poll() is not None, 180)
    assert process.poll() is None, terminal.said()
    yield terminal
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert "Nothing is left running" in terminal.said()
    assert processes.marked(terminal.root) == []


def test_it_says_where_everything_is_and_how_to_log_in(terminal: Terminal) -> None:
    demo = json.loads((terminal.folder / "demo.json").read_text())
    assert demo["gateway_url"] == terminal.ports.url("gateway")
    assert set(demo["accounts"]) == ROLES
    words = terminal.said()
    for address in (demo["gateway_url"], demo["catcher_url"], demo["s3_url"]):
        assert address in words
    for account in demo["accounts"].values():
        assert account["email"] in words
        assert account["password"] in words
    assert probes.answers(f"{demo['gateway_url']}/readyz", seconds=10)
    assert probes.answers(f"{demo['catcher_url']}/api/messages")


def test_no_secret_and_no_password_is_in_a_log(terminal: Terminal) -> None:
    accounts = json.loads((terminal.folder / "demo.json").read_text())["accounts"]
    secrets = [path.read_text() for path in (terminal.root / "secrets").iterdir()]
    secrets += [account["password"] for account in accounts.values()]
    logs = list((terminal.root / "log").glob("*.log"))
    assert {*SERVICES, "gateway", "postgres", "rabbitmq", "s3"} <= {path.stem for path in logs}
    for log in logs:
        text = log.read_text(errors="replace")
        assert [secret for secret in secrets if secret in text] == [], log.name


def test_again_it_says_that_it_is_running(terminal: Terminal) -> None:
    before = processes.marked(terminal.root)
    code, words = terminal.command("run", "--port", str(terminal.ports.base))
    assert code == 0
    assert "already running" in words
    assert terminal.ports.url("gateway") in words
    assert set(before) <= set(processes.marked(terminal.root))


def test_what_crashes_is_reported_and_started_again(terminal: Terminal) -> None:
    (pid,) = [
        pid
        for pid in processes.marked(terminal.root)
        if b"services.licensing" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    processes.send([pid], signal.SIGKILL)
    wait_for(lambda: "licensing ended unexpectedly (exit code -9); starting it again" in terminal.said(), 10)
    wait_for(lambda: probes.answers(f"{terminal.ports.url('licensing')}/ready"), 60)


def test_from_another_shell_it_is_stopped(tmp_path: Path) -> None:
    code, words = Terminal(tmp_path).command("stop")
    assert code == 0
    assert "not running" in words


@pytest.mark.parametrize("way", ["Ctrl-C", "make stop", "reset"])
def test_it_can_be_stopped_while_it_starts(tmp_path: Path, way: str) -> None:
    terminal = Terminal(tmp_path)
    process = terminal.open()
    wait_for(lambda: "postgres" in terminal.said(), 60)
    if way == "Ctrl-C":
        process.send_signal(signal.SIGINT)
    else:
        assert terminal.command("stop" if way == "make stop" else "reset")[0] == 0
    assert process.wait(60) == 0
    assert processes.marked(terminal.root) == []
    assert terminal.root.exists() is (way != "reset")


def test_killed_it_takes_everything_with_it(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    process = terminal.open()
    wait_for(lambda: "postgres" in terminal.said(), 60)
    left = processes.marked(terminal.root)
    assert len(left) > 3
    process.kill()
    process.wait()
    assert processes.wait_gone(left, 15)
    assert terminal.command("stop")[1].startswith("The portal is not running")


def test_a_taken_port_is_told_in_a_sentence(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    with socket.socket() as other:
        other.bind((HOST, terminal.ports.of("gateway")))
        other.listen()
        code, words = terminal.command("run", "--port", str(terminal.ports.base))
    assert code == 1
    assert f"Port {terminal.ports.base}, which the portal's gateway needs" in words
    assert "make run PORT=" in words
    assert "Traceback" not in words
