"""A child answers, and whatever it does instead of answering ends within its limits."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from chassis.children import Child, Children
from chassis.errors import Unavailable

CHILD = """
import os, signal, sys, time
from chassis.children import serve

def load():
    if "broken" in sys.argv:
        raise OSError("a library is missing")
    return answer

def answer(question):
    match question["do"]:
        case "echo":
            print("noise from a library")
            return {"text": question["text"], "pid": os.getpid(), "environment": sorted(os.environ)}
        case "spin":
            end = time.process_time() + 1
            while time.process_time() < end:
                pass
            return {"pid": os.getpid()}
        case "burn":
            while True:
                pass
        case "sleep":
            time.sleep(60)
        case "eat":
            return {"length": len(bytearray(2**40))}
        case "write":
            with open(question["path"], "wb") as file:
                for _ in range(200):
                    file.write(bytes(1024 * 1024))
            return {}
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "garble":
            os.write(0, b"not json\\n")  # standard input is the other direction of the same socket
            time.sleep(60)
        case "raise":
            raise ValueError("a secret of the file")

serve(load)
"""


@pytest.fixture(name="argv")
def _argv(tmp_path: Path) -> list[str]:
    path = tmp_path / "child.py"
    path.write_text(CHILD, encoding="utf-8")
    return [sys.executable, str(path)]


@pytest.fixture(name="child")
def _child(argv):
    child = Child(argv, seconds=1.5, memory_bytes=512 * 1024 * 1024, requests=3)
    yield child
    child.close()


def echo(child, text: str = "سلام") -> dict:
    return child.ask({"do": "echo", "text": text})


def test_it_answers_and_stays(child):
    first, second = echo(child), echo(child, "x" * 300_000)
    assert first["text"] == "سلام"
    assert second["text"] == "x" * 300_000
    assert first["pid"] == second["pid"] == child.pid


def test_it_inherits_no_secret(child, monkeypatch):
    monkeypatch.setenv("S3_SECRET_KEY", "hidden")
    assert "S3_SECRET_KEY" not in echo(child)["environment"]


def test_it_is_started_anew_after_its_last_request(child):
    pids = [echo(child)["pid"] for _ in range(4)]
    assert len(set(pids[:3])) == 1
    assert pids[3] != pids[0]


@pytest.mark.parametrize(
    ("work", "why"),
    [
        ("burn", "time"),
        ("sleep", "time"),
        ("eat", "memory"),
        ("die", "died"),
        ("garble", "died"),
        ("raise", "error"),
    ],
)
def test_what_overruns_is_ended_and_the_next_question_answered(child, work, why):
    began = time.monotonic()
    with pytest.raises(Unavailable) as error:
        child.ask({"do": work})
    assert (error.value.code, error.value.facts) == ("child.failed", {"why": why})
    assert time.monotonic() - began < 9
    assert echo(child)["text"] == "سلام"


def test_the_kernel_holds_the_cpu_limit_and_it_moves_on_with_each_question(argv):
    child = Child(argv, seconds=2, memory_bytes=512 * 1024 * 1024)
    limits = []
    try:
        for _ in range(3):
            pid = child.ask({"do": "spin"})["pid"]
            rows = Path(f"/proc/{pid}/limits").read_text(encoding="utf-8").splitlines()
            limits.append(int(next(row for row in rows if row.startswith("Max cpu time")).split()[3]))
    finally:
        child.close()
    assert limits == sorted(set(limits))  # 2.x, 3.x, 4.x seconds of CPU in all: each question had its two


def test_it_cannot_fill_the_disk(child, tmp_path):
    path = tmp_path / "big"
    with pytest.raises(Unavailable):
        child.ask({"do": "write", "path": str(path)})
    assert path.stat().st_size <= 64 * 1024 * 1024


def test_a_killed_child_is_replaced_before_the_next_question(child):
    pid = echo(child)["pid"]
    os.kill(pid, 9)
    time.sleep(0.05)
    try:
        assert echo(child)["pid"] != pid
    except Unavailable:  # it died between the look and the question: the one after is answered
        assert echo(child)["pid"] != pid


def test_a_child_that_cannot_start_says_why_in_the_log(argv, caplog):
    child = Child([*argv, "broken"], seconds=1, memory_bytes=512 * 1024 * 1024)
    with pytest.raises(Unavailable) as error:
        echo(child)
    assert error.value.facts == {"why": "start"}
    assert "a library is missing" in caplog.text


def test_the_text_of_a_childs_error_is_not_logged(child, caplog):
    with pytest.raises(Unavailable):
        child.ask({"do": "raise"})
    assert "secret" not in caplog.text


def test_it_ends_with_its_parent(argv):
    code = (
        "import sys, os, time\n"
        "from chassis.children import Child\n"
        "child = Child(sys.argv[1:], 5, 2**29)\n"
        "print(child.ask({'do': 'echo', 'text': ''})['pid'], flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", code, *argv], capture_output=True, text=True, check=False
    ).stdout
    pid = int(out)
    end = time.monotonic() + 3
    while time.monotonic() < end and Path(f"/proc/{pid}/cmdline").exists():
        if not Path(f"/proc/{pid}/cmdline").read_bytes():  # a zombie has none
            break
        time.sleep(0.05)
    else:
        assert not Path(f"/proc/{pid}").exists()


def fail(children: Children, work: str) -> None:
    with pytest.raises(Unavailable):
        children.ask({"do": work})


def test_a_runaway_does_not_hold_up_the_others(argv):
    children = Children(2, lambda: Child(argv, seconds=3, memory_bytes=512 * 1024 * 1024))
    try:
        echo(children)
        runaway = threading.Thread(target=fail, args=(children, "burn"))
        runaway.start()
        time.sleep(0.2)
        began = time.monotonic()
        echo(children)
        assert time.monotonic() - began < 2.5
        runaway.join()
        assert echo(children)["text"] == "سلام"
    finally:
        children.close()


def test_nobody_waits_for_ever_for_a_free_child(argv):
    children = Children(1, lambda: Child(argv, seconds=1, memory_bytes=512 * 1024 * 1024), patience=0.2)
    try:
        runaway = threading.Thread(target=fail, args=(children, "sleep"))
        runaway.start()
        time.sleep(0.3)
        with pytest.raises(Unavailable, match=r"child\.busy"):
            echo(children)
        runaway.join()
    finally:
        children.close()


GREEN = """
import sys, time
import eventlet
eventlet.monkey_patch()
from chassis.children import Child
from chassis.errors import Unavailable

child = Child(sys.argv[1:], 1, 2**29)
child.ask({"do": "echo", "text": ""})
lags, stop = [], []

def tick():
    while not stop:
        before = time.monotonic()
        eventlet.sleep(0.01)
        lags.append(time.monotonic() - before)

ticker = eventlet.spawn(tick)
try:
    child.ask({"do": "burn"})
except Unavailable as error:
    print(error.facts["why"])
assert child.ask({"do": "echo", "text": "again"})["text"] == "again"  # killed and started on the way
stop.append(True)
ticker.wait()
print(max(lags), len(lags))
child.close()
"""


def test_under_eventlet_the_others_go_on_meanwhile(argv):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", GREEN, *argv], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    why, figures = done.stdout.splitlines()
    worst, ticks = figures.split()
    assert why == "time"
    assert float(worst) < 0.3  # the child runs for a whole second
    assert int(ticks) > 50
