"""The making of one paper, outside any transaction: drawn by the child, put into the store."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from chassis.failpoints import failpoint
from services.documents import domain
from services.documents.objects import Objects
from services.documents.usecases.papers import Rendering


class Drawers(Protocol):
    """Child processes that draw papers."""

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """See services/documents/papers/child.py. Raises Unavailable `child.failed`, `child.busy`."""


@dataclass(frozen=True)
class Press:
    """What is needed to make a paper."""

    objects: Objects
    drawers: Drawers
    portal_url: str

    def make(self, rendering: Rendering) -> None:
        """Afterwards the PDF lies in the bucket `papers`. Raises Unavailable."""
        with tempfile.TemporaryDirectory(prefix="paper-") as folder:
            path = Path(folder, "paper.pdf")
            self.drawers.ask(
                {
                    "paper": rendering.kind,
                    "data": rendering.data,
                    "portal_url": self.portal_url,
                    "out": str(path),
                }
            )
            self.objects.put(domain.PAPERS, rendering.stored_key, path, domain.PDF)
        failpoint("after_object")
