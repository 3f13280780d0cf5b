"""The drawing of one PDF's pages, outside any transaction: fetched, drawn by the child, put into the store."""

import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from chassis.errors import Unavailable
from chassis.failpoints import failpoint
from services.documents import domain
from services.documents.objects import Objects
from services.documents.usecases.showing import Sitting


class Painters(Protocol):
    """Child processes that draw pages."""

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """See services/documents/pages/child.py. Raises Unavailable `child.failed`, `child.busy`."""


@dataclass(frozen=True)
class Pages:
    """How many pages have a picture now, and how many there are (None: nobody could count them)."""

    shown: int
    count: int | None


NONE = Pages(0, None)


@dataclass(frozen=True)
class Easel:
    """What is needed to draw pages."""

    objects: Objects
    painters: Painters

    def draw(self, sitting: Sitting) -> Pages:
        """Afterwards the pictures lie in the bucket `documents`. Raises Unavailable: try again later.

        Of a file that the child dies of there are the pages before; it stays the clean file that it was found to be.
        """
        with tempfile.TemporaryDirectory(prefix="pages-") as folder:
            path = Path(folder, "file")
            if self.objects.fetch(domain.DOCUMENTS, sitting.stored_key, path, sitting.max_bytes) is None:
                return self._missing(sitting)
            pages = self._paint(sitting, path, folder)
            for page in range(1, pages.shown + 1):
                key = domain.page_key(sitting.pages_key, page)
                self.objects.put(domain.DOCUMENTS, key, Path(folder, str(page)), domain.SHOWN_TYPE)
        failpoint("after_object")
        return pages

    def _missing(self, sitting: Sitting) -> Pages:
        if sitting.attempt < domain.MOST_TRIES:  # a store that has just come up may not see yet what it has
            raise Unavailable("storage.unavailable")
        return NONE

    def _paint(self, sitting: Sitting, path: Path, folder: str) -> Pages:
        question = {"path": str(path), "folder": folder, "most": domain.MOST_SHOWN}
        if answer := self._ask(question, sitting):
            return Pages(answer["shown"], answer["count"])
        shown = _finished(folder)
        counted = self._ask({**question, "most": 0}, sitting) if shown else None
        return Pages(shown, counted["count"]) if counted else NONE

    def _ask(self, question: dict[str, Any], sitting: Sitting) -> dict[str, Any] | None:
        """The child's answer; None when the file is to blame that there is none."""
        try:
            return self.painters.ask(question)
        except Unavailable as error:
            if domain.refusal_of_failure(error.facts.get("why", ""), sitting.attempt) is None:
                raise
            return None


def _finished(folder: str) -> int:
    """How many pictures there are, counted from the first page without a gap."""
    return next(shown for shown in count() if not Path(folder, str(shown + 1)).exists())
