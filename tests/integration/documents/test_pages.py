"""Pages of a PDF as an officer's browser gets them: after the file is clean, and never at its expense."""

import io
import time

import pytest
from PIL import Image

from chassis.errors import NotFound
from tests.factories import files
from tests.integration.documents.conftest import Portal

BLACK, RED = "0 0 0 rg 0 0 200 200 re f", "1 0 0 rg 0 0 200 200 re f"


def clean(portal: Portal, content: bytes) -> str:
    """A clean document's id."""
    document_id = portal.send(content)
    assert portal.judged(document_id)["state"] == "clean"
    return document_id


def picture(portal: Portal, document_id: str, page: int) -> Image.Image:
    """A page as the browser shows it."""
    answer = portal.get(portal.address(document_id, "read", shown=True, page=page))
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("inline; ")
    return Image.open(io.BytesIO(answer.data))


def test_each_page_of_a_clean_pdf_is_shown(portal):
    document_id = clean(portal, files.drawn_pdf([BLACK, RED]))
    assert portal.drawn(document_id) == (2, 2)
    colours = [files.colour(picture(portal, document_id, page), 100, 100) for page in (1, 2)]
    assert max(colours[0]) < 20
    assert colours[1][0] > 235
    with pytest.raises(NotFound, match=r"document\.not_shown"):
        portal.address(document_id, "read", shown=True, page=3)


def test_a_long_pdf_shows_its_first_pages_and_tells_how_many_there_are(portal):
    before = portal.kept()
    document_id = clean(portal, files.pdf(pages=15))
    assert portal.drawn(document_id) == (12, 15)
    assert len(portal.kept() - before) == 13


def test_a_page_is_not_read_without_its_signature(portal):
    document_id = clean(portal, files.pdf(pages=2))
    portal.drawn(document_id)
    url = portal.address(document_id, "read", shown=True, page=1)
    assert portal.get(url.partition("?")[0]).status == 403
    assert portal.get(url.replace("/1?", "/2?")).status == 403


def test_bombs_lose_only_their_pictures_and_hold_nobody_up(portal):
    bomb = clean(portal, files.endless_pdf())
    began = time.monotonic()
    good = clean(portal, files.pdf())
    assert time.monotonic() - began < 10
    assert portal.drawn(bomb, 90) == (0, None)
    assert portal.drawn(good) == (1, 1)
    assert portal.state(bomb)["state"] == "clean"
    assert portal.get(portal.address(bomb)).data == files.endless_pdf()


def test_the_pages_before_a_bomb_are_shown(portal):
    document_id = clean(portal, files.endless_pdf(before=2))
    assert portal.drawn(document_id, 90) == (2, 3)
    assert min(files.colour(picture(portal, document_id, 2), 100, 100)) > 245
    with pytest.raises(NotFound, match=r"document\.not_shown"):
        portal.address(document_id, "read", shown=True, page=3)


def test_a_service_killed_while_it_draws_draws_again(portal):
    service = portal.stack.component("documents")
    before = portal.kept()
    document_id = clean(portal, files.drawn_pdf([BLACK + " " * 200_000] * 12))
    service.kill()
    service.start()
    assert portal.drawn(document_id, 90) == (12, 12)
    assert max(files.colour(picture(portal, document_id, 12), 100, 100)) < 20
    assert len(portal.kept() - before) >= 13
