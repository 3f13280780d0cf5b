"""The printed request: both languages, right-to-left, tagged, with our own font, asking nobody for anything."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from weasyprint.urls import FatalURLFetchingError

from services.documents import schemas
from services.documents.papers import drawing
from services.documents.papers.drawing import FETCHER, FOLDER, Drawing
from tests.factories.orders import request_paper

PORTAL = "https://portal.example"
KINDS = sorted(page.parent.name for page in FOLDER.glob("*/page.html"))


@pytest.fixture(scope="module", name="press")
def _press() -> Drawing:
    return Drawing()


def drawn(press: Drawing, tmp_path: Path, **changes) -> PdfReader:
    path = tmp_path / "paper.pdf"
    press.draw("request", request_paper(**changes), portal_url=PORTAL, out=str(path))
    return PdfReader(path)


def text_of(reader: PdfReader) -> str:
    return " ".join(page.extract_text() for page in reader.pages)


def test_it_is_tagged_and_says_its_language_and_title(press, tmp_path):
    catalog: Any = drawn(press, tmp_path).trailer["/Root"]
    assert catalog["/Lang"] == "ar"
    assert catalog["/MarkInfo"]["/Marked"].value is True
    assert "/StructTreeRoot" in catalog
    metadata = catalog["/Metadata"].get_data()
    assert b"pdfuaid:part" in metadata
    assert "CE/8/26" in metadata.decode()


def test_its_font_is_ours_and_inside(press, tmp_path):
    reader = drawn(press, tmp_path)
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
    assert f"Page 2 of {len(reader.pages)}" in reader.pages[1].extract_text()


def test_what_people_typed_stays_text(press, tmp_path):
    rows = [{"label": {"ar": "الملاحظات", "en": "Notes"}, "value": "<img src='http://evil.example/x'>&lt;b"}]
    assert "<img src='http://evil.example/x'>&lt;b" in text_of(drawn(press, tmp_path, rows=rows))


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
    assert FETCHER.fetch((FOLDER / "request" / "style.css").as_uri()).read()


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


@pytest.mark.parametrize("kind", KINDS)
def test_every_paper_has_all_its_words_in_both_languages(kind):
    page = (FOLDER / kind / "page.html").read_text(encoding="utf-8")
    words = {
        language: tomllib.loads((FOLDER / kind / f"{language}.toml").read_text(encoding="utf-8"))
        for language in drawing.LANGUAGES
    }
    assert words["ar"].keys() == words["en"].keys()
    assert all(words["ar"].values())
    assert all(words["en"].values())
    used = set(re.findall(r"\b(?:ar|en)\.(\w+)", page)) | set(
        re.findall(r'(?:label|english)\("(\w+)"\)', page)
    )
    own = words["ar"].keys()
    assert own <= used
    assert not re.search("[\u0621-\u064a]", page.replace("#}", ""))  # words stand in their files


def test_every_paper_that_can_be_ordered_can_be_drawn():
    assert sorted(schemas.PAPERS) == KINDS


def test_the_licence_of_the_font_lies_beside_it():
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "fonts" / "OFL.txt").read_text(encoding="utf-8").upper()
