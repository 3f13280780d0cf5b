"""The gateway with real services behind a real broker: what its processes know of sessions, files, absent services."""

import html
import json
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy.local.stack import Stack
from tests.factories.people import photo

PARTS = ("identity", "requests", "documents", "gateway")
ATTEMPTS = 12  # over both processes of the gateway


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The services that these tests need."""
    with Stack(tmp_path_factory.mktemp("gateway"), env="test").start(PARTS) as running:
        yield running


class Program:
    """An office system of the demo's candidate."""

    def __init__(self, stack: Stack, role: str = "candidate"):
        self.url = stack.gateway_url
        account = stack.accounts[role]
        body = {"email": account["email"], "password": account["password"]}
        self.token = self.call("POST", "/sessions", json=body).json()["access_token"]

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if hasattr(self, "token") else {}
        return requests.request(method, f"{self.url}/api/v1{path}", headers=headers, timeout=15, **more)


class Browser:
    """A person without JavaScript."""

    def __init__(self, stack: Stack, role: str = "candidate"):
        self.url = stack.gateway_url
        self.http = requests.Session()
        account = stack.accounts[role]
        self.post("/login", {"email": account["email"], "password": account["password"]})

    def get(self, path: str) -> requests.Response:
        return self.http.get(f"{self.url}{path}", allow_redirects=False, timeout=15)

    def post(self, path: str, form: dict[str, str], **more: Any) -> requests.Response:
        found = re.search(r'csrf-token" content="([^"]+)"', self.get("/support").text)
        assert found
        form = {"csrf_token": html.unescape(found[1]), "idempotency_key": os.urandom(8).hex(), **form}
        return self.http.post(f"{self.url}{path}", data=form, allow_redirects=False, timeout=20, **more)


def test_a_closed_session_ends_at_once_in_every_process(stack: Stack) -> None:
    one, other = Program(stack), Program(stack)
    for _ in range(ATTEMPTS):
        assert other.call("GET", "/me").status_code == 200  # each process knows it now
    mine = [each for each in one.call("GET", "/sessions").json()["items"] if not each["current"]]
    for session in mine:
        assert one.call("DELETE", f"/sessions/{session['id']}").status_code == 204
    time.sleep(0.5)
    assert {other.call("GET", "/me").status_code for _ in range(ATTEMPTS)} == {401}
    assert one.call("GET", "/me").status_code == 200


def test_a_stream_tells_what_changed_and_ends_with_its_session(stack: Stack) -> None:
    program = Program(stack)
    stream = requests.get(
        f"{program.url}/api/v1/events",
        headers={"Authorization": f"Bearer {program.token}"},
        stream=True,
        timeout=15,
    )
    lines = (line.decode() for line in stream.iter_lines())
    assert next(lines) == "retry: 2000"
    program.call("DELETE", "/sessions/current")
    begun = time.monotonic()
    told = [line for line in lines if line.startswith("data: ")]
    assert time.monotonic() - begun < 5
    assert [json.loads(line.removeprefix("data: ")) for line in told] == []


def test_a_file_by_a_plain_form_arrives_whole(stack: Stack) -> None:
    browser, program = Browser(stack), Program(stack)
    opened = browser.post("/services/broker_exam/requests", {})
    number = opened.headers["Location"].split("/")[2]
    picture = photo()
    sent = browser.post(
        f"/requests/{number}/documents/photo", {}, files={"file": ("صورة.jpg", picture, "image/jpeg")}
    )
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/requests/{number}/steps/documents")
    slots = program.call("GET", f"/requests/{number}").json()["documents"]
    (document,) = next(slot["files"] for slot in slots if slot["slot"] == "photo")
    found = _wait_clean(program, document["id"])
    assert found["size"] == len(picture)
    page = browser.get(f"/requests/{number}/documents/{document['id']}")
    file = requests.get(page.headers["Location"], timeout=15)
    assert file.content == picture
    assert file.headers["Content-Disposition"].startswith("attachment")


def _wait_clean(program: Program, document_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = program.call("GET", f"/documents/{document_id}").json()
        if found["state"] == "clean":
            return found
        time.sleep(0.2)
    raise AssertionError(found)


def test_a_file_that_the_store_would_refuse_is_refused_at_its_slot(stack: Stack) -> None:
    browser = Browser(stack)
    number = browser.post("/services/broker_exam/requests", {}).headers["Location"].split("/")[2]
    for content, kind in ((b"", "image/jpeg"), (b"a" * 11_000_000, "image/jpeg"), (b"abc", "text/plain")):
        refused = browser.post(
            f"/requests/{number}/documents/photo", {}, files={"file": ("a.jpg", content, kind)}
        )
        assert refused.status_code == 422
        assert 'href="#slot-photo"' in refused.text


def test_a_service_that_hangs_is_told_within_eight_seconds_and_the_rest_works(stack: Stack) -> None:
    browser, program = Browser(stack), Program(stack)
    hanging = stack.component("requests").pid
    os.kill(hanging, signal.SIGSTOP)
    try:
        for ask in (lambda: browser.get("/requests"), lambda: program.call("GET", "/requests")):
            begun = time.monotonic()
            answer = ask()
            assert (answer.status_code, time.monotonic() - begun < 8) == (503, True)
            assert answer.headers["Retry-After"]
        for path in ("/support", "/account"):
            assert browser.get(path).status_code == 200
        assert program.call("GET", "/me").status_code == 200
    finally:
        os.kill(hanging, signal.SIGCONT)
    deadline = time.monotonic() + 10
    while browser.get("/requests").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_no_secret_of_a_journey_is_in_the_log(stack: Stack) -> None:
    program = Program(stack)
    program.call("GET", "/me")
    requests.put(
        f"{program.url}/api/v1/password-resets/planted-token", json={"password": "x", "password_confirmation": "x"},
        timeout=15,
    )  # fmt: skip
    told = Path(stack.component("gateway").log).read_text(encoding="utf-8")
    assert '"route": "/api/v1/password-resets/<word:token>"' in told
    account = stack.accounts["candidate"]
    for secret in (program.token, "planted-token", account["password"], account["email"]):
        assert secret not in told
