"""The portal as a person uses it: a real browser, in Arabic or English, with or without JavaScript."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.portal import Catcher
from tests.factories.people import Person, pdf, photo

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium of the machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


class Visitor:
    """Somebody at the portal with a browser of his own."""

    def __init__(self, browser: Browser, url: str, catcher: Catcher, language: str, *, scripts: bool = True):
        self.url, self.catcher, self.language = url, catcher, language
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 390, "height": 844}, java_script_enabled=scripts, locale="ar-KW"
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.scripts = scripts
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._note)
        self.go("/")
        if language == "en":
            self.page.locator("a[hreflang=en], button[lang=en]").first.click()

    def _note(self, message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def go(self, path: str) -> None:
        """Open a page of the portal."""
        self.page.goto(f"{self.url}{path}")

    def fill(self, **fields: str) -> None:
        """Type into fields by their ids."""
        for name, text in fields.items():
            self.page.locator(f"#{name}").fill(text)

    def press_main(self) -> None:
        """Press the main button of the page's form."""
        self.page.locator("main button[data-prevent-double-click]").first.click()

    def heading(self) -> str:
        """The page's title."""
        return self.page.locator("h1").first.inner_text()

    def close(self) -> None:
        """End the visit; a script error or a breach of the content policy fails the test."""
        self.context.close()
        assert self.faults == []


def files_for(person: Person, folder: Path) -> dict[str, Path]:
    """The required files of an exam request, on disk."""
    copy, picture = folder / "civil-id.pdf", folder / "photo.jpg"
    copy.write_bytes(pdf(person.email))
    picture.write_bytes(photo())
    return {"civil_id_copy": copy, "photo": picture}
