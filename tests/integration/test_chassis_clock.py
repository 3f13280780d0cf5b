"""A demo's clock: every replica follows one move, and what became due is done when the move is answered."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg2
import pytest

from chassis import ids
from chassis.errors import NotFound, Unavailable
from chassis.locks import number
from tests.integration.conftest import Lab, eventually, start_lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Two replicas of the lab."""
    stack = start_lab(tmp_path_factory.mktemp("clock"), replicas=2)
    lab = Lab(stack)
    yield lab
    lab.caller.close()
    stack.stop()


def _times(lab: Lab) -> dict[int, datetime]:
    """The business time of each replica, by process."""
    seen: dict[int, datetime] = {}
    for _ in range(40):
        told = lab.ask("what_time", {})
        seen[told["pid"]] = datetime.fromisoformat(told["at"])
    return seen


def _move(lab: Lab, **by: int) -> datetime:
    target = datetime.fromisoformat(lab.ask("read_clock", {})["at"]) + timedelta(**by)
    told = lab.ask("move_clock", {"at": target.isoformat()}, within=7)
    assert datetime.fromisoformat(told["at"]) >= target
    return target


def test_all_replicas_are_there_when_the_move_is_answered(lab: Lab) -> None:
    assert len(_times(lab)) == 2
    target = _move(lab, days=53)
    times = _times(lab)
    assert len(times) == 2
    assert all(target <= at < target + timedelta(minutes=1) for at in times.values())
    told = lab.ask("what_time", {})
    assert abs(datetime.fromisoformat(told["real"]).timestamp() - time.time()) < 5


def test_what_became_due_is_done_when_the_move_is_answered(lab: Lab) -> None:
    """The jobs look once an hour by themselves."""
    for text, days in {"in ten days": 10, "in twenty days": 20, "a>b>c": 12}.items():
        lab.call("add_due", key=ids.new_id(), text=text, days=days)
    _move(lab, days=15)
    assert set(lab.rows("done")) == {"in ten days", "a>b>c", "b>c", "c"}
    _move(lab, days=6)
    assert "in twenty days" in lab.rows("done")


def test_a_row_that_failed_is_done_as_well_when_the_move_is_answered(lab: Lab) -> None:
    lab.call("add_due", key=ids.new_id(), text="fails once", days=1)
    _move(lab, days=2)
    assert "fails once" in lab.rows("done")


def test_a_replica_that_starts_later_has_the_time_from_the_first_call_on(lab: Lab) -> None:
    target = _move(lab, hours=1)
    lab.stack.component("licensing-2").restart()
    times = _times(lab)
    assert len(times) == 2
    assert all(at >= target for at in times.values())


def test_a_move_that_has_to_wait_for_a_job_says_so_and_is_repeated(lab: Lab) -> None:
    """Somebody else holds the job's lock: the clock is moved, and the answer waits for the job."""
    url = lab.stack.environment("licensing")["DATABASE_URL"].replace("+psycopg2", "")
    lab.call("add_due", key=ids.new_id(), text="late", days=1)
    target = datetime.fromisoformat(lab.ask("read_clock", {})["at"]) + timedelta(days=2)
    holder = psycopg2.connect(url)
    with holder.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", (number("job:lab_dues"),))
        with pytest.raises(Unavailable, match=r"clock\.still_working"):
            lab.ask("move_clock", {"at": target.isoformat()}, within=3)
    assert "late" not in lab.rows("done")
    holder.close()
    lab.ask("move_clock", {"at": target.isoformat()}, within=7)
    assert "late" in lab.rows("done")


def test_production_refuses_and_follows_no_row(tmp_path: Path) -> None:
    stack = start_lab(tmp_path, {"PORTAL_ENV": "production"})
    lab = Lab(stack)
    try:
        eventually(lab.answers)
        url = stack.environment("licensing")["DATABASE_URL"].replace("+psycopg2", "")
        with psycopg2.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute("INSERT INTO business_clock VALUES (1, interval '53 days', now())")
        connection.close()
        for method, arguments in {"read_clock": {}, "move_clock": {"at": "2031-03-27T09:00:00Z"}}.items():
            with pytest.raises(NotFound, match=r"path\.unknown"):
                lab.ask(method, arguments)
        time.sleep(1)
        (at,) = _times(lab).values()
        assert abs(at.timestamp() - time.time()) < 5
    finally:
        lab.caller.close()
        stack.stop()
