"""The processes of this machine as /proc tells them: a process with all its descendants, and those of one stack."""

import os
import signal
import time
from pathlib import Path

MARK = "PORTAL_STACK"


def family(pid: int) -> list[int]:
    """The process and all its living descendants, parents first."""
    children: dict[int, list[int]] = {}
    for child, (parent, state) in _table().items():
        if state != "Z":
            children.setdefault(parent, []).append(child)
    found = [pid]
    for member in found:
        found.extend(children.get(member, ()))
    return found


def send(pids: list[int], number: int) -> None:
    """Signal each; one that is gone is passed over."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def marked(root: Path) -> list[int]:
    """Processes that were started for the stack in `root`, whoever is their parent now."""
    mark = f"{MARK}={root}".encode()
    own = os.getpid()
    return [pid for pid in _pids() if pid != own and mark in _environment(pid).split(b"\0")]


def end_marked(root: Path) -> list[int]:
    """Kill whatever is left of the stack in `root`; the pids that were found."""
    left = marked(root)
    if left:
        send(left, signal.SIGKILL)
        wait_gone(left, 5)
    return left


def wait_gone(pids: list[int], seconds: float) -> bool:
    """Whether all are gone (or zombies of somebody else) within the time."""
    deadline = time.monotonic() + seconds
    while any(_is_alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _is_alive(pid: int) -> bool:
    stat = _stat(pid)
    return stat is not None and stat[1] != "Z"


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _table() -> dict[int, tuple[int, str]]:
    rows = ((pid, _stat(pid)) for pid in _pids())
    return {pid: stat for pid, stat in rows if stat is not None}


def _stat(pid: int) -> tuple[int, str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, parent = text.rpartition(")")[2].split()[:2]  # the name before it may hold anything
    return int(parent), state


def _environment(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""
