"""Every page in both languages: accessible, whole words, no sideways scroll, nothing of others, nothing typed lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from deploy.local.stack import Stack
from tests.e2e.looking import Looking, Readers
from tests.e2e.pages import ANONYMOUS, REFUSALS, RETURNING, ROWS, Refusal, Row, press_main
from tests.e2e.portal import Portal
from tests.e2e.stage import build, change_terms
from tests.unit.gateway_stage import Answers, application

LANGUAGES = ("ar", "en")
PREFIX = {"ar": "خطأ:", "en": "Error:"}
MOST_BYTES = 150 * 1024
NO_PAGES = ("static", "probes.", "demo.")  # files and what machines ask
SPOILT = """() => {
  const main = document.querySelector("main");
  for (const words of ["nav.home", "untranslated words", "٣ أيام", "كلمات باهتة"]) {
    main.append(Object.assign(document.createElement("p"), { textContent: words }));
  }
  Object.assign(main.lastChild.style, { fontSize: "12px" });
  const field = document.createElement("input");
  Object.assign(field.style, { blockSize: "20px", inlineSize: "1000px", maxInlineSize: "none" });
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


@pytest.mark.parametrize("row", [row for row in ROWS if row.act is None], ids=str)
def test_a_page_is_as_it_should_be_and_the_switch_keeps_it(readers: Readers, row: Row) -> None:
    reader = readers.find(row.who)
    reader.open(row, readers.stage, "ar")
    before = _place(reader.page)
    faults = reader.look("ar")
    reader.switch("en")
    assert _place(reader.page) == before
    faults += reader.look("en")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("row", [row for row in ROWS if row.act], ids=str)
def test_a_page_on_which_something_was_done_is_as_it_should_be(readers: Readers, row: Row) -> None:
    reader, faults = readers.find(row.who), []
    for language in LANGUAGES:
        reader.open(row, readers.stage, language)
        faults += reader.look(language)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_a_refused_form_says_so_and_keeps_what_was_typed(readers: Readers, refusal: Refusal) -> None:
    reader = readers.find(refusal.who)
    page = reader.page
    reader.go(readers.stage.address(refusal.address))
    for name, text in refusal.typed.items():
        page.locator(f"#{name}").fill(text)
    for language in LANGUAGES:
        press_main(page)
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        assert page.title().startswith(PREFIX[language])
        _leads_to_fields(reader)
        assert _typed(page, refusal) == refusal.typed
        reader.switch("en" if language == "ar" else "ar")
        assert _typed(page, refusal) == refusal.typed


def test_somebody_new_reads_arabic_whatever_the_browser_prefers(stack: Stack, browser: Browser) -> None:
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(stack.gateway_url)
    assert page.locator("html").get_attribute("lang") == "ar"
    page.locator(".portal-header__language").click()
    page.goto(f"{stack.gateway_url}/support")
    assert page.locator("html").get_attribute("lang") == "en"
    context.close()


def test_the_first_page_is_light(stack: Stack, browser: Browser) -> None:
    context = browser.new_context(locale="ar-KW")
    loaded: list[Request] = []
    page = context.new_page()
    page.on("requestfinished", lambda request: loaded.append(request))  # noqa: PLW0108 it marks its handlers
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
    reader = readers.find(ANONYMOUS)
    reader.open(Row("public.support", ANONYMOUS, "/support"), readers.stage, "ar")
    reader.page.evaluate(SPOILT)
    told = "\n".join(reader.look("ar"))
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
    assert "axe: label" in told
