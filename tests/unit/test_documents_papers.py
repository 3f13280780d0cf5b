"""Papers: both languages, right-to-left, tagged, with our own font, asking nobody for anything; the printed request."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import segno
from pypdf import PdfReader
from weasyprint.urls import FatalURLFetchingError

from services.documents import schemas
from services.documents.papers import drawing
from services.documents.papers.drawing import FETCHER, FOLDER, SHARED, Drawing
from tests.factories.orders import PAPERS, request_paper

PORTAL = "https://portal.example"
KINDS = sorted(page.parent.name for page in FOLDER.glob("*/page.html"))


@pytest.fixture(scope="module", name="press")
def _press() -> Drawing:
    return Drawing()


def drawn(press: Drawing, tmp_path: Path, kind: str = "request", **changes) -> PdfReader:
    path = tmp_path / "paper.pdf"
    press.draw(kind, PAPERS[kind](**changes), portal_url=PORTAL, out=str(path))
    return PdfReader(path)


def text_of(reader: PdfReader) -> str:
    return " ".join(page.extract_text() for page in reader.pages)


def tagged(element: Any) -> Iterator[Any]:
    """The elements of the structure that a reading program goes through."""
    element = element.get_object()
    if isinstance(element, list):
        for each in element:
            yield from tagged(each)
    elif isinstance(element, dict):
        yield element
        yield from tagged(element.get("/K", []))


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_tagged_and_says_its_language_and_title(press, tmp_path, kind):
    catalog: Any = drawn(press, tmp_path, kind).trailer["/Root"]
    assert catalog["/Lang"] == "ar"
    assert catalog["/MarkInfo"]["/Marked"].value is True
    assert "/StructTreeRoot" in catalog
    metadata = catalog["/Metadata"].get_data()
    assert b"pdfuaid:part" in metadata
    assert f" {PAPERS[kind]()['number']} · " in metadata.decode()
    elements = list(tagged(catalog["/StructTreeRoot"]))
    assert {"/H1", "/Table", "/TH", "/TD"} <= {element.get("/S") for element in elements}
    (picture,) = (element for element in elements if element.get("/S") == "/Figure")
    assert "QR code" in picture["/Alt"]


@pytest.mark.parametrize("kind", KINDS)
def test_its_font_is_ours_and_inside(press, tmp_path, kind):
    reader = drawn(press, tmp_path, kind)
    named: list[Any] = [page["/Resources"] for page in reader.pages]
    fonts = [font.get_object() for resources in named for font in resources["/Font"].values()]
    assert fonts
    for font in fonts:
        assert "+Portal" in font["/BaseFont"]  # the name that the style gives it
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_it_holds_what_was_ordered_in_both_languages(press, tmp_path):
    text = text_of(drawn(press, tmp_path))
    for part in ("CE/8/26", "288020122596", "+96598765432", "IMG_0042.heic", "Clearing Agent Exam Request"):
        assert part in text
    assert "Request details" in text
    assert "08/11/2026 10:30" in text  # Kuwait is three hours ahead of UTC
    assert "24/11/2026 00:30" in text
    assert not re.search("[٠-٩۰-۹]", text)


def test_a_draft_says_that_it_was_not_sent(press, tmp_path):
    text = text_of(drawn(press, tmp_path, submitted_at=None, history=[], documents=[]))
    assert "Not sent yet" in text
    assert "No documents" in text
    assert "Request history" not in text


def test_a_long_one_has_numbered_pages(press, tmp_path):
    reader = drawn(press, tmp_path, rows=request_paper()["rows"] * 12)
    assert len(reader.pages) > 2
    assert f"2 / {len(reader.pages)}" in reader.pages[1].extract_text()


def test_what_people_typed_stays_text(press, tmp_path):
    rows = [{"label": {"ar": "الملاحظات", "en": "Notes"}, "value": "<img src='http://evil.example/x'>&lt;b"}]
    assert "<img src='http://evil.example/x'>&lt;b" in text_of(drawn(press, tmp_path, rows=rows))


@pytest.mark.parametrize("kind", KINDS)
def test_its_code_is_the_address_that_was_ordered(press, tmp_path, kind):
    drawn(press, tmp_path, kind)
    wanted = segno.make(PORTAL + PAPERS[kind]()["verify_path"], error="m", micro=False)
    assert modules(tmp_path / "paper.pdf", len(wanted.matrix)) == [list(row) for row in wanted.matrix]


def modules(path: Path, across: int) -> list[list[int]]:
    """The dark and light squares of the code on the first page: nothing else there is wholly black."""
    page = pypdfium2.PdfDocument(path)[0].render(scale=5).to_pil().convert("L")
    black = page.point(lambda shade: 255 if shade < 6 else 0)
    code = black.crop(black.getbbox())
    assert abs(code.width - code.height) <= 2
    step = code.width / across
    middles = [int((at + 0.5) * step) for at in range(across)]
    return [[int(code.getpixel((x, y)) == 255) for x in middles] for y in middles]


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example/x.png",
        "https://portal.example/x.png",
        "file:///etc/passwd",
        (FOLDER / "../settings.py").as_uri(),
        f"file://{FOLDER}/../../../pyproject.toml",
        "ftp://evil.example/x",
    ],
)
def test_nothing_from_outside_is_fetched(url):
    with pytest.raises(FatalURLFetchingError):
        FETCHER.fetch(url)


def test_its_own_files_are_fetched():
    assert FETCHER.fetch((SHARED / "style.css").as_uri()).read()


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("+96598765432", "ltr"),
        ("288020122596", "ltr"),
        ("حولي 4", "rtl"),
        ("Block 4 حولي", "ltr"),
        ("(الدور) x", "rtl"),
        ("—", "ltr"),
    ],
)
def test_a_value_runs_as_its_first_letter(text, way):
    assert drawing.direction(text) == way


def text_files(folder: Path) -> dict[str, Any]:
    """The words of a folder by language."""
    return {
        language: tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8"))
        for language in drawing.LANGUAGES
    }


def used_words(folder: Path) -> set[str]:
    """Names of words that the templates of a folder ask for."""
    text = "".join(page.read_text(encoding="utf-8") for page in folder.glob("*.html"))
    assert not re.search("[\u0621-\u064a]", text)  # words stand in their files
    return {a or b for a, b in re.findall(r'words\.(\w+)|(?:fact|heading|column|instruction)\("(\w+)"', text)}


@pytest.mark.parametrize("kind", [*KINDS, SHARED.name])
def test_every_paper_has_all_its_words_in_both_languages(kind):
    own, shared = text_files(FOLDER / kind), text_files(SHARED)
    assert own["ar"].keys() == own["en"].keys()
    assert all(own["ar"].values())
    assert all(own["en"].values())
    assert used_words(FOLDER / kind) <= own["ar"].keys() | shared["ar"].keys() | {"title"}
    assert own["ar"].keys() <= used_words(FOLDER / kind) | used_words(SHARED) | shared_use()


def shared_use() -> set[str]:
    """Shared words are there for any paper."""
    return set().union(*(used_words(FOLDER / kind) for kind in KINDS)) & text_files(SHARED)["ar"].keys()


def test_every_paper_that_can_be_ordered_can_be_drawn():
    assert sorted(schemas.PAPERS) == KINDS


def test_the_licence_of_the_font_lies_beside_it():
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "fonts" / "OFL.txt").read_text(encoding="utf-8").upper()
