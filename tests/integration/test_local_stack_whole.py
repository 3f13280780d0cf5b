"""Starting and ending a stack: what is told when it fails, who gets which secret, and that nothing stays behind."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.local import processes
from deploy.local.component import StartFailed
from deploy.local.ports import HOST, SERVICES, PortTaken
from deploy.local.stack import Stack
from tests.integration.conftest import eventually

REPOSITORY = Path(__file__).parents[2]


def test_a_taken_port_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "s")
    with socket.socket() as other:
        other.bind((HOST, stack.ports.of("smtp")))
        other.listen()
        with pytest.raises(PortTaken, match=f"Port {stack.ports.of('smtp')}.*smtp"):
            stack.start(["catcher"])
    with stack.start(["catcher"]):
        assert stack.component("catcher").is_ready()


def test_a_failed_start_names_the_culprit_and_leaves_nothing(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "s", commands={"catcher": ["sh", "-c", "echo what went wrong >&2; exit 4"]})
    with pytest.raises(StartFailed, match=r"catcher did not start.*exit code 4(.|\n)*what went wrong"):
        stack.start(["catcher", "postgres"])
    assert processes.marked(stack.root) == []


def test_extra_settings_reach_all_or_one(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "s", extra_env={"*": {"A": "all", "B": "all"}, "requests": {"B": "one"}})
    assert stack.environment("requests")["B"] == "one"
    assert stack.environment("requests-2")["A"] == "all"
    assert stack.environment("identity")["B"] == "all"


def test_a_secret_is_given_to_those_who_need_it_alone(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "s")
    sealing = stack.environment("identity")["CODE_SEALING_KEY"]
    token = stack.environment("notifications")["SMS_TOKEN"]
    grant = stack.environment("requests")["GRANT_KEY"]
    for name in (*SERVICES, "gateway"):
        text = json.dumps(stack.environment(name))
        assert (sealing in text) is (name in ("identity", "notifications"))
        assert (token in text) is (name == "notifications")
        assert (grant in text) is (name in ("requests", "documents"))
        passwords = {role for role in SERVICES if stack.postgres.password(role) in text}
        assert passwords == {name} - {"gateway"}


def test_when_the_owner_is_killed_nothing_is_left(tmp_path: Path) -> None:
    code = f"""
import time
from pathlib import Path
from deploy.local.stack import Stack
from tests.integration.conftest import eventually
stack = Stack(Path({str(tmp_path / "s")!r})).start(["postgres", "s3"])
print(*stack.store.sockets, flush=True)
time.sleep(60)
"""
    owner = subprocess.Popen([sys.executable, "-c", code], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    assert owner.stdout
    sockets = [Path(name) for name in owner.stdout.readline().split()]
    assert sockets
    eventually(
        lambda: all(socket.exists() for socket in sockets), 20
    )  # the last of them comes after it is ready
    left = processes.marked(tmp_path / "s")
    assert len(left) >= 2
    owner.kill()
    owner.wait()
    assert processes.wait_gone(left, 10)
    time.sleep(0.3)  # files go last
    assert [socket for socket in sockets if socket.exists()] == []
