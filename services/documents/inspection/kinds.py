"""Types by content, and files that are two things at once."""

import re

import filetype

HEAD = 1024  # readers of PDF and browsers look for marks this far in
TAIL = 66_000  # the end record of a ZIP, with the longest comment

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_MARKUP = re.compile(rb"<\s*(!doctype|!entity|html|head|body|script|iframe|svg|\?php)", re.IGNORECASE)
_ARCHIVES = (b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"MZ\x90\x00")
_ZIP_END, _ZIP_LIST = b"PK\x05\x06", b"PK\x01\x02"
_ZIP_END_LENGTH = 22
_ENDS = {"application/pdf": b"%%EOF", "image/jpeg": b"\xff\xd9", "image/png": b"IEND\xaeB`\x82"}


def real_type(head: bytes) -> str | None:
    """The content type that the first bytes tell, None when they tell none we know."""
    if head.startswith(b"%PDF-"):  # at the very start: elsewhere it is a passenger in another file
        return "application/pdf"
    if head[4:8] == b"ftyp":
        return _iso_type(head)
    kind = filetype.guess(head)
    return kind.mime if kind else None


def _iso_type(head: bytes) -> str | None:
    length = int.from_bytes(head[:4], "big")
    box = head[8 : min(max(length, 16), len(head))]
    brands = {box[at : at + 4] for at in range(0, len(box) - 3, 4) if at != 4}  # at 4 stands the version
    if brands & {b"avif", b"avis"}:
        return "image/avif"
    return "image/heic" if brands & _HEIC_BRANDS else None


def is_polyglot(head: bytes, tail: bytes, content_type: str) -> bool:
    """Whether the file could also be taken for markup, a PDF, an archive or a program.

    `head` is the first KiB, `tail` the last 66,000 bytes (the same bytes in a small file).
    """
    if _MARKUP.search(head) or _ends_as_zip(tail):
        return True
    if content_type != "application/pdf" and b"%PDF-" in head + tail:
        return True
    passengers = _after_its_end(tail, content_type)
    return any(mark in passengers for mark in _ARCHIVES)


def _ends_as_zip(tail: bytes) -> bool:
    """Whether an archiver would open it: an end record that closes the file, or whose list lies before it."""
    at = tail.rfind(_ZIP_END)
    while at >= 0:
        record = tail[at : at + _ZIP_END_LENGTH]
        listed, comment = int.from_bytes(record[12:16], "little"), int.from_bytes(record[20:22], "little")
        if at + _ZIP_END_LENGTH + comment == len(tail):
            return True
        if listed and tail[max(at - listed, 0) : at].startswith(_ZIP_LIST):
            return True
        at = tail.rfind(_ZIP_END, 0, at)
    return False


def _after_its_end(tail: bytes, content_type: str) -> bytes:
    # The file's own data may hold any bytes by chance: only what follows it is judged.
    mark = _ENDS.get(content_type)
    if mark is None or mark not in tail:
        return b""
    return tail[tail.rfind(mark) + len(mark) :]
