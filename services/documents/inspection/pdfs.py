"""PDFs must be whole, open without a password, and have pages that can be read."""

from pathlib import Path

from pypdf import PdfReader

MOST_PAGES = 1000
_LOOKED_AT = 3  # pages whose contents are unpacked: enough to see that the file is not cut or garbled
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
    pages = len(reader.pages)
    if not 1 <= pages <= MOST_PAGES:
        return False
    for number in range(min(pages, _LOOKED_AT)):
        page = reader.pages[number]
        if page.mediabox.width <= 0 or page.mediabox.height <= 0:
            return False
        contents = page.get_contents()
        if contents is not None:
            contents.get_data()
    return True


def _end(path: Path) -> bytes:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _END))
        return file.read()
