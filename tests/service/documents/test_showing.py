"""Pictures of a PDF's pages: a second step that nothing waits for, fenced, handed out page by page, removed."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from chassis import clock
from chassis.db import transaction
from chassis.errors import Forbidden, Invalid, NotFound
from services.documents import domain
from services.documents.domain import Verdict
from services.documents.usecases import showing, uploads
from tests.service.documents.conftest import SYSTEM


def lease(desk, now=None, limit=10):
    with transaction(desk.engine) as session:
        return showing.lease_sittings(session, limit, now or clock.real_now())


def record(desk, sitting, shown=3, count=3):
    with transaction(desk.engine) as session:
        showing.record_pages(session, sitting, shown=shown, count=count, now=clock.real_now())


def postpone(desk, sitting, now):
    with transaction(desk.engine) as session:
        showing.postpone_sitting(session, sitting, now=now)


def remove(desk, document_id):
    with transaction(desk.engine) as session:
        now = clock.real_now()
        uploads.remove_detached(session, "CE/8/26", [document_id], now=now, actor=SYSTEM)


def drawn(desk, shown=3, count=3):
    """A clean PDF with its pictures, and its try."""
    document_id = desk.clean()
    (sitting,) = lease(desk)
    record(desk, sitting, shown, count)
    return document_id, sitting


def told(desk, document_id):
    state = desk.service().get_document(grant=desk.grant(document_id, "read"))
    return state["pages_shown"], state["page_count"]


def address(desk, document_id, verb="read", **arguments):
    return desk.service().get_address(grant=desk.grant(document_id, verb), shown=True, **arguments)


def test_a_clean_pdf_is_clean_before_and_while_it_is_drawn(desk):
    document_id = desk.clean()
    assert desk.row(document_id).state == "clean"
    assert told(desk, document_id) == (None, None)
    (sitting,) = lease(desk)
    assert desk.row(document_id).state == "clean"
    assert sitting.stored_key == desk.row(document_id).stored_key
    record(desk, sitting, shown=12, count=30)
    assert told(desk, document_id) == (12, 30)
    assert desk.row(document_id).seq == 2
    assert len(desk.news()) == 1  # nobody is told twice that it is clean
    assert lease(desk, clock.real_now() + timedelta(days=1)) == []


def test_the_pages_are_listed_with_the_state(desk):
    document_id, _ = drawn(desk, 12, 30)
    (item,) = desk.service().list_states(document_ids=[document_id])["items"]
    assert (item["pages_shown"], item["page_count"]) == (12, 30)


def test_only_clean_pdfs_are_drawn(desk):
    desk.start()
    desk.uploaded()
    refused = desk.uploaded()
    for check in desk.lease():
        code = "document.damaged" if check.document_id == refused else None
        kind = "application/pdf" if check.document_id == refused else "image/jpeg"
        desk.record(check, Verdict(code, kind, 500, "ab" * 32, has_rendition=code is None))
    assert lease(desk) == []


def test_an_image_is_its_own_only_page(desk):
    document_id = desk.clean("image/heic", has_rendition=True)
    assert told(desk, document_id) == (1, 1)
    assert desk.row(document_id).rendition_key in address(desk, document_id, page=1)["url"]
    with pytest.raises(NotFound, match=r"document\.not_shown"):
        address(desk, document_id, page=2)


def test_a_leased_pdf_is_left_alone_until_its_lease_ends(desk):
    desk.clean()
    now = clock.real_now()
    (first,) = lease(desk, now)
    assert lease(desk, now + timedelta(seconds=19)) == []
    (second,) = lease(desk, now + timedelta(seconds=21))
    assert (first.attempt, second.attempt) == (1, 2)
    assert first.pages_key != second.pages_key
    assert {f"{first.pages_key}/{page}" for page in range(1, 13)} <= set(desk.doomed())
    late = now + timedelta(seconds=21) + domain.SLOW_WORKER
    assert desk.doomed()[f"{first.pages_key}/12"] == [late]


def test_the_pictures_of_a_try_that_lost_its_lease_go(desk):
    document_id = desk.clean()
    now = clock.real_now()
    (slow,) = lease(desk, now)
    (quick,) = lease(desk, now + timedelta(seconds=21))
    record(desk, quick, 3, 3)
    record(desk, slow, 2, 3)
    record(desk, quick, 3, 3)
    assert told(desk, document_id) == (3, 3)
    assert desk.row(document_id).pages_key == quick.pages_key
    assert len(desk.doomed()[f"{slow.pages_key}/1"]) == 2
    assert f"{quick.pages_key}/1" not in desk.doomed()


def test_a_postponed_drawing_is_due_again_a_little_later(desk):
    document_id = desk.clean()
    (sitting,) = lease(desk)
    now = clock.real_now()
    postpone(desk, sitting, now)
    assert lease(desk, now) == []
    (again,) = lease(desk, now + timedelta(seconds=1))
    assert again.attempt == 2
    record(desk, again, 0, None)
    postpone(desk, again, now)
    assert told(desk, document_id) == (0, None)
    assert lease(desk, now + timedelta(days=1)) == []


def test_a_page_is_shown_by_the_browser_for_a_minute(desk):
    document_id, sitting = drawn(desk)
    answer = address(desk, document_id, page=2)
    parts = urlsplit(answer["url"])
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert parts.path == f"/documents/{sitting.pages_key}/2"
    assert query["response-content-type"] == "image/jpeg"
    assert query["response-content-disposition"].startswith("inline; ")
    assert query["response-content-disposition"].endswith("%D8%AC%D9%88%D8%A7%D8%B2%202.jpg")  # جواز 2.jpg
    assert int(query["X-Amz-Expires"]) <= 60
    assert answer["expires_in"] <= 60


def test_the_original_stays_an_attachment_whatever_page_is_asked_for(desk):
    document_id, _ = drawn(desk)
    grant = desk.grant(document_id, "download")
    url = desk.service().get_address(grant=grant, page=2)["url"]
    assert urlsplit(url).path == f"/documents/{desk.row(document_id).stored_key}"
    assert "response-content-disposition=attachment" in url


@pytest.mark.parametrize("page", [4, 13, 10**12])
def test_pages_without_a_picture_are_not_found(desk, page):
    document_id, _ = drawn(desk)
    with pytest.raises(NotFound, match=r"document\.not_shown"):
        address(desk, document_id, page=page)


@pytest.mark.parametrize("page", [0, -1, "2", "1/../x", None, True, 1.0])
def test_only_numbers_are_pages(desk, page):
    document_id, _ = drawn(desk)
    with pytest.raises(Invalid):
        address(desk, document_id, page=page)


def test_a_page_needs_a_grant_for_reading(desk):
    document_id, _ = drawn(desk)
    with pytest.raises(Forbidden, match=r"grant\.invalid"):
        address(desk, document_id, "complete", page=1)


def test_a_removed_document_has_no_pictures(desk):
    document_id, sitting = drawn(desk)
    before = clock.real_now()
    remove(desk, document_id)
    doomed = desk.doomed()
    for page in range(1, domain.MOST_SHOWN + 1):
        (moment,) = doomed[f"{sitting.pages_key}/{page}"]
        assert moment - before < timedelta(seconds=30)
    with pytest.raises(NotFound):
        address(desk, document_id, page=1)


def test_a_document_removed_while_it_is_drawn_leaves_nothing(desk):
    document_id = desk.clean()
    (sitting,) = lease(desk)
    now = clock.real_now()
    remove(desk, document_id)
    (moment,) = desk.doomed()[f"{sitting.pages_key}/1"]
    assert moment - now > timedelta(minutes=9)  # should the painter die with its word unsaid
    record(desk, sitting)
    assert desk.row(document_id).pages_shown is None
    assert len(desk.doomed()[f"{sitting.pages_key}/3"]) == 2
    assert lease(desk, now + timedelta(days=1)) == []
