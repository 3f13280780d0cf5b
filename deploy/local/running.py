"""`make run`: starts the demo, stands by it, starts again what crashes, and stops all of it on Ctrl-C."""

import json
import shutil
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

FOLDER = REPOSITORY / ".local"

LOOK_SECONDS = 0.5
MOST_RESTARTS = 5
FORGET_SECONDS = 600  # a component that ran so long starts with a clean record
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


class Demo:
    """The one demo of a folder: its stack is in `run`, its addresses and logins in `demo.json`."""

    def __init__(self, folder: Path = FOLDER):
        self.root = folder.resolve() / "run"
        self.file = folder.resolve() / "demo.json"
        self._lease = Lease(self.root / "stack.lock")

    def run(self, port: int = DEMO_BASE) -> int:
        """Run until interrupted; the exit code."""
        if self._lease.holder():
            _say(sentence("already_running"))
            self._show()
            return 0
        for number in _STOPS:
            signal.signal(number, self._interrupt)
        try:
            stack = self._start(port)
        except (StartFailed, PortTaken, ValueError) as error:
            print(f"\n{error}", file=sys.stderr)
            return 1
        except Interrupted:
            _say(sentence("stopped", folder=_short(self.root)))
            return 0
        try:
            Watch(stack).stand_by()
        except Interrupted:
            _say("\n" + sentence("stopping"))
        finally:
            stack.stop()
        _say(sentence("stopped", folder=_short(self.root)))
        return 0

    def stop(self, seconds: int = 60) -> int:
        """Stop a demo that runs in another shell; the exit code."""
        holder = self._lease.holder()
        if holder is None:
            _say(sentence("not_running"))
            return 0
        _say(sentence("stopping"))
        processes.send([holder], signal.SIGTERM)  # the lock is proof that this pid is the one
        deadline = time.monotonic() + seconds
        while self._lease.holder() == holder:
            if time.monotonic() > deadline:
                processes.send([holder], signal.SIGKILL)
                processes.end_marked(self.root)
                _say(sentence("stop_late", seconds=seconds))
                return 1
            time.sleep(0.1)
        _say(sentence("stopped", folder=_short(self.root)))
        return 0

    def reset(self) -> int:
        """Stop it and forget its data and secrets; the exit code."""
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)
        self.file.unlink(missing_ok=True)
        _say(sentence("reset_done"))
        return 0

    def _start(self, port: int) -> Stack:
        began = time.monotonic()
        stack = Stack(self.root, env="demo", ports=port)
        _put_logs_aside(stack.logs)
        stack.start(on_progress=lambda name, seconds: _say(f"  {name:<24}{seconds:6.1f} s"))
        stack.write_demo(self.file)
        _say(f"\n{sentence('ready')} ({time.monotonic() - began:.0f} s)\n")
        self._show()
        return stack

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        # A second one does not wait for anybody.
        for number in _STOPS:
            signal.signal(number, lambda *_: processes.end_marked(self.root))
        raise Interrupted

    def _show(self) -> None:
        try:
            demo = json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return  # it is still starting
        _say(f"  {'Portal':<28}{demo['gateway_url']}")
        _say(f"  {'Mail and SMS catcher':<28}{demo['catcher_url']}")
        _say(f"  {'File store (S3)':<28}{demo['s3_url']}")
        _say(f"\n  Demo logins (also in {_short(self.file)})")
        for role, account in demo["accounts"].items():
            _say(f"  {role:<28}{account['email']:<40}{account['password']}")


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


def _put_logs_aside(folder: Path) -> None:
    for log in folder.glob("*.log"):
        log.rename(log.with_suffix(".log.1"))


def _short(path: Path) -> Path:
    return path.relative_to(REPOSITORY) if path.is_relative_to(REPOSITORY) else path


def _say(text: str) -> None:
    print(text, flush=True)
