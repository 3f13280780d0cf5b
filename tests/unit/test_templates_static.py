"""Static files: what the manifest says, one sheet for both directions, a light first page, no third party."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from gateway.web.assets import version_of
from tests.unit.gateway_stage import Answers, application

STATIC = Path(__file__).parents[2] / "gateway" / "static"
VENDOR = STATIC / "vendor"
MOST_BYTES = 150 * 1024
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right)|left|right|float\s*:\s*(?:left|right)|text-align\s*:\s*(?:left|right))"
    r"\s*:|(?:float|text-align|clear)\s*:\s*(?:left|right)"
)


def _files(pattern: str) -> list[Path]:
    return sorted(STATIC.rglob(pattern))


def test_the_manifest_tells_every_vendored_file_truly() -> None:
    listed = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert {entry["file"] for entry in listed} == {p.name for p in VENDOR.iterdir()} - {"manifest.json"}
    for entry in listed:
        assert entry["package"]
        assert entry["version"]
        assert entry["licence"]
        assert entry["sha256"] == hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest(), entry[
            "file"
        ]


@pytest.mark.parametrize("sheet", [p.name for p in _files("*.css")])
def test_styles_know_no_left_and_right(sheet: str) -> None:
    text = next(p for p in _files("*.css") if p.name == sheet).read_text(encoding="utf-8")
    assert PHYSICAL.findall(re.sub(r"url\([^)]*\)", "", text)) == []


def test_no_file_names_another_host_or_evaluates_text() -> None:
    for path in [*_files("*.css"), *_files("*.js")]:
        text = re.sub(r"http://www\.w3\.org/\S+", "", path.read_text(encoding="utf-8"))
        assert not re.search(r"https?://(?!www\.w3\.org)[a-z]", text), path.name
        assert not re.search(r"\beval\(|new Function\(|innerHTML\s*=\s*[`\"']", text), path.name


def test_nothing_of_govuk_that_is_not_ours_to_use() -> None:
    for path in [p for p in STATIC.rglob("*") if p.is_file() and "LICENSE" not in p.name]:
        assert not re.search(r"crown|gov-?uk-?logo|transport", path.name, re.I)
        if path.suffix in (".css", ".js", ".svg"):
            assert not re.search(r"GDS Transport|govuk-crest|M22\.6 10\.4", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("weight", ["400", "600"])
def test_fonts_hold_the_letters_of_both_languages_under_their_own_name(weight: str) -> None:
    arabic = TTFont(VENDOR / f"portal-sans-arabic-{weight}.woff2")
    latin = TTFont(VENDOR / f"portal-sans-latin-{weight}.woff2")
    assert {ord(c) for c in "أإآابتثجحخدذرزسشصضطظعغفقكلمنهويىةءؤئپچگڤ،؛؟٠٩"} <= set(arabic.getBestCmap())
    assert {ord(c) for c in "ABCxyz0123456789/+-@.«»éÖ"} <= set(latin.getBestCmap())
    features = {record.FeatureTag for record in arabic["GSUB"].table.FeatureList.FeatureRecord}
    assert {"init", "medi", "fina"} <= features
    for font in (arabic, latin):  # the licence keeps the old name for the unchanged font
        assert "Plex" not in "".join(str(n) for n in font["name"].names if n.nameID in (1, 4, 6))


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_first_page_is_light(language: str) -> None:
    answers = Answers({"requests.list_service_types": {"items": []}})
    browser = application(answers).test_client()
    html = browser.get(f"/?lang={language}").get_data()
    total = len(html)
    linked = set(re.findall(r'(?:href|src)="(/static/[^"?]+)', html.decode()))
    folder = next(path for path in linked if "/vendor/" in path).rpartition("/")[0]
    linked |= {f"{folder}/{p.name}" for p in VENDOR.glob("*.woff2")}  # the sheet asks for all of them
    linked |= {f"{folder}/govuk-frontend.min.js"}
    for path in linked:
        answer = browser.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, path
        total += len(answer.get_data())
    assert 40 * 1024 < total <= MOST_BYTES


def test_scripts_and_styles_compress_well() -> None:
    texts = b"".join(p.read_bytes() for p in [*_files("*.css"), *_files("*.js")])
    assert len(gzip.compress(texts)) < len(texts) / 3


def test_every_script_that_a_template_names_is_there() -> None:
    templates = (STATIC.parent / "templates").rglob("*.html")
    named = {
        name
        for path in templates
        for name in re.findall(
            r"filename='((?:js|css|images|vendor)/[^']+\.\w+)'", path.read_text(encoding="utf-8")
        )
    }
    assert {name for name in named if not (STATIC / name).is_file()} == set()
    scripts = {f"js/{p.name}" for p in (STATIC / "js").iterdir()}
    assert scripts <= named


def test_files_are_kept_for_a_year_under_the_address_of_their_version() -> None:
    browser = application(Answers({"requests.list_service_types": {"items": []}})).test_client()
    found = re.search(r'href="(/static/[^"]+/css/portal\.css)"', browser.get("/").get_data(as_text=True))
    assert found
    assert f"/{version_of(STATIC)}/" in found[1]
    kept = browser.get(found[1]).cache_control
    assert (kept.max_age, kept.immutable, kept.no_cache) == (365 * 24 * 3600, True, None)
    other = browser.get("/static/0123456789ab/css/portal.css")  # a page of another release asks for it
    assert other.status_code == 200
    assert other.cache_control.no_cache
    assert other.cache_control.max_age is None


def test_any_change_of_a_file_is_another_version(tmp_path: Path) -> None:
    sheet = tmp_path / "css" / "a.css"
    sheet.parent.mkdir()
    versions = set()
    for text in ("a{}", "b{}"):
        sheet.write_text(text)
        versions.add(version_of(tmp_path))
    sheet.rename(sheet.with_name("c.css"))
    versions.add(version_of(tmp_path))
    assert len(versions) == 3
    sheet.with_name("c.css").rename(sheet)
    assert version_of(tmp_path) in versions


def test_scripts_and_sheets_name_their_neighbours_by_relative_addresses() -> None:
    for path in _files("*.css"):
        for named in re.findall(r"""url\(["']?([^"')]+)""", path.read_text(encoding="utf-8")):
            assert named.startswith("data:") or (path.parent / named).is_file(), (path.name, named)
    for path in (STATIC / "js").glob("*.js"):
        for named in re.findall(
            r"""(?:from|import\()\s*["']([^"']+)["']""", path.read_text(encoding="utf-8")
        ):
            assert (path.parent / named).is_file(), (path.name, named)
