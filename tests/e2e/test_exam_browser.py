"""From registration to the notice of the result in a browser, in both languages; only the clock is moved beside."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from deploy.local.stack import Stack
from tests.e2e.browser import Visitor
from tests.e2e.conftest import portal_of_its_own
from tests.e2e.hall import KUWAIT, Hall
from tests.e2e.portal import Catcher
from tests.e2e.walking import apply, log_in, register, verify
from tests.factories.people import Person


@pytest.mark.parametrize("language", ["ar", "en"])
def test_from_registration_to_the_pass_notice(
    moved: Stack, browser: Browser, tmp_path: Path, language: str
) -> None:
    hall = Hall.of(portal_of_its_own(moved), moved.accounts)
    catcher, person = Catcher(moved.catcher_url), Person()
    candidate = Visitor(browser, moved.gateway_url, catcher, language)
    register(candidate, person)
    verify(candidate, person)
    log_in(candidate, person.email, person.password)
    number = apply(candidate, person, tmp_path)

    officer = _staff(moved, browser, language, "reviewer")
    _return_address(officer, number)
    _correct_address(candidate, number)
    _approve(officer, number)

    examiner = _staff(moved, browser, language, "examiner")
    session, held_at = _announce_and_nominate(examiner, hall, number)
    _confirm_attendance(candidate, number)
    hall.move(held_at - timedelta(hours=2))
    code = _take_slip(candidate, hall, person, number)
    _record_attendance(examiner, session, code)
    hall.move(held_at + timedelta(hours=3))
    _enter_result(examiner, f"{session}/results", number)
    second = _staff(moved, browser, language, "examiner_2")
    _enter_result(second, f"{session}/results/confirm", number)
    second.go(f"{session}/results/publish")
    second.press_main()
    _sees_the_result(candidate, person, number)
    for visitor in (candidate, officer, examiner, second):
        visitor.close()


def _staff(moved: Stack, browser: Browser, language: str, role: str) -> Visitor:
    visitor = Visitor(browser, moved.gateway_url, Catcher(moved.catcher_url), language)
    account = moved.accounts[role]
    log_in(visitor, account["email"], account["password"])
    return visitor


def _dashed(number: str) -> str:
    return number.replace("/", "-")


def _return_address(officer: Visitor, number: str) -> None:
    page = officer.page
    officer.go(f"/office/requests/{_dashed(number)}")
    page.locator("form[action$='/claim'] button[type=submit]").first.click()
    page.locator("a[href$='/return']").first.click()
    page.locator("[id='mark-field-address']").check()
    page.locator("[id='reason_code-field-address']").select_option("wrong_value")
    officer.press_main()  # the preview
    expect(page.locator("main").get_by_text(number).first).to_be_visible()
    page.locator("button[name=send]").click()
    expect(page.locator("main").get_by_text(re.compile("أُعيد للتصحيح|Returned")).first).to_be_visible()


def _correct_address(candidate: Visitor, number: str) -> None:
    page = candidate.page
    candidate.go(f"/requests/{_dashed(number)}")
    page.locator(".owed-box a.govuk-button").first.click()
    assert page.locator("#mobile").count() == 0  # shown, not asked
    page.locator("#address").fill("السالمية، قطعة 4")
    candidate.press_main()
    candidate.go(f"/requests/{_dashed(number)}/check")
    candidate.press_main()
    expect(page).to_have_url(re.compile("/sent"))


def _approve(officer: Visitor, number: str) -> None:
    page = officer.page
    officer.go(f"/office/requests/{_dashed(number)}")
    expect(page.locator("main").get_by_text("السالمية، قطعة 4").first).to_be_visible()
    expect(
        page.locator("main").get_by_text("حولي، شارع تونس، مبنى 12").first
    ).to_be_visible()  # old beside new
    page.locator("form[action$='/claim'] button[type=submit]").first.click()
    page.locator("a[href$='/approve']").first.click()
    officer.press_main()
    expect(page.locator("main").get_by_text(re.compile("موافقة مبدئية|[Pp]reliminar")).first).to_be_visible()


def _announce_and_nominate(examiner: Visitor, hall: Hall, number: str) -> tuple[str, datetime]:
    """The session's address, and when it is held."""
    page = examiner.page
    day = (hall.now() + timedelta(days=15)).astimezone(KUWAIT)
    held_at = day.replace(hour=9, minute=0, second=0, microsecond=0)
    examiner.go("/office/exams/new")
    page.locator("#broker_type").check()
    texts = {
        "held_at-day": f"{held_at:%d}",
        "held_at-month": f"{held_at:%m}",
        "held_at-year": f"{held_at:%Y}",
    }
    places = {"place_ar": "قاعة التدريب", "place_en": "Training hall", "seats": "5"}
    examiner.fill(**texts, **{"held_at-time": "09:00"}, **places)
    examiner.press_main()
    session = re.sub(r"^https?://[^/]+|\?.*$", "", page.url)
    examiner.go(f"{session}/publish")
    examiner.press_main()
    examiner.go(f"{session}/nominate")
    page.locator("input[name=whom][value=some]").check()
    page.locator("#numbers").fill(number)
    examiner.press_main()
    expect(page.locator("main").get_by_text(number).first).to_be_visible()
    return session, held_at


def _confirm_attendance(candidate: Visitor, number: str) -> None:
    candidate.go(f"/requests/{_dashed(number)}")
    candidate.page.locator("a[href$='/confirm-attendance']").first.click()
    candidate.press_main()
    confirmed = candidate.page.locator("main").get_by_text(re.compile("تم تأكيد الحضور|Attendance confirmed"))
    expect(confirmed.first).to_be_visible()


def _take_slip(candidate: Visitor, hall: Hall, person: Person, number: str) -> str:
    """The slip can be printed; the code under its QR is what the hall asks for."""
    candidate.go(f"/requests/{_dashed(number)}")
    expect(candidate.page.locator("a[href$='/admission-slip.pdf']").first).to_be_visible()
    return hall.code_of(person, number)


def _record_attendance(examiner: Visitor, session: str, code: str) -> None:
    examiner.go(f"{session}/attendance?code={code}")
    examiner.press_main()
    assert examiner.page.locator(".govuk-error-summary").count() == 0, examiner.page.locator(
        "main"
    ).inner_text()


def _enter_result(examiner: Visitor, address: str, number: str) -> None:
    page = examiner.page
    examiner.go(address)
    page.locator(f"input[name='outcome-{_dashed(number)}'][value=passed]").check()
    page.locator(f"[id='score-{_dashed(number)}']").fill("٨١")
    examiner.press_main()
    assert page.locator(".govuk-error-summary").count() == 0, page.locator("main").inner_text()


def _sees_the_result(candidate: Visitor, person: Person, number: str) -> None:
    passed = re.compile("اجتاز الامتحان|Passed the exam|اجتياز|[Pp]assed")
    candidate.go(f"/requests/{_dashed(number)}")
    expect(candidate.page.locator("main").get_by_text(passed).first).to_be_visible()
    candidate.go("/notices")
    expect(candidate.page.locator("main").get_by_text(passed).first).to_be_visible()
    for to, channel in ((person.email, "email"), (f"+965{person.mobile}", "sms")):
        assert candidate.catcher.wait(to, channel=channel, matching="اجتياز|اجتاز|[Pp]ass")
