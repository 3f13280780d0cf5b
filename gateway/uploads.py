"""A file from a form to the store, without a script and without a spool: read, hashed and passed on piece by piece."""

import hashlib
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit

import urllib3
from urllib3.exceptions import HTTPError
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import NEED_DATA, Data, Epilogue, Event, Field, File, MultipartDecoder

from chassis.errors import Invalid, Unavailable

PIECE = 64 * 1024
MOST_BEFORE_FILE = 64 * 1024  # bytes of hidden fields
_BREAK = b"\r\n"
_NO_TYPE = frozenset({"", "application/octet-stream"})
_BY_ENDING = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".heic": "image/heic",
    ".heif": "image/heic",
}


@dataclass(frozen=True)
class Sending:
    """The file of a form that is still on its way: its head was read, its `pieces` not yet."""

    filename: str
    content_type: str
    size: int  # bytes
    pieces: Iterator[bytes]


class FormReader:
    """A multipart form whose last part is the file."""

    def __init__(self, stream: IO[bytes], content_type: str, content_length: int | None):
        """Raises Invalid `length.required`, `input.unreadable`."""
        kind, options = parse_options_header(content_type)
        boundary = options.get("boundary", "")
        if kind != "multipart/form-data" or not boundary:
            raise Invalid("media_type.unsupported")
        if content_length is None:
            raise Invalid("length.required")
        self._stream, self.length = stream, content_length
        self._decoder = MultipartDecoder(boundary.encode("ascii", "ignore"), max_parts=20)
        self._end = f"\r\n--{boundary}--\r\n".encode()
        self._delimiter = f"\r\n--{boundary}".encode()
        self._taken = 0
        self.fields: dict[str, str] = {}

    def read_head(self) -> Sending:
        """The fields before the file (`fields`), and the file. Raises Invalid `input.unreadable`, `file.required`."""
        name, text = "", bytearray()
        while True:
            event = self._next()
            if isinstance(event, File):
                return self._sending(event)
            if isinstance(event, Field):
                name, text = event.name, bytearray()
            elif isinstance(event, Data):
                text += event.data
                if not event.more_data:
                    self.fields[name] = bytes(text).decode("utf-8", "replace").rstrip("\r")
            elif isinstance(event, Epilogue):
                raise Invalid("file.required")
            if self._taken > MOST_BEFORE_FILE + PIECE:
                raise Invalid("input.too_large")

    def drain(self) -> None:
        """Read what is left, so that the sender hears the answer instead of a broken line."""
        try:
            while self._stream.read(PIECE):
                pass
        except (OSError, ClientDisconnected, RequestEntityTooLarge):
            return

    def _sending(self, file: File) -> Sending:
        # The decoder leaves the empty line before the bytes of the file in its buffer.
        before = self._taken - len(self._decoder.buffer) + len(_BREAK)
        size = self.length - before - len(self._end)
        if not file.filename or size < 0:
            raise Invalid("file.required")
        told = (file.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        return Sending(file.filename, _content_type(told, file.filename), size, self._pieces(size))

    def _pieces(self, size: int) -> Iterator[bytes]:
        """Exactly `size` bytes, the last of them only when the form ends right after them.

        Counted, not searched for: the decoder may take a line break before a boundary for a byte of the file when
        the two arrive apart.
        """
        raw = self._raw()
        if self._exactly(raw, len(_BREAK)) != _BREAK:
            raise Invalid("input.unreadable")
        left, held, seam = size, b"", len(self._delimiter) - 1
        while left:
            piece = self._up_to(raw, left)
            left -= len(piece)
            held += piece
            if self._delimiter in held:
                raise Invalid("input.unreadable")  # the file ends before the form does
            if len(held) > seam:
                yield held[:-seam]
                held = held[-seam:]
        if self._exactly(raw, len(self._end)) != self._end:
            raise Invalid("input.unreadable")
        if held:
            yield held

    def _raw(self) -> bytearray:
        """What was read and not understood yet: from here on these are bytes, not a form."""
        return self._decoder.buffer

    def _up_to(self, raw: bytearray, most: int) -> bytes:
        """Some bytes, at least one. Raises Invalid `input.unreadable` when there are no more."""
        if not raw:
            raw += self._read()
        piece = bytes(raw[:most])
        if not piece:
            raise Invalid("input.unreadable")
        del raw[: len(piece)]
        return piece

    def _exactly(self, raw: bytearray, count: int) -> bytes:
        found = b""
        while len(found) < count:
            found += self._up_to(raw, count - len(found))
        return found

    def _read(self) -> bytes:
        try:
            piece = self._stream.read(PIECE)
        except ClientDisconnected:
            raise Invalid("input.unreadable") from None
        self._taken += len(piece)
        return piece

    def _next(self) -> Event:
        try:
            while (event := self._decoder.next_event()) is NEED_DATA:
                self._decoder.receive_data(self._read() or None)
        except (ValueError, AttributeError):
            raise Invalid("input.unreadable") from None
        return event


class Store:
    """Posts files to presigned addresses. At most a quarter of the threads do so at once."""

    def __init__(self, most: int, inside: str):
        self._places = threading.BoundedSemaphore(max(1, most))
        self._inside = inside
        self._http = urllib3.PoolManager(
            maxsize=max(1, most), timeout=urllib3.Timeout(connect=3, read=10), retries=False
        )

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place in the line. Raises Unavailable `service.unavailable` when there is none."""
        if not self._places.acquire(blocking=False):
            raise Unavailable("service.unavailable", {"retry_after": 5})
        try:
            yield
        finally:
            self._places.release()

    def post(self, upload: Mapping[str, Any], file: Sending) -> str:
        """Send the file; its SHA-256. Raises Invalid `document.refused`, Unavailable `store.unavailable`."""
        boundary = secrets.token_hex(16)
        head, tail = _around(boundary, upload["fields"], file), f"\r\n--{boundary}--\r\n".encode()
        digest = hashlib.sha256()

        def body() -> Iterator[bytes]:
            yield head
            for piece in file.pieces:
                digest.update(piece)
                yield piece
            yield tail

        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(head) + file.size + len(tail)),
        }
        try:
            answer = self._http.request("POST", self._address(upload["url"]), body=body(), headers=headers)
        except (HTTPError, OSError) as error:
            raise Unavailable("store.unavailable") from error
        if answer.status >= 500:
            raise Unavailable("store.unavailable")
        if answer.status >= 300:
            raise Invalid("document.refused")
        return digest.hexdigest()

    def _address(self, url: str) -> str:
        """The same place from inside: a policy is signed for a bucket and a key, not for a host."""
        if not self._inside:
            return url
        inside, public = urlsplit(self._inside), urlsplit(url)
        return urlunsplit((inside.scheme, inside.netloc, public.path, public.query, ""))


def _content_type(told: str, filename: str) -> str:
    if told not in _NO_TYPE:
        return told
    return _BY_ENDING.get(PurePosixPath(filename).suffix.lower(), told)


def _around(boundary: str, fields: Mapping[str, str], file: Sending) -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    # The store knows files by key alone; the name that the person gave is kept with the request.
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n'
        f"Content-Type: {file.content_type or 'application/octet-stream'}\r\n\r\n"
    )
    return "".join(parts).encode()
