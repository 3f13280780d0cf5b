"""The parts of the local stack that need no server: ports, secrets, order, who is believed, what people read."""

import os
import shutil
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from contracts.calls import DIRECTIONS
from contracts.subscriptions import SUBSCRIPTIONS
from deploy.local import log_view, order, plan, processes
from deploy.local.component import Component, Program, StartFailed, Stopping
from deploy.local.environment import believed
from deploy.local.keys import Keys, key32
from deploy.local.lease import Lease
from deploy.local.order import Step
from deploy.local.ports import HOST, SERVICES, Ports, PortTaken
from deploy.local.stack import Stack


def test_every_server_has_a_port_of_its_own() -> None:
    ports = Ports(8600)
    names = [part for name in plan.COMPONENTS for part in plan.PORTS.get(name, (name,))]
    names += [f"{service}-{number}" for service in SERVICES for number in range(2, 7)]
    assert len({ports.of(name) for name in names}) == len(names)
    assert ports.url("gateway") == "http://127.0.0.1:8600"


def test_the_services_are_those_of_the_contracts() -> None:
    assert set(SERVICES) == set(SUBSCRIPTIONS)


def test_a_taken_port_is_named_with_what_to_do() -> None:
    ports = Ports.free()  # not any port that the kernel has: it may lie above the allowed ones
    with socket.socket() as other:
        other.bind((HOST, ports.of("gateway")))
        other.listen()
        with pytest.raises(PortTaken, match=rf"Port {ports.base}.*gateway.*make run PORT="):
            ports.check_free(["gateway"])


@pytest.mark.parametrize("port", [0, 80, 65_000])
def test_an_impossible_port_is_refused(port: int) -> None:
    with pytest.raises(ValueError, match="choose one from"):
        Ports(port)


def test_two_test_stacks_never_get_the_same_block() -> None:
    first, second = Ports.free(), Ports.free()
    assert abs(first.base - second.base) >= 60
    with ThreadPoolExecutor(4) as pool:
        others = list(
            pool.map(lambda _: Ports.free(), range(4))
        )  # kept: a block is free again with its object
    assert len({each.base for each in (first, second, *others)}) == 6


