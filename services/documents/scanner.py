"""Looking for viruses. A scanner is asked after a file proved to be what it may be, before it is kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol


class Scanner(Protocol):
    """One way to look for viruses."""

    def scan(self, path: Path) -> str | None:
        """None for a clean file, otherwise the refusal code. Raises Unavailable when it cannot say."""


class NoScanner:
    """Finds nothing: for portals whose store or network scans, and until one is set up."""

    def scan(self, path: Path) -> str | None:
        """Always None."""
        return None


KINDS: dict[str, Callable[[], Scanner]] = {"none": NoScanner}


def make(kind: str) -> Scanner:
    """The scanner that the setting SCANNER names. Raises KeyError."""
    return KINDS[kind]()
