"""A look at one upload, outside any transaction: fetch once, judge those very bytes, keep those very bytes."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from chassis.errors import Unavailable
from chassis.failpoints import failpoint
from services.documents import domain
from services.documents.domain import Refusal, Verdict
from services.documents.objects import Arrived, Objects
from services.documents.scanner import Scanner
from services.documents.usecases.uploads import Check

_STORE_MAY_BE_WAKING = 2  # tries: a store that has just come up may not see yet what it has


class Inspectors(Protocol):
    """Child processes that look into files."""

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """See services/documents/inspection/child.py. Raises Unavailable `child.failed`, `child.busy`."""


@dataclass(frozen=True)
class Desk:
    """What is needed to look at a file."""

    objects: Objects
    inspectors: Inspectors
    scanner: Scanner
    max_pixels: int

    def look(self, check: Check) -> Verdict:
        """The verdict; a clean file lies in the bucket `documents` then. Raises Unavailable: look again later."""
        with tempfile.TemporaryDirectory(prefix="upload-") as folder:  # for our eyes alone (0700)
            path, rendition = Path(folder, "file"), Path(folder, "rendition")
            arrived = self.objects.fetch(domain.INCOMING, check.incoming_key, path, check.max_bytes)
            if arrived is None:
                return self._missing(check)
            code, content_type = self._judge(check, arrived, path, rendition)
            if code is None:
                self._keep(check, path, rendition, str(content_type))
            has_rendition = code is None and rendition.exists()
            return Verdict(code, content_type, arrived.size, arrived.sha256, has_rendition)

    def _missing(self, check: Check) -> Verdict:
        if check.attempt < _STORE_MAY_BE_WAKING:
            raise Unavailable("storage.unavailable")
        return Verdict(Refusal.MISSING)

    def _judge(
        self, check: Check, arrived: Arrived, path: Path, rendition: Path
    ) -> tuple[str | None, str | None]:
        code: str | None = domain.refusal_of_arrival(
            arrived.size,
            arrived.sha256,
            max_bytes=check.max_bytes,
            announced_size=check.announced_size,
            announced_sha256=check.announced_sha256,
        )
        if code:
            return code, None
        answer = self._inspect(check, path, rendition)
        return answer["code"] or self.scanner.scan(path), answer["content_type"]

    def _inspect(self, check: Check, path: Path, rendition: Path) -> dict[str, Any]:
        question = {
            "path": str(path),
            "rendition": str(rendition),
            "content_types": list(check.content_types),
            "max_pixels": self.max_pixels,
        }
        try:
            return self.inspectors.ask(question)
        except Unavailable as error:
            code = domain.refusal_of_failure(error.facts.get("why", ""), check.attempt)
            if code is None:
                raise
            return {"code": code, "content_type": None}

    def _keep(self, check: Check, path: Path, rendition: Path, content_type: str) -> None:
        if rendition.exists():
            self.objects.put(domain.DOCUMENTS, check.rendition_key, rendition, domain.SHOWN_TYPE)
        self.objects.put(domain.DOCUMENTS, check.stored_key, path, content_type)
        failpoint("after_object")
