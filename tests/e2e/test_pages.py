"""Every page in both languages: accessible, whole words, no sideways scroll, nothing of others, nothing typed lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from deploy.local.stack import Stack
from tests.e2e.looking import Looking, Readers
from tests.e2e.pages import ANONYMOUS, REFUSALS, RETURNING, ROWS, Refusal, Row, press_main
from tests.e2e.portal import Portal
from tests.e2e.stage import build, change_terms
from tests.unit.gateway_stage import Answers, application

LANGUAGES = ("ar", "en")
PREFIX = {"ar": "خطأ:", "en": "Error:"}
MOST_BYTES = 150 * 1024
NO_PAGES = ("static", "probes.")  # files and what machines ask
SPOILT = """() => {
  const main = document.querySelector("main");
  for (const words of ["nav.home", "untranslated words", "٣ أيام", "كلمات باهتة"]) {
    main.append(Object.assign(document.createElement("p"), { textContent: words }));
  }
  Object.assign(main.lastChild.style, { color: "#eee", fontSize: "12px", width: "1000px" });
  const field = document.createElement("input");
  field.style.blockSize = "20px";
  main.append(field);
}"""


@pytest.fixture(scope="module")
def readers(stack: Stack, browser: Browser, accounts: dict[str, Any]) -> Iterator[Readers]:
    """People in front of a portal in which something has happened."""
    stage = build(Portal(stack.gateway_url, stack.catcher_url), accounts)
    change_terms(stack.environment("identity")["DATABASE_URL"], stage.people[RETURNING]["email"])
    readers = Readers(browser, stack.gateway_url, stage, stack.s3_url)
    yield readers
    readers.close()


def test_every_page_has_a_row() -> None:
    app = application(Answers())
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.rule.startswith("/api/v1")
        and not rule.endpoint.startswith(NO_PAGES)
        and not getattr(app.view_functions[rule.endpoint], "is_bare", False)
    }
    assert pages == {row.endpoint for row in ROWS} - {"error"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_page_is_as_it_should_be(readers: Readers, row: Row, language: str) -> None:
    reader = readers.find(row.who, language)
    reader.open(row, readers.stage)
    faults = reader.look()
    if language == "ar":
        faults += reader.in_the_dark()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("row", [row for row in ROWS if row.act is None], ids=str)
def test_the_language_switch_keeps_the_page(readers: Readers, row: Row) -> None:
    reader = readers.find(row.who, "ar")
    reader.open(row, readers.stage)
    before = _place(reader.page)
    for language in ("en", "ar"):
        _switch(reader.page, language)
        assert _place(reader.page) == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_a_refused_form_says_so_and_keeps_what_was_typed(
    readers: Readers, refusal: Refusal, language: str
) -> None:
    reader = readers.find(refusal.who, language)
    page = reader.page
    reader.go(readers.stage.address(refusal.address))
    for name, text in refusal.typed.items():
        page.locator(f"#{name}").fill(text)
    press_main(page)
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert page.title().startswith(PREFIX[language])
    _leads_to_fields(reader)
    assert _typed(page, refusal) == refusal.typed
    other = "en" if language == "ar" else "ar"
    _switch(page, other)
    assert _typed(page, refusal) == refusal.typed
    _switch(page, language)


def test_somebody_new_reads_arabic_whatever_the_browser_prefers(stack: Stack, browser: Browser) -> None:
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(stack.gateway_url)
    assert page.locator("html").get_attribute("lang") == "ar"
    _switch(page, "en")
    page.goto(f"{stack.gateway_url}/support")
    assert page.locator("html").get_attribute("lang") == "en"
    context.close()


def test_the_first_page_is_light(stack: Stack, browser: Browser) -> None:
    context = browser.new_context(locale="ar-KW")
    page, loaded = context.new_page(), []
    page.on("requestfinished", loaded.append)
    page.goto(stack.gateway_url, wait_until="networkidle")
    sizes = {
        one.url: sum(one.sizes()[part] for part in ("responseBodySize", "responseHeadersSize"))
        for one in loaded
    }
    assert len(sizes) > 5
    assert sum(sizes.values()) <= MOST_BYTES, sizes
    context.close()


def _place(page: Page) -> str:
    """The address without what only tells the language."""
    return (
        page.url.replace("?lang=en", "")
        .replace("?lang=ar", "")
        .replace("&lang=en", "")
        .replace("&lang=ar", "")
    )


def _switch(page: Page, language: str) -> None:
    page.locator(f".portal-header__language[lang={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def _typed(page: Page, refusal: Refusal) -> dict[str, str]:
    return {name: page.locator(f"#{name}").input_value() for name in refusal.typed}


def _leads_to_fields(reader: Looking) -> None:
    """Each entry of the summary leads to something on this page or to another page."""
    for link in reader.page.locator(".govuk-error-summary__list a").all():
        address = link.get_attribute("href") or ""
        assert not address.startswith("#") or reader.page.locator(f"[id='{address[1:]}']").count() == 1, (
            address
        )


def test_the_rules_find_what_is_wrong(readers: Readers) -> None:
    """The rules themselves: a page spoilt on purpose is refused for each of its faults."""
    reader = readers.find(ANONYMOUS, "ar")
    reader.open(Row("public.support", ANONYMOUS, "/support"), readers.stage)
    reader.page.evaluate(SPOILT)
    told = "\n".join(reader.look())
    for fault in (
        "a key for words",
        "Latin words",
        "Arabic-Indic",
        "no label",
        "text of 12",
        "target of",
        "px wide",
    ):
        assert fault in told
    assert "axe: color-contrast" in told
