"""What documents publishes. `aggregate` is the document's id."""

from dataclasses import dataclass
from typing import ClassVar

from contracts.events import Event


@dataclass(frozen=True, kw_only=True)
class DocumentChecked(Event):
    """A finished upload was looked at. `state` is clean or refused; `code` says why it was refused."""

    NAME: ClassVar[str] = "documents.document_checked"
    owner: str  # the number of the request that it was uploaded for
    state: str
    code: str | None
    content_type: str | None  # what the file is, whatever its name says
    size: int  # bytes
    sha256: str


EVENTS: tuple[type[Event], ...] = (DocumentChecked,)
