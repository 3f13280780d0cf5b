"""The documents service running with a real database, bus and store, as requests, the gateway and a browser see it."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import urllib3
from sqlalchemy import text

from chassis import clock, grants, ids
from chassis.actor import Actor
from chassis.config import load
from chassis.db import make_engine
from chassis.rpc import Asking, Caller
from contracts.permissions import Role
from deploy.local.stack import Stack
from services.documents.objects import Objects
from services.documents.settings import Settings
from tests.integration.conftest import eventually

APPLICANT = Actor(kind="person", id="account-1", roles=frozenset({Role.CANDIDATE}), session="s")
EXAMINER = Actor(kind="person", id="account-9", roles=frozenset({Role.EXAMINER}), session="s")
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

    def call(
        self, sender: str, method: str, key: str | None = None, *, actor: Actor = APPLICANT, **arguments: Any
    ) -> Any:
        """One call as that sender on behalf of the applicant or somebody else."""
        asking = Asking(actor, time.monotonic() + 7, key)
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

    def grant(self, document_id: str, verb: str, seconds: int = 60) -> str:
        """A grant as requests gives it."""
        claims = {"document_id": document_id, "verb": verb, "actor": APPLICANT.id, "filename": "صورة.pdf"}
        return grants.issue(self.settings.GRANT_KEY, claims, clock.real_now() + timedelta(seconds=seconds))

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

    def drawn(self, document_id: str, seconds: float = 60) -> tuple[int, int | None]:
        """How many pages are shown and how many there are, once that is known."""
        state = eventually(lambda: (s := self.state(document_id))["pages_shown"] is not None and s, seconds)
        return state["pages_shown"], state["page_count"]

    def kept(self) -> set[str]:
        """Keys of what was found clean, once no picture is still to come."""
        engine = make_engine(self.settings)
        waiting = text(
            "SELECT count(*) FROM upload"
            " WHERE state = 'clean' AND content_type = 'application/pdf' AND pages_shown IS NULL"
        )
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            eventually(lambda: connection.execute(waiting).scalar() == 0, 60)
        engine.dispose()
        return self.keys("documents")


@pytest.fixture(scope="package")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One stack for all tests of documents."""
    stack = Stack(tmp_path_factory.mktemp("documents"), env="test")
    stack.start(["documents"])
    portal = Portal(stack)
    yield portal
    for caller in portal.callers.values():
        caller.close()
    stack.stop()
