"""The running service with a real store: the way of a file from a browser's form to an officer's screen."""

import io
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
import urllib3
from PIL import Image
from pypdf import PdfReader

from chassis import clock, grants, ids
from chassis.actor import Actor
from chassis.config import load
from chassis.errors import Unavailable
from chassis.rpc import Asking, Caller
from contracts.permissions import Role
from deploy.local.stack import Stack
from services.documents.objects import Objects
from services.documents.settings import Settings
from tests.factories import files
from tests.factories.orders import request_paper
from tests.integration.conftest import eventually

APPLICANT = Actor(kind="person", id="account-1", roles=frozenset({Role.CANDIDATE}), session="s")
TYPES = ["application/pdf", "image/jpeg", "image/png", "image/heic"]
MEGABYTES = 1024 * 1024


class Portal:
    """The stack, seen by requests, by the gateway and by a browser."""

    def __init__(self, stack: Stack):
        self.stack = stack
        self.settings = load(Settings, stack.environment("documents"))
        self.objects = Objects(self.settings)
        self.callers = {name: self._caller(name) for name in ("requests", "gateway")}
        self.browser = urllib3.PoolManager(retries=False, timeout=30)

    def _caller(self, name: str) -> Caller:
        environment = self.stack.environment(name)
        return Caller(name, environment["AMQP_URL"], environment["BUS_KEY"])

    def call(self, sender: str, method: str, key: str | None = None, **arguments: Any) -> Any:
        """One call as that sender on behalf of the applicant."""
        asking = Asking(APPLICANT, time.monotonic() + 7, key)
        return self.callers[sender].call("documents", method, arguments, asking)

    def start(self, name: str = "وثيقة.pdf", types: list[str] = TYPES, **facts: Any) -> dict[str, Any]:
        """A started upload."""
        facts = {"owner": "CE/8/26", "slot": "other", "max_bytes": 10 * MEGABYTES, **facts}
        return self.call(
            "requests", "start_upload", ids.new_id(), filename=name, content_types=types, **facts
        )

    def post(self, upload: dict[str, Any], content: bytes, **changes: str) -> int:
        """What a browser does with the form; the store's status."""
        fields = {**upload["fields"], **changes}
        form = [*fields.items(), ("file", ("file", content, "application/octet-stream"))]
        body, kind = urllib3.encode_multipart_formdata(form)
        return self.browser.request("POST", upload["url"], body=body, headers={"Content-Type": kind}).status

    def grant(self, document_id: str, verb: str) -> str:
        """A grant as requests gives it."""
        claims = {"document_id": document_id, "verb": verb, "actor": APPLICANT.id, "filename": "صورة.pdf"}
        return grants.issue(self.settings.GRANT_KEY, claims, clock.real_now() + timedelta(seconds=60))

    def complete(self, document_id: str, **arguments: Any) -> dict[str, Any]:
        """The file was sent."""
        grant = self.grant(document_id, "complete")
        return self.call("gateway", "complete_upload", ids.new_id(), grant=grant, **arguments)

    def send(self, content: bytes, name: str = "وثيقة.pdf", **facts: Any) -> str:
        """Start, post, complete; the document's id."""
        started = self.start(name, **facts)
        assert self.post(started["upload"], content) in (200, 201, 204)
        self.complete(started["id"])
        return started["id"]

    def state(self, document_id: str) -> dict[str, Any]:
        """The state as requests sees it."""
        return self.call("requests", "list_states", document_ids=[document_id])["items"][0]

    def judged(self, document_id: str, seconds: float = 60) -> dict[str, Any]:
        """The state once it is final."""
        final = ("clean", "refused")
        return eventually(lambda: (s := self.state(document_id))["state"] in final and s, seconds)

    def sent(self, content: bytes, **facts: Any) -> dict[str, Any]:
        """The final state of what was sent."""
        return self.judged(self.send(content, **facts))

    def address(self, document_id: str, verb: str = "download", **arguments: Any) -> str:
        """A presigned address."""
        return self.call("gateway", "get_address", grant=self.grant(document_id, verb), **arguments)["url"]

    def get(self, url: str) -> urllib3.BaseHTTPResponse:
        """What a browser gets."""
        return self.browser.request("GET", url)

    def keys(self, bucket: str) -> set[str]:
        """Keys in a bucket, the readiness probe's left out."""
        listed = self.objects._inside.list_objects(bucket, recursive=True)
        return {str(each.object_name) for each in listed if not str(each.object_name).startswith("probe/")}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One stack for the module."""
    stack = Stack(tmp_path_factory.mktemp("documents"), env="test")
    stack.start(["documents"])
    portal = Portal(stack)
    yield portal
    for caller in portal.callers.values():
        caller.close()
    stack.stop()


# ------------------------------------------------------------------------------------------ the way of a good file


def test_a_file_goes_straight_to_the_store_and_comes_back_as_it_was(portal):
    content = files.pdf(attachment=bytes(range(256)) * 4000)
    document_id = portal.send(content, size=len(content), sha256=sha256(content).hexdigest())
    state = portal.judged(document_id)
    assert (state["state"], state["content_type"]) == ("clean", "application/pdf")
    assert (state["size"], state["sha256"]) == (len(content), sha256(content).hexdigest())
    answer = portal.get(portal.address(document_id))
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "%D8%B5%D9%88%D8%B1%D8%A9.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"] == "application/pdf"


def test_a_phones_photo_is_kept_and_shown_as_jpeg(portal):
    content = files.image("HEIF", size=(800, 600), noise=True)
    document_id = portal.send(content, name="IMG_0042.HEIC")
    assert portal.judged(document_id)["content_type"] == "image/heic"
    assert portal.get(portal.address(document_id)).data == content
    shown = portal.get(portal.address(document_id, "read", shown=True))
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(shown.data)).size == (800, 600)


def test_a_ten_megabyte_photo_passes(portal):
    content = files.image("PNG", size=(2200, 1600), mode="RGB")
    content += bytes(10 * MEGABYTES - len(content))
    assert portal.sent(content, name="photo.png")["state"] == "clean"


def test_what_was_sent_leaves_the_way_in(portal):
    before = portal.keys("incoming")
    portal.sent(files.pdf())
    eventually(lambda: portal.keys("incoming") <= before)


# ------------------------------------------------------------------------------------------ what the store enforces


def test_the_store_refuses_what_the_form_does_not_allow(portal):
    form = portal.start(max_bytes=1000)["upload"]
    assert portal.post(form, b"x" * 1001) >= 400
    assert portal.post(form, b"") >= 400
    assert portal.post(form, b"x", **{"Content-Type": "text/html"}) == 403
    assert portal.post(form, b"x", key="elsewhere") == 403
    assert portal.post(form, b"x", **{"x-amz-signature": "0" * 64}) == 403
    assert portal.post(form, b"x" * 1000) in (200, 201, 204)


def test_the_store_refuses_a_form_whose_time_is_over(portal):
    over = clock.real_now() - timedelta(seconds=1)
    form = portal.objects.upload_form("some-key", "application/pdf", 1000, over)
    assert portal.post(form, b"x") == 403


def test_nothing_is_read_without_a_signature_or_after_its_minute(portal):
    document_id = portal.send(files.pdf())
    portal.judged(document_id)
    url = portal.address(document_id)
    assert portal.get(url.partition("?")[0]).status == 403
    assert portal.get(url.replace("X-Amz-Expires=60", "X-Amz-Expires=6000")).status == 403
    assert portal.get(url.replace("attachment", "inline")).status == 403
    other = portal.send(files.pdf())
    portal.judged(other)
    assert portal.get(_with_path_of(url, portal.address(other))).status == 403


def _with_path_of(url: str, other: str) -> str:
    return other.partition("?")[0] + "?" + url.partition("?")[2]


def test_other_bytes_sent_after_the_look_change_nothing(portal):
    first, second = files.pdf(), files.pdf(pages=7)
    started = portal.start()
    portal.post(started["upload"], first)
    portal.complete(started["id"])
    state = portal.judged(started["id"])
    assert portal.post(started["upload"], second) in (200, 201, 204)
    assert portal.get(portal.address(started["id"])).data == first
    assert portal.state(started["id"]) == state


def test_bytes_changed_while_they_are_looked_at_are_kept_as_looked_at(portal):
    started = portal.start()
    for pages in range(1, 4):
        portal.post(started["upload"], files.pdf(pages=pages))
    portal.complete(started["id"])
    for pages in range(4, 12):
        portal.post(started["upload"], files.pdf(pages=pages))
    state = portal.judged(started["id"])
    kept = portal.get(portal.address(started["id"])).data
    assert sha256(kept).hexdigest() == state["sha256"]
    assert len(kept) == state["size"]


# ------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html><script>alert(1)</script></html>", "document.wrong_type"),
        (b"%PDF-1.7\n<script>alert(1)</script>\n%%EOF", "document.wrong_type"),
        (files.image("GIF"), "document.wrong_type"),
        (files.pdf(password="secret"), "document.encrypted"),
        (files.pdf()[:-100], "document.damaged"),
        (files.flat_png(20_000, 20_000), "document.too_large"),
    ],
    ids=["html", "html as pdf", "gif", "encrypted", "cut", "pixels"],
)
def test_bad_files_are_refused_and_not_kept(portal, content, code):
    kept = portal.keys("documents")
    state = portal.sent(content)
    assert (state["state"], state["code"]) == ("refused", code)
    assert portal.keys("documents") <= kept


def test_another_file_than_the_announced_one_is_refused(portal):
    announced = sha256(b"another file").hexdigest()
    assert portal.sent(files.pdf(), sha256=announced)["code"] == "document.hash_differs"
    assert portal.sent(files.pdf(), size=17)["code"] == "document.hash_differs"


def test_a_completion_without_a_file_is_refused(portal):
    started = portal.start()
    portal.complete(started["id"])
    assert portal.judged(started["id"])["code"] == "document.missing"


def test_bombs_die_and_the_service_answers_on(portal):
    bombs = [files.jpeg_bomb(), files.pdf_bomb(600), files.flat_png(30_000, 30_000)]
    sent = [portal.send(bomb) for bomb in bombs]
    good = portal.send(files.pdf())
    slowest = 0.0
    while portal.state(good)["state"] not in ("clean", "refused"):
        began = time.monotonic()
        portal.call("gateway", "health")
        slowest = max(slowest, time.monotonic() - began)
    assert portal.state(good)["state"] == "clean"
    assert slowest < 3
    codes = [portal.judged(document_id)["code"] for document_id in sent]
    assert codes == ["document.damaged", "document.damaged", "document.too_large"]


# ------------------------------------------------------------------------------------------ faults


def ready(portal: Portal) -> int:
    """The status of the readiness probe."""
    address = portal.stack.environment("documents")["HEALTH_ADDRESS"]
    return portal.get(f"http://{address}/ready").status


def test_a_store_that_dies_and_comes_back_loses_nothing(portal):
    store = portal.stack.component("s3")
    started = portal.start()
    portal.post(started["upload"], files.pdf())
    store.kill()
    began = time.monotonic()
    portal.complete(started["id"])
    assert portal.state(started["id"])["state"] in ("uploaded", "scanning")
    assert time.monotonic() - began < 3
    eventually(lambda: ready(portal) == 503)
    store.start()
    assert portal.judged(started["id"])["state"] == "clean"
    eventually(lambda: ready(portal) == 200)


def test_a_frozen_store_holds_nobody_up_for_long(portal, tmp_path):
    store = portal.stack.component("s3")
    started = portal.start()
    portal.post(started["upload"], files.pdf())
    store.pause()
    try:
        portal.complete(started["id"])
        began = time.monotonic()
        with pytest.raises(Unavailable, match=r"storage\.unavailable"):
            portal.objects.fetch("incoming", "some-key", tmp_path / "file", 10)
        assert time.monotonic() - began < 25
        began = time.monotonic()
        assert portal.state(started["id"])["state"] in ("uploaded", "scanning")
        assert time.monotonic() - began < 3
    finally:
        store.resume()
    assert portal.judged(started["id"])["state"] == "clean"


GREEN = """
import os, sys, time, warnings
warnings.simplefilter("ignore")
import eventlet
eventlet.monkey_patch()
from pathlib import Path
from chassis.config import load
from chassis.errors import Unavailable
from services.documents.objects import Objects
from services.documents.settings import Settings

