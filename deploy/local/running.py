"""`make run`: starts the demo, stands by it, starts again what crashes, and stops all of it on Ctrl-C."""

import json
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from deploy.local import processes
from deploy.local.component import Component, StartFailed
from deploy.local.lease import Lease
from deploy.local.ports import DEMO_BASE, PortTaken
from deploy.local.rabbitmq import REPOSITORY
from deploy.local.stack import Stack
from deploy.local.words import sentence

ROOT = REPOSITORY / ".local" / "run"
DEMO_FILE = REPOSITORY / ".local" / "demo.json"
LOCK = ROOT / "stack.lock"

LOOK_SECONDS = 0.5
MOST_RESTARTS = 5
FORGET_SECONDS = 600  # a component that ran so long starts with a clean record


class Interrupted(BaseException):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


def run(port: int = DEMO_BASE) -> int:
    """Run the demo until interrupted; the exit code."""
    if Lease(LOCK).holder():
        _say(sentence("already_running"))
        _show(_demo())
        return 0
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        stack = Stack(ROOT, env="demo", ports=port)
        _put_logs_aside(stack.logs)
        began = time.monotonic()
        stack.start(on_progress=_progress)
    except (StartFailed, PortTaken, ValueError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except Interrupted:
        _say(sentence("stopped", folder=_short(ROOT)))
        return 0
    try:
        stack.write_demo(DEMO_FILE)
        _say(f"\n{sentence('ready')} ({time.monotonic() - began:.0f} s)")
        _show(_demo())
        Watch(stack).stand_by()
    except Interrupted:
        _say("\n" + sentence("stopping"))
    finally:
        stack.stop()
    _say(sentence("stopped", folder=_short(ROOT)))
    return 0


class Watch:
    """Looks after the components of a running stack."""

    def __init__(self, stack: Stack):
        self._stack = stack
        self._ended: dict[str, list[float]] = {}

    def stand_by(self) -> None:
        """Never returns; ended by an interrupt."""
        while True:
            for component in self._stack.components:
                if component.has_crashed:
                    self._revive(component)
            time.sleep(LOOK_SECONDS)

    def _revive(self, component: Component) -> None:
        now = time.monotonic()
        times = [moment for moment in self._ended.get(component.name, []) if now - moment < FORGET_SECONDS]
        self._ended[component.name] = [*times, now]
        facts = {"name": component.name, "log": _short(component.log), "tail": component.tail()}
        if len(times) >= MOST_RESTARTS:
            _say(sentence("gave_up", times=len(times) + 1, **facts))
            component.kill()  # no longer expected to run
            return
        _say(sentence("crashed", code=component.exit_code, **facts))
        time.sleep(min(2 ** len(times), 10) - 1)
        try:
            component.start(wait=False)
        except StartFailed as error:
            _say(str(error))


def stop(seconds: int = 60) -> int:
    """Stop a demo that runs in another shell; the exit code."""
    lease = Lease(LOCK)
    holder = lease.holder()
    if holder is None:
        _say(sentence("not_running"))
        return 0
    _say(sentence("stopping"))
    processes.send([holder], signal.SIGTERM)  # the lock is proof that this pid is the one
    deadline = time.monotonic() + seconds
    while lease.holder() == holder:
        if time.monotonic() > deadline:
            processes.send([holder], signal.SIGKILL)
            processes.end_marked(ROOT)
            _say(sentence("stop_late", seconds=seconds))
            return 1
        time.sleep(0.1)
    _say(sentence("stopped", folder=_short(ROOT)))
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    # A second one does not wait for anybody.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: processes.end_marked(ROOT))
    raise Interrupted


def _put_logs_aside(folder: Path) -> None:
    for log in folder.glob("*.log"):
        log.rename(log.with_suffix(".log.1"))


def _progress(name: str, seconds: float) -> None:
    _say(f"  {name:<24}{seconds:6.1f} s")


def _demo() -> dict:
    try:
        return json.loads(DEMO_FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _show(demo: dict) -> None:
    rows = {
        "Portal": demo.get("gateway_url"),
        "Mail and SMS catcher": demo.get("catcher_url"),
        "File store (S3)": demo.get("s3_url"),
    }
    for name, address in rows.items():
        if address:
            _say(f"  {name:<28}{address}")
    if accounts := demo.get("accounts"):
        _say(f"\n  Demo logins (also in {_short(DEMO_FILE)})")
        for role, account in accounts.items():
            _say(f"  {role:<28}{account.get('email', ''):<40}{account.get('password', '')}")


def _short(path: Path) -> Path:
    return path.relative_to(REPOSITORY) if path.is_relative_to(REPOSITORY) else path


def _say(text: str) -> None:
    print(text, flush=True)
