"""The answer that a live stream is, for pages and for the API."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import Response, current_app

from gateway import context, live


def respond(say: Callable[[Mapping[str, Any]], str]) -> Response:
    """An event stream of the asking account's news. Raises Unavailable `live.full`."""
    newsroom: live.Newsroom = current_app.extensions["portal.newsroom"]
    stream = newsroom.open(context.actor().id)

    def body() -> Iterator[str]:
        yield from live.as_text(stream.events(), say)

    response = Response(body(), content_type="text/event-stream; charset=utf-8")
    response.headers["X-Accel-Buffering"] = "no"
    # Closed by the server when the reader is gone, whether or not the first line was ever asked for.
    response.call_on_close(lambda: newsroom.close(stream))
    return response
