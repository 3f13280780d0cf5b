"""`make logs`: all logs of the demo as they grow, one readable line each, with the component's name before it."""

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

RECENT_LINES = 10  # of each log, to begin with
LOOK_SECONDS = 0.3
_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
_TAKEN = frozenset(
    {"message", "level", "levelname", "at", "timestamp", "asctime", "time", "service", "name", "logger"}
)


class Follower:
    """Reads what was added to the logs of a folder, also to those that appear later."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._files: dict[Path, TextIO] = {}

    def recent(self) -> Iterator[tuple[str, str]]:
        """The last lines of each log as (component, line)."""
        for path in self._new():
            file = self._open(path)
            for line in file.readlines()[-RECENT_LINES:]:
                yield path.stem, line

    def added(self) -> Iterator[tuple[str, str]]:
        """What came since the last look."""
        for path in self._new():
            self._open(path)
        for path, file in list(self._files.items()):
            if not path.exists() or path.stat().st_ino != _inode(file):
                file.close()
                del self._files[path]  # put aside by a new start: opened anew at the next look
                continue
            for line in file.readlines():
                yield path.stem, line

    def _new(self) -> list[Path]:
        return [path for path in sorted(self._folder.glob("*.log")) if path not in self._files]

    def _open(self, path: Path) -> TextIO:
        file = self._files[path] = path.open(encoding="utf-8", errors="replace")
        return file


def follow(folder: Path, output: TextIO = sys.stdout) -> None:
    """Print for ever; ended by Ctrl-C."""
    follower = Follower(folder)
    is_coloured = output.isatty()
    for name, line in follower.recent():
        print(shown(name, line, is_coloured), file=output)
    while True:
        for name, line in follower.added():
            print(shown(name, line, is_coloured), file=output)
        output.flush()
        time.sleep(LOOK_SECONDS)


def shown(name: str, line: str, is_coloured: bool = False) -> str:
    """One line for people: component, then the line, a JSON one taken apart."""
    label = f"{name:<16}"
    if is_coloured:
        colour = _COLOURS[sum(name.encode()) % len(_COLOURS)]
        label = f"\033[{colour}m{label}\033[0m"
    return f"{label} {_readable(line.rstrip())}"


def _readable(line: str) -> str:
    if not line.startswith("{"):
        return line
    try:
        record = json.loads(line)
    except ValueError:
        return line
    moment = str(record.get("at") or record.get("timestamp") or record.get("asctime") or "")[11:23]
    level = record.get("level") or record.get("levelname") or ""
    facts = " ".join(
        f"{key}={value}" for key, value in record.items() if key not in _TAKEN and value not in ("", None)
    )
    return " ".join(part for part in (moment, str(level), str(record.get("message", "")), facts) if part)


def _inode(file: TextIO) -> int:
    return os.fstat(file.fileno()).st_ino
