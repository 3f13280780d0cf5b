"""Bombs, a store that dies or freezes, a service that is killed: each file still comes to its end."""

import subprocess
import sys
import time
from hashlib import sha256
from typing import Any

import pytest

from chassis.errors import Unavailable
from tests.factories import files
from tests.integration.conftest import eventually
from tests.integration.documents.conftest import Portal


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