objects = Objects(load(Settings, os.environ))
lags, stop = [], []

def tick():
    while not stop:
        before = time.monotonic()
        eventlet.sleep(0.01)
        lags.append(time.monotonic() - before)

ticker = eventlet.spawn(tick)
began = time.monotonic()
try:
    objects.fetch("incoming", "some-key", Path(sys.argv[1]), 10)
except Unavailable:
    print(time.monotonic() - began)
stop.append(True)
ticker.wait()
print(max(lags))
"""


def test_waiting_for_the_store_lets_the_others_go_on(portal, tmp_path):
    store = portal.stack.component("s3")
    environment = portal.stack.environment("documents")
    store.pause()
    try:
        done = subprocess.run(
            [sys.executable, "-c", GREEN, str(tmp_path / "file")],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        store.resume()
    assert done.returncode == 0, done.stderr
    waited, worst = map(float, done.stdout.split())
    assert waited > 6
    assert worst < 3


def test_a_service_killed_while_it_looks_takes_the_files_up_again(portal):
    service = portal.stack.component("documents")
    sent = [portal.send(files.jpeg_bomb())] + [portal.send(files.pdf(pages=n)) for n in range(1, 4)]
    service.kill()
    service.start()
    states = [_patiently(portal, document_id) for document_id in sent]
    assert [state["state"] for state in states] == ["refused", "clean", "clean", "clean"]
    for document_id, state in zip(sent[1:], states[1:], strict=True):
        assert sha256(portal.get(portal.address(document_id)).data).hexdigest() == state["sha256"]


def _patiently(portal: Portal, document_id: str) -> dict[str, Any]:
    """The final state; a service that has just come up may not answer the first call."""
    try:
        return portal.judged(document_id, 90)
    except Unavailable:
        time.sleep(2)
        return portal.judged(document_id, 90)


def test_no_key_address_or_name_is_in_the_log(portal):
    document_id = portal.send(files.pdf(), name="اسم-سري.pdf")
    portal.judged(document_id)
    portal.address(document_id)
    log = portal.stack.component("documents").log.read_text(encoding="utf-8")
    assert portal.settings.S3_SECRET_KEY not in log
    assert "X-Amz-Signature" not in log
    assert "اسم-سري" not in log


# ------------------------------------------------------------------------------------------ papers


def order(portal: Portal, key: str, **changes: Any) -> str:
    """A signed order as requests gives it."""
    claims = {"paper": "request", "key": key, "data": request_paper(**changes)}
    return grants.issue(portal.settings.GRANT_KEY, claims, clock.real_now() + timedelta(seconds=60))


def printed(portal: Portal, text: str, seconds: float = 20) -> str:
    """The address of the paper, asked for as the gateway does."""
    end = time.monotonic() + seconds
    while True:
        try:
            return portal.call("gateway", "get_paper", order=text)["url"]
        except Unavailable as error:
            if error.code != "paper.being_made" or time.monotonic() > end:
                raise
            time.sleep(error.facts["retry_after"])


def test_a_request_is_printed_once_per_content(portal):
    text = order(portal, "content-1")
    url = printed(portal, text)
    answer = portal.get(url)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert 'filename="CE-8-26.pdf"' in answer.headers["Content-Disposition"]
    assert "CE/8/26" in PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    began = time.monotonic()
    again = printed(portal, text)
    assert time.monotonic() - began < 1
    assert again.partition("?")[0] == url.partition("?")[0]
    changed = printed(portal, order(portal, "content-2", number="CE/9/26"))
    assert changed.partition("?")[0] != url.partition("?")[0]
