"""Addresses: short-lived, one object, an attachment; and documents that nobody wants any more."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from chassis.errors import Conflict, Forbidden, Invalid, NotFound
from chassis.events import Message
from services.documents.domain import Refusal, Verdict
from tests.service.documents.conftest import OTHER, SYSTEM


def address(desk, document_id, verb="download", **arguments):
    return desk.service().get_address(grant=desk.grant(document_id, verb), **arguments)


def test_an_address_is_of_one_object_for_a_minute_and_an_attachment(desk):
    document_id = desk.clean()
    answer = address(desk, document_id)
    parts = urlsplit(answer["url"])
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert parts.path == f"/documents/{desk.row(document_id).stored_key}"
    assert answer["url"].startswith(desk.settings.S3_PUBLIC_URL)
    assert int(query["X-Amz-Expires"]) <= 60
    assert answer["expires_in"] <= 60
    assert query["response-content-disposition"].startswith("attachment; ")
    assert query["response-content-type"] == "application/pdf"
    assert "X-Amz-Signature" in query


def test_the_owners_name_for_it_is_the_files_name(desk):
    assert "%25D8%25AC%25D9%2588%25D8%25A7%25D8%25B2.pdf" in address(desk, desk.clean())["url"]  # جواز.pdf


@pytest.mark.parametrize("state", ["awaiting_upload", "uploaded", "scanning", "refused"])
def test_only_clean_files_are_handed_out(desk, state):
    document_id = desk.start() if state == "awaiting_upload" else desk.uploaded()
    if state in ("scanning", "refused"):
        (check,) = desk.lease()
    if state == "refused":
        desk.record(check, Verdict(Refusal.DAMAGED, "application/pdf", 1, "ab" * 32))
    with pytest.raises(Conflict, match=r"document\.not_clean") as error:
        address(desk, document_id)
    assert error.value.facts == {"state": state}


def test_an_image_is_shown_as_the_jpeg_drawn_of_it(desk):
    document_id = desk.clean("image/heic", has_rendition=True)
    original = address(desk, document_id)["url"]
    shown = address(desk, document_id, "read", shown=True)["url"]
    assert desk.row(document_id).stored_key in original
    assert desk.row(document_id).rendition_key in shown
    assert "response-content-type=image%2Fjpeg" in shown
    assert "response-content-type=image%2Fheic" in original


def test_a_pdf_has_no_image_that_stands_for_it(desk):
    with pytest.raises(NotFound, match=r"document\.not_shown"):
        address(desk, desk.clean(), "read", shown=True)


@pytest.mark.parametrize("verb", ["read", "complete"])
def test_originals_need_a_grant_for_downloading(desk, verb):
    with pytest.raises(Forbidden, match=r"grant\.invalid"):
        address(desk, desk.clean(), verb)


def test_a_grant_is_of_use_to_nobody_else(desk):
    document_id = desk.clean()
    grant = desk.grant(document_id, "download")
    with pytest.raises(Forbidden, match=r"grant\.invalid"):
        desk.service(OTHER).get_address(grant=grant)


def test_nothing_is_handed_out_to_be_shown_by_the_browser_itself(desk):
    with pytest.raises(Invalid):
        address(desk, desk.clean(), disposition="inline")


def detached(owner, *document_ids, message_id="m1"):
    return Message(
        id=message_id,
        name="requests.documents_detached",
        v=1,
        at=datetime.now(UTC).isoformat(),
        aggregate=owner,
        seq=3,
        actor={},
        trace_id="",
        language="ar",
        recipients=[],
        data={"document_ids": list(document_ids)},
    )


def test_a_detached_document_is_a_stone_without_a_name(desk):
    document_id = desk.clean("image/heic", has_rendition=True)
    before = desk.row(document_id)
    service = desk.service(SYSTEM)
    service.remove_detached(detached("CE/8/26", document_id, "unknown"))
    row = desk.row(document_id)
    assert (row.state, row.filename, row.sha256, row.stored_key) == ("removed", "", None, None)
    assert {before.stored_key, before.rendition_key, before.incoming_key} <= set(desk.doomed())
    assert service.remover.times == 1
    assert desk.service().list_states(document_ids=[document_id])["items"] == []
    with pytest.raises(NotFound):
        address(desk, document_id)


def test_news_heard_twice_remove_once(desk):
    document_id = desk.clean()
    service = desk.service(SYSTEM)
    service.remove_detached(detached("CE/8/26", document_id))
    first = desk.doomed()
    service.remove_detached(detached("CE/8/26", document_id))
    service.remove_detached(detached("CE/8/26", document_id, message_id="m2"))
    assert desk.doomed() == first
    assert [action for action, _ in desk.audit()].count("document.remove") == 1


def test_a_request_cannot_remove_the_documents_of_another(desk):
    document_id = desk.clean()
    desk.service(SYSTEM).remove_detached(detached("CE/9/26", document_id))
    assert desk.row(document_id).state == "clean"
