"""Live news for whoever is looking: one listener per process, many streams, and never too many.

A stream ends after half a minute, so that a thread is never lost; over the limit the page asks again by itself.
"""

import json
import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from time import monotonic
from typing import Any

from chassis.errors import Unavailable
from contracts.identity import SessionRevoked

STREAM_SECONDS = 30.0
BEAT_SECONDS = 1.0  # a reader who left is found at the second write after it
PER_ACCOUNT = 2
PATIENCE_SECONDS = 2.5
_WAITING = 100  # news that a slow reader may be behind
_END = None


class Stream:
    """The news of one reader, until it ends."""

    def __init__(self, account: str, now: Callable[[], float] = monotonic):
        self.account = account
        self._now = now
        self._news: queue.Queue[Mapping[str, Any] | None] = queue.Queue(_WAITING)

    def put(self, news: Mapping[str, Any] | None) -> None:
        """Hand over news; None ends the stream. A reader too far behind loses some: it reloads anyway."""
        try:
            self._news.put_nowait(news)
        except queue.Full:
            pass

    def events(self) -> Iterator[str | Mapping[str, Any]]:
        """News as they come; an empty text when there was none for a while."""
        ends_at = self._now() + STREAM_SECONDS
        while (left := ends_at - self._now()) > 0:
            try:
                news = self._news.get(timeout=min(BEAT_SECONDS, left))
            except queue.Empty:
                yield ""
                continue
            if news is _END:
                return
            yield news


class Newsroom:
    """Hands each event to the streams of its recipients."""

    def __init__(self, most: int):
        self._most = most
        self._lock = threading.Condition()
        self._streams: set[Stream] = set()
        self._per_account: Counter[str] = Counter()

    def open(self, account: str, patience: float = PATIENCE_SECONDS) -> Stream:
        """A stream for this account. Raises Unavailable `live.full`.

        Somebody who goes from page to page leaves streams that end within seconds: that is waited for.
        """
        with self._lock:
            if len(self._streams) >= self._most:
                raise Unavailable("live.full", {"retry_after": int(STREAM_SECONDS)})
            if not self._lock.wait_for(lambda: self._per_account[account] < PER_ACCOUNT, patience):
                raise Unavailable("live.full", {"retry_after": int(STREAM_SECONDS)})
            stream = Stream(account)
            self._streams.add(stream)
            self._per_account[account] += 1
            return stream

    def close(self, stream: Stream) -> None:
        """The reader left."""
        with self._lock:
            if stream in self._streams:
                self._streams.discard(stream)
                self._per_account[stream.account] -= 1
                if not self._per_account[stream.account]:
                    del self._per_account[stream.account]
                self._lock.notify_all()

    def publish(self, event: Mapping[str, Any]) -> None:
        """Tell the recipients; end the streams of an account whose sessions changed."""
        revoked = event["name"] == SessionRevoked.NAME
        told = {event["aggregate"]} if revoked else set(event.get("recipients") or ())
        with self._lock:
            readers = [stream for stream in self._streams if stream.account in told]
        for stream in readers:
            stream.put(_END if revoked else {"name": event["name"], "aggregate": event["aggregate"]})


def as_text(
    events: Iterator[str | Mapping[str, Any]], say: Callable[[Mapping[str, Any]], str]
) -> Iterator[str]:
    """Server-sent events. `say` makes the data line of one event."""
    yield "retry: 2000\n\n"
    for event in events:
        yield ": still here\n\n" if isinstance(event, str) else f"data: {say(event)}\n\n"


def as_json(event: Mapping[str, Any]) -> str:
    """An event as the API tells it: {name, aggregate}."""
    return json.dumps(dict(event), separators=(",", ":"))
