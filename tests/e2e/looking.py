"""Looking at pages as their readers do, in one browser: everything a page does wrong is remembered."""

from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, expect

from tests.e2e.pages import ANONYMOUS, Row
from tests.e2e.stage import Stage

RULES = (Path(__file__).parent / "page_rules.js").read_text(encoding="utf-8")
PHONE = {"width": 390, "height": 844}
WIDTHS = (320, 390, 768)
SERIOUS = ("serious", "critical")


class Looking:
    """One reader: a browser context that is signed in once and used for page after page."""

    def __init__(self, browser: Browser, url: str, allowed: frozenset[str]):
        self.url = url
        self.context: BrowserContext = browser.new_context(viewport=PHONE, locale="en-US")  # type: ignore[arg-type]
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self._allowed = allowed
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("console", self._note_console)
        self.page.on("request", self._note_request)

    def sign_in(self, account: dict[str, str]) -> None:
        """Through the page, as everybody."""
        self.go("/login")
        self.page.locator("#email").fill(account["email"])
        self.page.locator("#password").fill(account["password"])
        self.page.locator("#page-form button[type=submit]").first.click()
        self.page.locator("form[action$='/logout']").first.wait_for(state="attached")

    def go(self, address: str, language: str = "ar") -> Response:
        """Open a page in a language, whatever was chosen before."""
        self.context.add_cookies([{"name": "lang", "value": language, "url": self.url}])
        self.faults.clear()
        answer = self.page.goto(f"{self.url}{address}")
        assert answer is not None
        return answer

    def open(self, row: Row, stage: Stage, language: str) -> None:
        """Open the page of a row and do what is done on it."""
        answer = self.go(stage.address(row.address), language)
        assert answer.status == row.status, f"{row.address}: {answer.status}"
        if row.act:
            row.act(self.page)
            self.page.wait_for_load_state("load")

    def switch(self, language: str) -> None:
        """Press the language switch of the page that is open."""
        self.page.locator(f".portal-header__language[lang={language}]").click()
        expect(self.page.locator("html")).to_have_attribute("lang", language)

    def look(self, language: str) -> list[str]:
        """What is wrong on the page that is open. English is looked at in the dark: contrast knows no language."""
        self.page.emulate_media(color_scheme="dark" if language == "en" else "light")
        found = [*self.page.evaluate(RULES, language), *self._too_wide(), *self._ask_axe()]
        return [f"{language}: {one}" for one in (*found, *self.faults)]

    def _ask_axe(self) -> list[str]:
        """Serious and critical findings."""
        self.page.evaluate(AXE_SCRIPT)
        told = self.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        return [
            f"axe: {one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
            for one in told["violations"]
            for node in one["nodes"]
            if one["impact"] in SERIOUS
        ]

    def _too_wide(self) -> list[str]:
        found = []
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 844})
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                found.append(f"{wide} px wide at {width} px")
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        return found

    def _note_console(self, message: ConsoleMessage) -> None:
        # The browser reports the status of a page that is meant to be refused as an error, too.
        of_page = (
            message.text.startswith("Failed to load resource") and message.location["url"] == self.page.url
        )
        if message.type == "error" and not of_page:
            self.faults.append(f"console: {message.text}")

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" not in self._allowed:
            self.faults.append(f"request to another host: {request.url}")


class Readers:
    """A reader for everybody, made when first asked for."""

    def __init__(self, browser: Browser, url: str, stage: Stage, store: str):
        self._browser, self._url, self.stage = browser, url, stage
        self._allowed = frozenset({url, store})
        self._readers: dict[str, Looking] = {}

    def find(self, who: str) -> Looking:
        """The reader, signed in unless anonymous."""
        if who not in self._readers:
            reader = Looking(self._browser, self._url, self._allowed)
            if who != ANONYMOUS:
                reader.sign_in(self.stage.people[who])
            self._readers[who] = reader
        return self._readers[who]

    def close(self) -> None:
        """End all visits."""
        for reader in self._readers.values():
            reader.context.close()
