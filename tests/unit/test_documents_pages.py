"""Pages of PDFs as pictures: what they look like, how large they get, and files that are made to hurt."""

import sys
from pathlib import Path

import pytest
from PIL import Image

from chassis.children import Child
from chassis.errors import Unavailable
from services.documents.pages.child import load
from tests.factories import files

SECONDS, MEMORY = 2, 1024**3


@pytest.fixture(name="draw")
def _draw(tmp_path: Path):
    answer = load()

    def draw(content: bytes, most: int = 12) -> dict:
        path = tmp_path / "file"
        path.write_bytes(content)
        return answer({"path": str(path), "folder": str(tmp_path), "most": most})

    return draw


def picture(tmp_path: Path, page: int = 1) -> Image.Image:
    return Image.open(tmp_path / str(page))


def test_a_page_is_a_jpeg_as_wide_as_a_screen(draw, tmp_path):
    assert draw(files.drawn_pdf(["0 0 0 rg 0 0 100 200 re f"])) == {"shown": 1, "count": 1}
    page = picture(tmp_path)
    assert (page.format, page.mode) == ("JPEG", "RGB")
    assert page.size == (pytest.approx(1400, abs=2), pytest.approx(1400, abs=2))
    assert max(files.colour(page, 300, 700)) < 10  # black on the left
    assert min(files.colour(page, 1100, 700)) > 245  # paper on the right


def test_pages_are_numbered_as_they_lie(draw, tmp_path):
    draw(files.drawn_pdf(["1 0 0 rg 0 0 200 200 re f", "0 0 1 rg 0 0 200 200 re f"]))
    assert [files.colour(picture(tmp_path, page), 9, 9)[0] > 200 for page in (1, 2)] == [True, False]


def test_no_more_than_so_many_pages_are_drawn_and_all_are_counted(draw, tmp_path):
    assert draw(files.pdf(pages=5), most=3) == {"shown": 3, "count": 5}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "2", "3", "file"]


def test_what_a_form_was_filled_with_is_seen(draw, tmp_path):
    draw(files.filled_form("0 0 0 rg 0 0 100 40 re f"))
    assert max(files.colour(picture(tmp_path), 700, 700)) < 10


@pytest.mark.parametrize(
    "box",
    ["0 0 1000000000 1000000000", "0 0 1 1000000", "0 0 1000000 1", "0 0 0.001 0.001", "-9e9 -9e9 9e9 9e9"],
)
def test_a_page_of_a_monstrous_size_is_a_picture_of_a_bounded_one(draw, tmp_path, box):
    draw(files.drawn_pdf(["0 0 100 200 re f"], box=box))
    width, height = picture(tmp_path).size
    assert 1 <= width <= 1401
    assert 1 <= height <= 4001


@pytest.fixture(name="child")
def _child():
    child = Child([sys.executable, "-m", "services.documents.pages.child"], SECONDS, MEMORY)
    yield child
    child.close()


def ask(child: Child, folder: Path, content: bytes) -> dict:
    path = folder / "file"
    path.write_bytes(content)
    return child.ask({"path": str(path), "folder": str(folder), "most": 12})


def test_what_never_ends_is_ended_and_the_next_one_is_drawn(child, tmp_path):
    with pytest.raises(Unavailable, match=r"child\.failed") as failed:
        ask(child, tmp_path, files.endless_pdf())
    assert failed.value.facts["why"] in ("time", "memory", "died")
    assert ask(child, tmp_path, files.pdf(pages=2)) == {"shown": 2, "count": 2}


def test_what_unpacks_to_more_than_there_is_room_for_is_ended(child, tmp_path):
    with pytest.raises(Unavailable, match=r"child\.failed"):
        ask(child, tmp_path, files.pdf_bomb(1200))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%%EOF", b"text", files.pdf(password="secret")])
def test_what_cannot_be_opened_is_said_to_be_so(child, tmp_path, content):
    with pytest.raises(Unavailable) as failed:
        ask(child, tmp_path, content)
    assert failed.value.facts["why"] == "error"
