"""Static files under an address that tells their version: browsers keep them for a year and see a release at once.

One version for all of them: sheets and scripts name their fonts and modules beside themselves, without any.
"""

import gzip
import hashlib
import threading
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, send_from_directory

from gateway.permissions import needs

FOLDER = Path(__file__).parents[1] / "static"
KEPT_SECONDS = 365 * 24 * 3600
VERSION_LETTERS = 12
COMPRESSED = ("text/css", "text/javascript", "image/svg+xml", "application/json")
SMALLEST = 1024


class Compressed:
    """Compressed bodies by the name and the tag of their file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bodies: dict[str, bytes] = {}

    def get(self, tag: str, body: bytes) -> bytes:
        """The compressed body; made once per version of a file."""
        with self._lock:
            if tag not in self._bodies:
                self._bodies[tag] = gzip.compress(body, 9, mtime=0)
            return self._bodies[tag]


def version_of(folder: Path) -> str:
    """Another one as soon as a file is added, renamed or changed."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told = [
        (path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).digest()) for path in files
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:VERSION_LETTERS]


def init_app(app: Flask) -> None:
    """Serve the files and give templates their addresses."""
    current, compressed = version_of(FOLDER), Compressed()

    @needs("page.read")
    def send(version: str, filename: str) -> Response:
        # Another version is asked for while a release is under way: what is here is better than nothing, and not kept.
        response = send_from_directory(FOLDER, filename, max_age=KEPT_SECONDS if version == current else None)
        if version == current:
            response.cache_control.immutable = True
        return _compress(response, filename, compressed)

    @app.url_defaults
    def tell_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("version", current)

    app.add_url_rule("/static/<word:version>/<path:filename>", "static", send)


def _compress(response: Response, filename: str, compressed: Compressed) -> Response:
    """What browsers take compressed. Pages are not: they hold secrets beside what others wrote."""
    tag = response.get_etag()[0]
    if response.status_code != 200 or response.mimetype not in COMPRESSED or not tag:
        return response
    response.vary.add("Accept-Encoding")
    if "gzip" not in request.accept_encodings:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) >= SMALLEST:
        response.set_data(compressed.get(f"{filename} {tag}", body))
        response.headers["Content-Encoding"] = "gzip"
        response.set_etag(f"{tag}-gzip")
    return response
