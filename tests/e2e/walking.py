"""The steps of a person at the pages, in either language, with and without scripts."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.browser import Visitor, files_for
from tests.factories.people import Person


def register(visitor: Visitor, person: Person) -> None:
    """Register as a candidate."""
    page = visitor.page
    visitor.go("/register/candidate")
    visitor.fill(
        first_name=person.first_name,
        last_name=person.last_name,
        civil_id=person.civil_id,
        mobile=person.mobile,
        email=person.email,
        password=person.password,
        password_confirmation=person.password,
        captcha_text=page.locator("[data-demo-answer]").get_attribute("data-demo-answer") or "",
    )
    page.locator("#gender").check()
    page.locator("#accept_terms").check()
    visitor.press_main()
    expect(page).to_have_url(re.compile("registered|/register/"))


def verify(visitor: Visitor, person: Person) -> None:
    """First login, and both codes."""
    page = visitor.page
    visitor.go("/login")
    visitor.fill(email=person.email, password=person.password)
    visitor.press_main()
    page.locator("#mobile").fill(person.mobile)
    page.locator("#password").fill(person.password)
    visitor.press_main()
    page.locator("#email_code").fill(visitor.catcher.code(person.email, "email"))
    page.locator("#mobile_code").fill(visitor.catcher.code(f"+965{person.mobile}", "sms"))
    visitor.press_main()
    page.locator("main a.govuk-button").click()  # «موافق»


def log_in(visitor: Visitor, email: str, password: str) -> None:
    """Log in."""
    visitor.go("/login")
    visitor.fill(email=email, password=password)
    visitor.press_main()
    expect(visitor.page.locator("form[action*=logout], a[href*=logout]").first).to_be_attached()


def apply(visitor: Visitor, person: Person, folder: Path) -> str:
    """Open the exam request, fill it in, upload, send; its number."""
    page, fields = visitor.page, person.exam_fields()
    visitor.go("/services/broker_exam")
    visitor.press_main()
    page.locator("#broker_type").check()
    visitor.press_main()
    for name in ("name_ar", "name_en"):
        for part, text in fields[name].items():  # type: ignore[attr-defined]
            page.locator(f"#{name}-{part}").fill(text)
    visitor.press_main()
    page.locator("#nationality").select_option("KW")
    year, month, day = str(fields["civil_id_expiry"]).split("-")
    for part, text in (("day", day), ("month", month), ("year", year)):
        page.locator(f"#civil_id_expiry-{part}").fill(text)
    visitor.press_main()
    page.locator("#address").fill(str(fields["address"]))
    visitor.press_main()
    for slot, file in files_for(person, folder).items():
        upload(visitor, slot, file)
    page.locator("main .govuk-button-group a.govuk-button").click()
    visitor.press_main()  # Send
    expect(page).to_have_url(re.compile("/sent"))
    number = page.locator("h1 + * strong, .govuk-panel strong").first.inner_text()
    assert re.fullmatch(r"CE/\d+/\d\d", number), number
    return number


def upload(visitor: Visitor, slot: str, file: Path) -> None:
    """Put a file into a slot and wait until it was looked at."""
    page = visitor.page
    section = page.locator(f"[data-slot={slot}]")
    section.locator("input[type=file]").set_input_files(str(file))
    if not visitor.scripts:
        section.locator("button[type=submit]").first.click()
        for _ in range(20):
            if section.locator(".tag--done, .tag--good").count():
                break
            page.wait_for_timeout(300)
            page.reload()
    expect(section.locator("a[href*='/documents/']").first).to_be_attached(timeout=20_000)


def take_up_and_approve(officer: Visitor, number: str, applicant: Visitor) -> None:
    """An officer takes it up, which the applicant sees live, and approves."""
    page = officer.page
    officer.go(f"/office/requests/{number.replace('/', '-')}")
    page.locator("form[action$='/claim'] button[type=submit]").first.click()
    card = applicant.page.locator("main article").get_by_text(re.compile("قيد المراجعة|Under review")).first
    if not applicant.scripts:
        applicant.page.reload()
    expect(card).to_be_visible(timeout=40_000)  # within 3 s live, 35 s by polling
    page.locator("a[href$='/approve']").click()
    officer.press_main()
    expect(page.locator("main").get_by_text(re.compile("موافقة مبدئية|[Pp]reliminar")).first).to_be_visible()


def sees_the_approval(visitor: Visitor, number: str) -> None:
    """On the request and among the notices."""
    visitor.go(f"/requests/{number.replace('/', '-')}")
    expect(
        visitor.page.locator("main").get_by_text(re.compile("موافقة مبدئية|[Pp]reliminar")).first
    ).to_be_visible()
    visitor.go("/notices")
    expect(visitor.page.locator("main").get_by_text(number).first).to_be_visible()
