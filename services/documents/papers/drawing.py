"""A paper: page and words of its kind, filled with its data, as a tagged PDF with our own font in it."""

import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.request import url2pathname

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from chassis.clock import KUWAIT

FOLDER = Path(__file__).resolve().parent
LANGUAGES = ("ar", "en")
SHARED = FOLDER / "letterhead"  # what every paper has: layouts, style, words
Words = dict[str, dict[str, str]]
_FORM = {"pdf_variant": "pdf/ua-1"}  # tagged, for readers that speak


@dataclass(frozen=True)
class _Kind:
    """What is read once of a kind of paper: its words, its style."""

    words: Words
    style: CSS


class Drawing:
    """Draws papers; templates and fonts are read once."""

    def __init__(self) -> None:
        self._pages = Environment(
            loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._pages.filters |= {"moment": moment, "day": day, "direction": direction}
        self._fonts = FontConfiguration()
        # Fonts are unpacked with the style: half a second that is spent once, not per paper.
        self._style = self._load_style(SHARED)
        self._kinds = {page.parent.name: self._load(page.parent) for page in FOLDER.glob("*/page.html")}

    def _load(self, folder: Path) -> "_Kind":
        return _Kind(words(folder), self._load_style(folder))

    def _load_style(self, folder: Path) -> CSS:
        return CSS(folder / "style.css", url_fetcher=FETCHER, font_config=self._fonts)

    def draw(self, paper: str, data: dict[str, Any], *, portal_url: str, out: str) -> int:
        """Write the PDF to `out`; the number of its pages."""
        address = portal_url.rstrip("/") + data["verify_path"]
        code = segno.make(address, error="m", micro=False)
        kind = self._kinds[paper]
        text = self._pages.get_template(f"{paper}/page.html").render(
            **data, words=kind.words, qr=code.svg_data_uri(border=0)
        )
        page = HTML(string=text, base_url=(FOLDER / paper / "page.html").as_uri(), url_fetcher=FETCHER)
        document = page.render(font_config=self._fonts, stylesheets=[self._style, kind.style], **_FORM)
        document.write_pdf(out, **_FORM)
        return len(document.pages)


class OwnFiles(URLFetcher):
    """Lets a page have the files of this folder and what it carries itself; nothing else is ever asked for."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Raises FatalURLFetchingError, which ends the drawing."""
        if not (url.startswith("data:") or _is_ours(url)):
            raise FatalURLFetchingError("a paper asked for something from outside")
        return super().fetch(url, headers)


FETCHER = OwnFiles(fail_on_errors=True)


def _is_ours(url: str) -> bool:
    path = Path(url2pathname(url.removeprefix("file://"))).resolve()
    return url.startswith("file:///") and path.is_relative_to(FOLDER)


def moment(text: str) -> str:
    """An ISO moment as people in Kuwait read it."""
    return datetime.fromisoformat(text).astimezone(KUWAIT).strftime("%d/%m/%Y %H:%M")


def day(text: str) -> str:
    """An ISO date as people in Kuwait read it."""
    return date.fromisoformat(text).strftime("%d/%m/%Y")


def direction(text: str) -> str:
    """`rtl` or `ltr` by the first letter; numbers, telephone numbers and codes are `ltr`."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return "rtl" if next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L" else "ltr"


def words(folder: Path) -> Words:
    """The words of a kind of paper by name, `{ar, en}` each; its own go before the shared ones."""
    read = {
        language: _read(SHARED / f"{language}.toml") | _read(folder / f"{language}.toml")
        for language in LANGUAGES
    }
    return {name: {language: read[language][name] for language in LANGUAGES} for name in read["ar"]}


def _read(path: Path) -> dict[str, str]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
