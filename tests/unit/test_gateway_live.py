"""Live news: to their recipients alone, never too many streams, none that lasts."""

import threading
import time

import pytest

from chassis.errors import Unavailable
from gateway import live
from gateway.live import Newsroom, Stream
from tests.unit.gateway_stage import application, bearer, knowing, signed_in

SUBMITTED = {
    "name": "requests.request_submitted",
    "aggregate": "CE/8/26",
    "seq": 2,
    "recipients": ["one", "two"],
}
REVOKED = {"name": "identity.session_revoked", "aggregate": "one", "seq": 1, "recipients": []}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_news_reach_their_recipients_alone() -> None:
    room = Newsroom(most=10)
    one, three = room.open("one"), room.open("three")
    room.publish(SUBMITTED)
    assert next(one.events()) == {"name": "requests.request_submitted", "aggregate": "CE/8/26"}
    assert three._news.empty()


def test_a_stream_ends_by_itself() -> None:
    clock = Clock()
    stream = Stream("one", clock)
    events = stream.events()
    stream.put({"name": "a"})
    assert next(events) == {"name": "a"}
    clock.now += live.STREAM_SECONDS
    assert list(events) == []


def test_a_stream_ends_with_its_session() -> None:
    room = Newsroom(most=10)
    stream = room.open("one")
    room.publish(REVOKED)
    assert list(stream.events()) == []


def test_an_account_has_two_streams_and_a_third_when_one_is_left() -> None:
    room = Newsroom(most=10)
    first, _second = room.open("one"), room.open("one")
    with pytest.raises(Unavailable) as refused:
        room.open("one", patience=0)
    assert refused.value.code == "live.full"
    threading.Timer(0.1, room.close, (first,)).start()
    begun = time.monotonic()
    assert room.open("one").account == "one"
    assert time.monotonic() - begun < 1


def test_a_process_has_so_many_streams_and_no_more() -> None:
    room = Newsroom(most=2)
    streams = [room.open("one"), room.open("two")]
    with pytest.raises(Unavailable):
        room.open("three")
    for stream in streams:
        room.close(stream)
        room.close(stream)
    assert room.open("three")


def test_a_reader_far_behind_holds_up_nobody() -> None:
    room = Newsroom(most=2)
    room.open("one")
    for _ in range(1000):
        room.publish(SUBMITTED)


def test_the_api_tells_what_changed_and_pages_the_number() -> None:
    app = application(knowing("candidate"))
    news = app.extensions["portal.news"]
    event = {**SUBMITTED, "recipients": ["account-candidate"]}
    for client, headers, path, line in (
        (app.test_client(), bearer(), "/api/v1/events", '"aggregate":"CE/8/26"'),
        (signed_in(app), {}, "/live", "data: CE/8/26\n\n"),
    ):
        response = client.get(path, headers=headers, buffered=False)
        assert response.mimetype == "text/event-stream"
        pieces = response.iter_encoded()
        assert next(pieces).startswith(b"retry: ")
        news.on_event(event)
        assert line in next(pieces).decode()
        response.close()
    assert not app.extensions["portal.newsroom"]._streams


def test_over_the_limit_the_page_is_told_to_ask_again() -> None:
    app = application(knowing("candidate"), THREADS=2)
    room = app.extensions["portal.newsroom"]
    room.open("somebody")
    refused = app.test_client().get("/api/v1/events", headers=bearer())
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "30"