def test_a_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda _: Keys(folder).get("pepper", key32), range(40)))
    assert len(answers) == 1
    assert [path.name for path in folder.iterdir()] == ["pepper"]
    assert stat.S_IMODE((folder / "pepper").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert Keys(tmp_path / "other").get("pepper", key32) not in answers


def test_steps_wait_for_those_before_them() -> None:
    done: list[str] = []
    steps = {
        "c": Step(lambda: done.append("c"), frozenset({"a", "b"})),
        "b": Step(lambda: done.append("b"), frozenset({"a", "not taking part"})),
        "a": Step(lambda: done.append("a")),
    }
    order.run(steps)
    assert done == ["a", "b", "c"]


def test_after_a_failure_nothing_new_begins_and_the_rest_is_cancelled() -> None:
    cancelled, begun = threading.Event(), []

    def fail() -> None:
        raise StartFailed("the reason")

    steps = {
        "fails": Step(fail),
        "waits": Step(lambda: cancelled.wait(10)),
        "later": Step(lambda: begun.append("later"), frozenset({"fails"})),
    }
    with pytest.raises(StartFailed, match="the reason"):
        order.run(steps, cancel=cancelled.set)
    assert cancelled.is_set()
    assert begun == []


def test_steps_in_a_circle_are_an_error() -> None:
    steps = {"a": Step(lambda: None, frozenset({"b"})), "b": Step(lambda: None, frozenset({"a"}))}
    with pytest.raises(ValueError, match="a, b"):
        order.run(steps)


@pytest.mark.parametrize("name", [*SERVICES, "gateway"])
def test_a_process_gets_the_keys_of_its_callers_and_publishers_alone(name: str) -> None:
    callers = {caller for caller, called in DIRECTIONS.items() if name in called}
    publishers = {e.service() for events in SUBSCRIPTIONS.get(name, {}).values() for e in events}
    if name == "gateway":
        publishers = {"identity", "licensing", "notifications"}  # of what is heard live
    assert set(believed(name)) == callers | publishers


def test_what_a_component_needs_is_started_with_it() -> None:
    assert plan.with_needs(["documents"]) == {"documents", "postgres", "rabbitmq", "epmd", "s3"}
    with pytest.raises(ValueError, match="unknown component 'mail'"):
        plan.with_needs(["mail"])


def test_only_services_run_several_times() -> None:
    assert plan.checked_replicas({"notifications": 2}) == {"notifications": 2}
    with pytest.raises(ValueError, match="postgres"):
        plan.checked_replicas({"postgres": 2})


def test_a_lease_has_one_holder_and_dies_with_it(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    mine, other = Lease(file), Lease(file)
    assert other.holder() is None
    assert mine.take()
    assert not other.take()
    assert other.holder() == os.getpid()
    mine.give_back()
    assert other.holder() is None
    code = (
        f"import time, pathlib; from deploy.local.lease import Lease; l = Lease(pathlib.Path({str(file)!r}))"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", f"{code}; l.take(); print(1, flush=True); time.sleep(60)"],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout
    child.stdout.readline()
    assert other.holder() == child.pid
    child.kill()
    child.wait()
    assert other.holder() is None
    assert other.take()


def test_a_full_disk_is_told_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=499 * 2**20)
    monkeypatch.setattr("deploy.local.stack.shutil.disk_usage", lambda _: usage)
    with pytest.raises(StartFailed, match="499 MB are free"):
        Stack(tmp_path / "s").start(["catcher"])
    assert processes.marked(tmp_path / "s") == []


# ---------------------------------------------------------------------------------------------- processes


def make(tmp_path: Path, *argv: str, **facts: object) -> Component:
    """A component that runs a shell command."""
    program = Program(
        name="thing",
        argv=argv,
        environment={"PATH": os.environ["PATH"], processes.MARK: str(tmp_path)},
        folder=tmp_path,
        ready=facts.pop("ready", (tmp_path / "ready").exists),  # type: ignore[arg-type]
        **facts,  # type: ignore[arg-type]
    )
    return Component(program, tmp_path / "thing.log", threading.Event())


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Component]:
    """A process with a child in a session of its own, as PostgreSQL's are."""
    component = make(tmp_path, "sh", "-c", "setsid sleep 60 & touch ready; wait")
    component.start()
    yield component
    component.kill()


def test_kill_takes_the_descendants_too(tree: Component) -> None:
    members = processes.family(tree.pid)
    assert len(members) >= 2
    tree.kill()
    assert processes.wait_gone(members, 0)
    assert tree.exit_code == -9
    assert not tree.has_crashed


def test_pause_stops_all_of_it(tree: Component) -> None:
    tree.pause()
    states = {
        Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        for pid in processes.family(tree.pid)
    }
    assert states == {"T"}
    tree.resume()
    tree.stop()
    assert not tree.is_running


def test_a_death_that_nobody_asked_for_is_a_crash(tree: Component) -> None:
    processes.send([tree.pid], 9)
    assert tree.wait(5)
    assert tree.has_crashed
    assert tree.exit_code == -9


def test_marked_processes_are_found_and_ended(tree: Component, tmp_path: Path) -> None:
    assert tree.pid in processes.marked(tmp_path)
    assert processes.marked(tmp_path / "other") == []
    processes.end_marked(tmp_path)
    assert tree.wait(5)
    assert processes.marked(tmp_path) == []


def test_a_program_that_ends_at_once_shows_its_last_words(tmp_path: Path) -> None:
    component = make(tmp_path, "sh", "-c", "echo something is missing; exit 3", ready=lambda: False)
    with pytest.raises(
        StartFailed, match=r"thing did not start: it ended at once \(exit code 3\)(.|\n)*is missing"
    ):
        component.start()


def test_a_program_that_is_late_is_named(tmp_path: Path) -> None:
    component = make(tmp_path, "sleep", "60", ready=lambda: False, start_seconds=0.2)
    with pytest.raises(StartFailed, match="not ready after 0 seconds"):
        component.start()
    component.kill()


def test_one_that_does_not_listen_is_stopped_by_force(tmp_path: Path) -> None:
    component = make(
        tmp_path, "sh", "-c", "trap '' TERM; touch ready; while :; do sleep 0.1; done", stop_seconds=0.3
    )
    component.start()
    component.stop()
    assert component.exit_code == -9


def test_nothing_is_started_once_stopping(tmp_path: Path) -> None:
    cancelled = threading.Event()
    cancelled.set()
    component = Component(make(tmp_path, "sleep", "60").program, tmp_path / "log", cancelled)
    with pytest.raises(Stopping):
        component.start()
    assert not component.is_running


# ---------------------------------------------------------------------------------------------- logs


def test_a_json_line_is_shown_for_people() -> None:
    line = '{"at": "2026-11-23 18:04:19,913", "level": "INFO", "message": "started", "trace_id": "", "queue": "q"}\n'
    assert log_view.shown("licensing", line) == "licensing        18:04:19,913 INFO started queue=q"
    assert log_view.shown("s3", "plain text\n") == "s3               plain text"
    assert log_view.shown("s3", "{not json\n") == "s3               {not json"


def test_new_lines_new_logs_and_logs_begun_anew_are_followed(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("1\n2\n")
    follower = log_view.Follower(tmp_path)
    assert list(follower.recent()) == [("a", "1\n"), ("a", "2\n")]
    with (tmp_path / "a.log").open("a") as file:
        file.write("3\n")
    (tmp_path / "b.log").write_text("x\n")
    assert sorted(follower.added()) == [("a", "3\n"), ("b", "x\n")]
    (tmp_path / "a.log").rename(tmp_path / "a.log.1")
    (tmp_path / "a.log").write_text("fresh\n")
    assert [*follower.added(), *follower.added()] == [("a", "fresh\n")]
