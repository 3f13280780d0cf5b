"""What an upload may become, when a try is repeated, and what its name may look like. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import quote

from chassis import arabic

INCOMING, DOCUMENTS, PAPERS = "incoming", "documents", "papers"  # buckets of the store

POLICY_TIME = timedelta(minutes=10)  # to send a file
POLICY_GRACE = timedelta(minutes=1)  # an upload that began in time may end a little later
UNCOMPLETED_FOR = timedelta(days=1)
LEASES = (20, 40, 60)  # seconds of a try; a busy machine gets longer, so that one try ends at last
REMOVAL_LEASE = timedelta(seconds=30)
SLOW_WORKER = timedelta(minutes=10)  # after it nobody still writes to a key of an earlier try
ADDRESS_TIME = timedelta(seconds=60)
MOST_TRIES = 3  # of a file at which our own child dies
WAITS = (1, 2, 5, 10, 20, 30)  # seconds before the next try
MOST_SHOWN = 12  # pages of one PDF that are shown as pictures
PAPER_WAIT = timedelta(seconds=3)
FAILED_PAPER_REST = timedelta(minutes=1)


class State(StrEnum):
    """Where an upload is."""

    AWAITING = "awaiting_upload"
    UPLOADED = "uploaded"
    SCANNING = "scanning"
    CLEAN = "clean"
    REFUSED = "refused"
    REMOVED = "removed"


class PaperState(StrEnum):
    """Where a paper is."""

    ORDERED = "ordered"
    MADE = "made"
    FAILED = "failed"


class Refusal(StrEnum):
    """Why an upload was refused. The codes are on the wire."""

    MISSING = "document.missing"
    EMPTY = "document.empty"
    TOO_LARGE = "document.too_large"
    WRONG_TYPE = "document.wrong_type"
    ENCRYPTED = "document.encrypted"
    DAMAGED = "document.damaged"
    HASH_DIFFERS = "document.hash_differs"


@dataclass(frozen=True)
class Verdict:
    """What a look at the file found. `code` is None for a clean one."""

    code: str | None
    content_type: str | None = None
    size: int = 0
    sha256: str = ""
    has_rendition: bool = False

    @property
    def state(self) -> State:
        """The state it leads to."""
        return State.REFUSED if self.code else State.CLEAN


PDF = "application/pdf"
TYPES = {  # what may be uploaded anywhere: content type -> endings, the usual one first
    PDF: ("pdf",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/heic": ("heic", "heif"),
}
SHOWN_TYPE = "image/jpeg"  # what every image is shown as
UNKNOWN_TYPE = "application/octet-stream"


def refusal_of_announcement(size: int | None, max_bytes: int) -> Refusal | None:
    """What is wrong with a file before it is sent."""
    if size is None:
        return None
    if size <= 0:
        return Refusal.EMPTY
    return Refusal.TOO_LARGE if size > max_bytes else None


def refusal_of_arrival(
    size: int, sha256: str, *, max_bytes: int, announced_size: int | None, announced_sha256: str | None
) -> Refusal | None:
    """What is wrong with what arrived, before anybody looks into it. `size` may be cut at `max_bytes` + 1."""
    if size == 0:
        return Refusal.EMPTY
    if size > max_bytes:
        return Refusal.TOO_LARGE
    if announced_size not in (None, size) or announced_sha256 not in (None, sha256):
        return Refusal.HASH_DIFFERS
    return None


def refusal_of_failure(why: str, attempt: int) -> Refusal | None:
    """What it means for a file that the child broke on it; None: try again.

    Time and memory are the file's doing at once; a death or an error only when it happens every time.
    """
    if why in ("time", "memory"):
        return Refusal.DAMAGED
    if why in ("died", "error") and attempt >= MOST_TRIES:
        return Refusal.DAMAGED
    return None


def next_try(attempt: int, now: datetime) -> datetime:
    """When to try again after the given number of tries."""
    return now + timedelta(seconds=WAITS[min(attempt, len(WAITS)) - 1])


def lease_end(attempt: int, now: datetime) -> datetime:
    """When others may take the work over from the try of that number."""
    return now + timedelta(seconds=LEASES[min(attempt, len(LEASES)) - 1])


def announced_type(filename: str, content_types: list[str]) -> str:
    """The content type that the upload is to carry: the only one allowed, or by the name's ending."""
    if len(content_types) == 1:
        return content_types[0]
    ending = filename.rpartition(".")[2].lower()
    found = (kind for kind in content_types if ending in TYPES.get(kind, ()))
    return next(found, UNKNOWN_TYPE)


_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*]')
_LONGEST_NAME = 120


def clean_filename(text: str) -> str:
    """A name that is only a name: no path, no controls, no marks of direction, at most 120 characters."""
    text = arabic.clean(text.replace("\\", "/").rpartition("/")[2])
    text = " ".join(_FORBIDDEN.sub(" ", text).split()).strip(". ")
    stem, dot, ending = text.rpartition(".")
    if len(text) <= _LONGEST_NAME:
        return text or "document"
    if dot and len(ending) <= 10:
        return f"{stem[: _LONGEST_NAME - 1 - len(ending)].rstrip()}.{ending}"
    return text[:_LONGEST_NAME].rstrip()


def download_name(filename: str, content_type: str) -> str:
    """The cleaned name with an ending that fits what the file is, so that no program takes it for another."""
    name = clean_filename(filename)
    endings = TYPES.get(content_type, ("bin",))
    if name.rpartition(".")[2].lower() in endings and "." in name:
        return name
    return f"{name}.{endings[0]}"


def page_key(pages_key: str, page: int) -> str:
    """Where the picture of a page lies; pages count from 1."""
    return f"{pages_key}/{page}"


def page_keys(pages_key: str | None) -> list[str]:
    """Every place where a try may have put pictures, whether it came so far or not."""
    return [page_key(pages_key, page) for page in range(1, MOST_SHOWN + 1)] if pages_key else []


def page_filename(filename: str, page: int) -> str:
    """The name of a page's picture: the document's own, and which page it is."""
    return f"{filename.removesuffix('.pdf')} {page}.{TYPES[SHOWN_TYPE][0]}"


def disposition(name: str, *, is_shown: bool = False) -> str:
    """`Content-Disposition`: RFC 5987 for every reader of today, ASCII for the others.

    An attachment, unless the browser itself is to show it.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem, dot, ending = re.sub(r'[\\"%;]', "_", plain).rpartition(".")
    stem = stem.strip(" ._-") or "document"
    kind = "inline" if is_shown else "attachment"
    return f"{kind}; filename=\"{stem}{dot}{ending}\"; filename*=UTF-8''{quote(name, safe='')}"
