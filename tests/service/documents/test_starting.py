"""An upload is announced, its form is handed out, its completion is said."""

import base64
import json
from datetime import timedelta

import pytest

from chassis import clock, db, idempotency
from chassis.actor import ANONYMOUS
from chassis.errors import Forbidden, Invalid, NotFound, NotSignedIn
from services.documents import domain
from tests.service.documents.conftest import APPLICANT, NOW, OTHER, START


def policy_of(form):
    return json.loads(base64.b64decode(form["fields"]["policy"]))


def test_the_form_binds_key_type_size_and_time(desk):
    answer = desk.service().start_upload(**START)
    form = answer["upload"]
    row = desk.row(answer["id"])
    assert form["method"] == "POST"
    assert form["url"] == f"{desk.settings.S3_PUBLIC_URL}/incoming"
    conditions = policy_of(form)["conditions"]
    assert ["eq", "$key", row.incoming_key] in conditions
    assert ["eq", "$Content-Type", "application/pdf"] in conditions
    assert ["content-length-range", 1, 1000] in conditions
    assert form["fields"]["key"] == row.incoming_key
    assert form["fields"]["Content-Type"] == "application/pdf"
    left = row.policy_expires_at - clock.real_now()
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)


def test_the_name_is_metadata_and_no_part_of_the_key(desk):
    row = desk.row(desk.start())
    assert row.filename == "البطاقة.pdf"
    assert row.incoming_key.isalnum()
    assert len(row.incoming_key) >= 40


def test_two_uploads_never_share_a_key(desk):
    assert desk.row(desk.start()).incoming_key != desk.row(desk.start()).incoming_key


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"size": 0}, "document.empty", "/size"),
        ({"size": 1001}, "document.too_large", "/size"),
        ({"sha256": "zz"}, "input.invalid", "/sha256"),
        ({"content_types": []}, "input.invalid", "/content_types"),
        ({"content_types": ["text/html"]}, "input.invalid", "/content_types/0"),
        ({"max_bytes": 0}, "input.invalid", "/max_bytes"),
        ({"state": "clean"}, "input.invalid", "/state"),
        ({"incoming_key": "mine"}, "input.invalid", "/incoming_key"),
    ],
)
def test_what_cannot_be_uploaded_is_said_at_once(desk, changes, code, pointer):
    with pytest.raises(Invalid) as error:
        desk.start(**changes)
    assert error.value.code == code
    assert [fault.pointer for fault in error.value.faults] == [pointer]


def test_nobody_uploads_without_a_session(desk):
    with pytest.raises(NotSignedIn):
        desk.service(ANONYMOUS).start_upload(**START)


def test_the_same_key_of_idempotency_gives_the_same_form(desk):
    call = idempotency.Call("account-1", "documents.start_upload", "key", "hash")
    service = desk.service()
    service.db = db.Transactions(desk.engine, call)
    first = service.start_upload(**START)
    with pytest.raises(idempotency.Replayed) as again:
        service.start_upload(**START)
    assert again.value.outcome == {"result": first}


def test_completion_hands_the_file_to_be_looked_at(desk):
    document_id = desk.start()
    service = desk.service()
    grant = desk.grant(document_id, "complete")
    assert service.complete_upload(grant=grant) == {"id": document_id, "state": "uploaded"}
    assert service.checker.times == 1
    row = desk.row(document_id)
    assert row.due_at <= clock.real_now()
    assert row.uploaded_at is not None


def test_completion_said_twice_changes_nothing(desk):
    document_id = desk.uploaded()
    desk.lease()
    again = desk.service().complete_upload(grant=desk.grant(document_id, "complete"))
    assert again["state"] == "scanning"
    assert desk.row(document_id).attempt == 1


def test_the_hash_may_come_with_the_completion(desk):
    document_id = desk.start()
    desk.service().complete_upload(grant=desk.grant(document_id, "complete"), sha256="AB" * 32)
    assert desk.row(document_id).announced_sha256 == "ab" * 32


def test_another_hash_than_the_announced_one_is_refused_and_can_be_mended(desk):
    document_id = desk.start(sha256="ab" * 32)
    grant = desk.grant(document_id, "complete")
    with pytest.raises(Invalid, match=r"document\.hash_differs"):
        desk.service().complete_upload(grant=grant, sha256="cd" * 32)
    assert desk.row(document_id).state == "awaiting_upload"
    assert desk.service().complete_upload(grant=grant, sha256="ab" * 32)["state"] == "uploaded"


def test_an_unknown_document_is_unknown(desk):
    with pytest.raises(NotFound):
        desk.service().complete_upload(grant=desk.grant("no-such-id", "complete"))


@pytest.mark.parametrize(
    "changes",
    [
        {"verb": "download"},
        {"verb": "read"},
        {"actor": OTHER},
        {"expires_at": NOW - timedelta(seconds=1)},
        {"key": base64.b64encode(b"another key of thirty-two bytes!").decode()},
    ],
)
def test_nothing_is_done_without_the_right_grant(desk, changes):
    document_id = desk.start()
    verb = changes.pop("verb", "complete")
    with pytest.raises(Forbidden, match=r"grant\.invalid"):
        desk.service().complete_upload(grant=desk.grant(document_id, verb, **changes))
    assert desk.row(document_id).state == "awaiting_upload"


@pytest.mark.parametrize("text", ["", "x", "a.b", "..", "é.é", "e30.e30"])
def test_a_grant_that_is_none_is_refused(desk, text):
    with pytest.raises(Forbidden, match=r"grant\.invalid"):
        desk.service().get_document(grant=text)


def test_states_are_listed_for_those_that_are_there(desk):
    first, second = desk.start(), desk.uploaded()
    items = desk.service().list_states(document_ids=[second, "unknown", first])["items"]
    assert [(item["id"], item["state"]) for item in items] == [
        (first, "awaiting_upload"),
        (second, "uploaded"),
    ]


def test_one_state_is_read_by_a_grant(desk):
    document_id = desk.clean()
    answer = desk.service().get_document(grant=desk.grant(document_id, "read"))
    assert (answer["state"], answer["size"], answer["content_type"]) == ("clean", 500, "application/pdf")


def test_who_did_what_is_written_down(desk):
    desk.clean()
    assert desk.audit() == [
        ("document.start", APPLICANT.id),
        ("document.complete", APPLICANT.id),
        ("document.check", "system:documents"),
    ]


def test_the_store_is_never_used_inside_a_transaction(desk, tmp_path):
    objects, path = desk.objects, tmp_path / "file"
    path.write_bytes(b"x")
    uses = [
        objects.make_buckets,
        lambda: objects.upload_form("k", "application/pdf", 1, NOW),
        lambda: objects.address("documents", "k", "n", "application/pdf"),
        lambda: objects.fetch("incoming", "k", path, 1),
        lambda: objects.put("documents", "k", path, "application/pdf"),
        lambda: objects.remove("documents", "k"),
        objects.is_well,
    ]
    for use in uses:
        with pytest.raises(db.TransactionOpen), db.transaction(desk.engine):
            use()


def test_every_bucket_has_its_name(desk):
    assert (domain.INCOMING, domain.DOCUMENTS, domain.PAPERS) == ("incoming", "documents", "papers")
