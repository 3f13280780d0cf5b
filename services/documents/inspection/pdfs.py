"""PDFs must be whole, open without a password, and have pages."""

from itertools import islice
from pathlib import Path

from pypdf import PdfReader

MOST_PAGES = 1000
_END = 1024


def look_at_pdf(path: Path) -> str | None:
    """None, or the refusal code."""
    if b"%%EOF" not in _end(path):
        return "document.damaged"
    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted:
            return "document.encrypted"
        return None if _can_be_read(reader) else "document.damaged"
    except MemoryError:
        raise
    except Exception:  # readers of broken structures fail in every way there is
        return "document.damaged"


def _can_be_read(reader: PdfReader) -> bool:
    # Contents are not unpacked: pypdf takes garbled ones for empty, and bombs hide there.
    boxes = [page.mediabox for page in islice(reader.pages, MOST_PAGES + 1)]
    return 1 <= len(boxes) <= MOST_PAGES and all(box.width > 0 and box.height > 0 for box in boxes)


def _end(path: Path) -> bytes:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _END))
        return file.read()
