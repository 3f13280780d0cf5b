"""News that documents belong to nothing any more: their files leave the store, however often it is said."""

import json
from datetime import UTC, datetime

import pytest

from chassis import ids
from chassis.events import PURPOSE
from chassis.publisher import Outgoing, Publisher
from chassis.signing import Signer
from contracts.requests import DocumentsDetached
from tests.factories import files
from tests.integration.conftest import eventually
from tests.integration.documents.conftest import Portal


@pytest.fixture(name="publish")
def _publish(portal: Portal):
    environment = portal.stack.environment("requests")
    publisher = Publisher(environment["AMQP_URL"], "test")
    signer = Signer("requests", environment["BUS_KEY"])

    def publish(owner: str, *document_ids: str, times: int = 1) -> None:
        event = DocumentsDetached(aggregate=owner, seq=1, document_ids=document_ids)
        message_id = ids.new_id()
        body = {
            "id": message_id,
            "name": event.NAME,
            "v": 1,
            "at": datetime.now(UTC).isoformat(),
            "aggregate": event.aggregate,
            "seq": event.seq,
            "actor": {"kind": "person", "id": "account-1", "office": None},
            "trace_id": "",
            "language": "ar",
            "recipients": [],
            "data": event.data(),
        }
        raw = json.dumps(body).encode()
        headers = {"signature": signer.sign(PURPOSE, raw)}
        for _ in range(times):
            assert publisher.publish(Outgoing("events", event.NAME, raw, message_id, headers)) == [True]

    yield publish
    publisher.close()


def test_the_files_of_detached_documents_leave_the_store(portal, publish):
    kept = portal.send(files.pdf())
    portal.judged(kept)
    before = portal.kept()
    sent = [portal.send(files.image("HEIF"), name="a.heic"), portal.send(files.pdf())]
    for document_id in sent:
        portal.judged(document_id)
    # Two originals, what is shown of the photo and of the only page of the PDF.
    assert len(portal.kept() - before) == 4
    publish("CE/8/26", *sent, times=3)
    eventually(lambda: portal.keys("documents") == before)
    assert portal.call("requests", "list_states", document_ids=sent)["items"] == []
    assert portal.get(portal.address(kept)).status == 200


def test_a_request_cannot_have_the_files_of_another_removed(portal, publish):
    other, own = portal.send(files.pdf(), owner="CE/9/26"), portal.send(files.pdf())
    portal.judged(other)
    portal.judged(own)
    publish("CE/8/26", other, own)
    eventually(lambda: portal.call("requests", "list_states", document_ids=[own])["items"] == [])
    assert portal.state(other)["state"] == "clean"
