"""The stack's file store for real: who reads and writes what, and what survives a kill."""

import io
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from minio import Minio
from minio.error import S3Error

from deploy.local.stack import Stack
from deploy.local.store import BUCKETS, REGION


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of nothing but the store."""
    with Stack(tmp_path_factory.mktemp("store")).start(["s3"]) as stack:
        yield stack


def minio(stack: Stack, identity: str) -> Minio:
    """A client as that identity."""
    access, secret = stack.store.credentials(identity)
    return Minio(stack.ports.address("s3"), access, secret, secure=False, region=REGION)


def test_documents_has_its_buckets_and_no_other(stack: Stack) -> None:
    client = minio(stack, "documents")
    for bucket in BUCKETS:
        if not client.bucket_exists(bucket):
            client.make_bucket(bucket)
    with pytest.raises(S3Error, match="AccessDenied"):
        client.make_bucket("other")
    operator = minio(stack, "operator")
    operator.make_bucket("other")
    for act in (
        lambda: client.put_object("other", "x", io.BytesIO(b"1"), 1),
        lambda: client.stat_object("other", "x"),
    ):
        with pytest.raises(S3Error, match="AccessDenied"):
            act()
    client.put_object("documents", "kept", io.BytesIO(b"1"), 1)
    with pytest.raises(S3Error, match="BucketNotEmpty"):
        client.remove_bucket("documents")


def test_nothing_is_read_without_credentials(stack: Stack) -> None:
    minio(stack, "operator").make_bucket("sealed")
    minio(stack, "operator").put_object("sealed", "x", io.BytesIO(b"secret"), 6)
    paths = {"s3": "/sealed/x", "s3_filer": "/buckets/sealed/x", "s3_volume": "/1,01", "s3_admin": "/"}
    for server, path in paths.items():
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(stack.ports.url(server) + path, timeout=5)
        assert refused.value.code in (401, 403, 404)


def test_a_foreign_page_gets_no_leave_from_the_store(stack: Stack) -> None:
    for origin, is_ours in ((stack.gateway_url, True), ("http://evil.example", False)):
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        request = urllib.request.Request(f"{stack.s3_url}/incoming", method="OPTIONS", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                allowed = answer.headers.get("Access-Control-Allow-Origin")
        except urllib.error.HTTPError as refused:
            allowed = refused.headers.get("Access-Control-Allow-Origin")
        except ConnectionError:  # the store's way to refuse it
            allowed = None
        assert (allowed == origin) is is_ours
        assert allowed != "*"


def test_an_object_outlives_a_kill(stack: Stack) -> None:
    client = minio(stack, "operator")
    client.make_bucket("kill")
    body = bytes(range(256)) * 8192
    client.put_object("kill", "x", io.BytesIO(body), len(body))
    store = stack.component("s3")
    store.kill()
    store.start()
    assert read_when_ready(client, "kill", "x") == body


def read_when_ready(client: Minio, bucket: str, name: str) -> bytes:
    """After a restart reads fail for some seconds."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return client.get_object(bucket, name).read()
        except S3Error:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
