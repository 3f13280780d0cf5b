"""The broker or the database is killed, frozen, restarted: errors in bounded time, then all goes on."""

import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest
import requests

from chassis import errors, ids
from chassis.actor import ANONYMOUS
from chassis.rpc import Asking
from tests.integration.conftest import Lab, eventually, start_lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab of its own: these tests are rough with its servers."""
    stack = start_lab(tmp_path_factory.mktemp("faults"))
    lab = Lab(stack)
    yield lab
    lab.caller.close()
    stack.stop()


def _health(lab: Lab, path: str) -> int:
    address = lab.stack.environment("licensing")["HEALTH_ADDRESS"]
    return requests.get(f"http://{address}{path}", timeout=10).status_code


def test_many_threads_survive_a_restart_of_the_broker(lab: Lab) -> None:
    """32 threads x 200 calls; a shared Nameko proxy answered 17 of 400 and left all threads stuck."""
    outcomes: Counter = Counter()
    slowest = [0.0]

    def work() -> None:
        for _ in range(200):
            began = time.monotonic()
            try:
                lab.caller.call("licensing", "echo", {"text": "x"}, Asking(ANONYMOUS, began + 7))
                outcomes["answered"] += 1
            except errors.Unavailable as error:
                outcomes[error.code] += 1
                time.sleep(0.05)
            slowest[0] = max(slowest[0], time.monotonic() - began)

    threads = [threading.Thread(target=work) for _ in range(32)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    lab.stack.component("rabbitmq").restart()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    assert sum(outcomes.values()) == 32 * 200
    assert slowest[0] < 8
    eventually(lab.answers)


def test_a_frozen_broker_costs_no_more_than_the_deadline(lab: Lab) -> None:
    broker = lab.stack.component("rabbitmq")
    broker.pause()
    try:
        for _ in range(2):
            began = time.monotonic()
            with pytest.raises(errors.Unavailable):
                lab.ask("echo", {"text": "x" * 200_000}, within=7)
            assert time.monotonic() - began < 8
    finally:
        broker.resume()
    eventually(lab.answers)


def test_the_broker_dies_while_an_answer_is_due_and_the_service_lives_on(lab: Lab) -> None:
    waiting = threading.Thread(target=_ignore_unavailable, args=(lab, "nap", {"seconds": 2}))
    waiting.start()
    time.sleep(0.5)
    pid = lab.service.pid
    lab.stack.component("rabbitmq").kill()
    waiting.join(10)
    time.sleep(2)
    assert _health(lab, "/ready") == 503
    lab.stack.component("rabbitmq").start()
    eventually(lab.answers, seconds=30)
    assert lab.service.pid == pid
    eventually(lambda: _health(lab, "/ready") == 200)  # its other connections come back in their own time


def test_news_recorded_while_the_broker_is_away_leave_when_it_is_back(lab: Lab) -> None:
    lab.add("news", "before")
    lab.stack.component("rabbitmq").restart()
    eventually(lab.answers, seconds=30)
    lab.add("news", "after")
    eventually(lambda: {"before", "after"} <= set(lab.rows("heard")), seconds=30)


def test_a_killed_database_is_an_error_in_time_and_nothing_is_done_twice(lab: Lab) -> None:
    key = ids.new_id()
    lab.call("add", key=key, kind="db", text="d")
    database = lab.stack.component("postgres")
    database.kill()
    began = time.monotonic()
    with pytest.raises(errors.Unavailable):
        lab.call("add", key=key, kind="db", text="d")
    assert time.monotonic() - began < 8
    assert _health(lab, "/ready") == 503
    assert _health(lab, "/live") == 200
    database.start()
    eventually(lambda: _added(lab, key), seconds=30)
    assert lab.rows("db") == ["d"]


def test_a_frozen_database_does_not_hold_up_a_caller(lab: Lab) -> None:
    database = lab.stack.component("postgres")
    database.pause()
    try:
        began = time.monotonic()
        with pytest.raises(errors.Unavailable):
            lab.ask("list_rows", {"kind": "x"}, within=3)
        assert time.monotonic() - began < 4
        assert lab.ask("echo", {"text": "still here"}) == "still here"
    finally:
        database.resume()
    eventually(lambda: lab.rows("tick"), seconds=20)


def _added(lab: Lab, key: str) -> bool:
    try:
        return lab.call("add", key=key, kind="db", text="d") == {"text": "d"}
    except errors.Unavailable:
        return False


def _ignore_unavailable(lab: Lab, method: str, arguments: dict) -> None:
    try:
        lab.ask(method, arguments, within=6)
    except errors.Unavailable:
        pass
