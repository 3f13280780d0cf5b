"""From registration to the preliminary approval in a real browser, in both languages, with and without scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from deploy.local.stack import Stack
from tests.e2e.browser import Visitor
from tests.e2e.portal import Catcher, Portal
from tests.e2e.walking import apply, log_in, register, sees_the_approval, take_up_and_approve, verify
from tests.factories.people import Person


@pytest.mark.parametrize(("language", "scripts"), [("ar", True), ("en", True), ("ar", False)])
def test_a_candidate_registers_and_applies_and_an_officer_takes_it_up(
    stack: Stack, browser: Browser, tmp_path: Path, language: str, scripts: bool
) -> None:
    catcher, person = Catcher(stack.catcher_url), Person()
    visitor = Visitor(browser, stack.gateway_url, catcher, language, scripts=scripts)
    register(visitor, person)
    verify(visitor, person)
    log_in(visitor, person.email, person.password)
    number = apply(visitor, person, tmp_path)

    visitor.go("/requests")
    officer = Visitor(browser, stack.gateway_url, catcher, language, scripts=scripts)
    account = stack.accounts["reviewer"]
    log_in(officer, account["email"], account["password"])
    take_up_and_approve(officer, number, visitor)
    sees_the_approval(visitor, number)
    assert catcher.wait(person.email, channel="email", matching="موافقة مبدئية|[Pp]reliminary approval")
    officer.close()
    visitor.close()


def test_a_request_opened_through_the_api_is_found_on_the_pages(
    stack: Stack, portal: Portal, browser: Browser
) -> None:
    person = portal.newcomer()
    request = portal.open_exam(person)
    visitor = Visitor(browser, stack.gateway_url, portal.catcher, "ar")
    log_in(visitor, person.email, person.password)
    visitor.go("/requests")
    expect(visitor.page.locator("main").get_by_text(request["number"]).first).to_be_visible()
    visitor.close()
