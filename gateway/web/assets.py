"""Static files: compressed once, kept by browsers for an hour and asked about by their tag after it."""

import gzip
import threading

from flask import Flask, Response, request

MAX_AGE_SECONDS = 3600
COMPRESSED = ("text/css", "text/javascript", "image/svg+xml", "application/json")
SMALLEST = 1024


class Compressed:
    """Compressed bodies by the tag of their file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bodies: dict[str, bytes] = {}

    def get(self, tag: str, body: bytes) -> bytes:
        """The compressed body; made once per version of a file."""
        with self._lock:
            if tag not in self._bodies:
                self._bodies[tag] = gzip.compress(body, 9, mtime=0)
            return self._bodies[tag]


def init_app(app: Flask) -> None:
    """Compress what browsers take compressed. Pages are not: they hold secrets beside what others wrote."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = MAX_AGE_SECONDS
    compressed = Compressed()

    @app.after_request
    def compress(response: Response) -> Response:
        if request.endpoint != "static" or response.status_code != 200:
            return response
        tag = response.get_etag()[0]
        if response.mimetype not in COMPRESSED or not tag or "gzip" not in request.accept_encodings:
            return response
        response.direct_passthrough = False
        body = response.get_data()
        if len(body) >= SMALLEST:
            response.set_data(compressed.get(f"{request.path} {tag}", body))
            response.headers["Content-Encoding"] = "gzip"
            response.set_etag(f"{tag}-gzip")
        response.vary.add("Accept-Encoding")
        return response
