"""Every page of the portal and the states worth looking at: who sees it, where it is, what is done on it first."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

Act = Callable[[Page], None]
ANONYMOUS = "anonymous"
CANDIDATE = "candidate"  # has drafts
APPLICANT = "applicant"  # has a request under review, and notices
GENERAL_USER = "general_user"
RETURNING = "returning"  # accepted terms that have changed since
CORRECTOR = "corrector"  # whose request was returned
NOMINEE = "nominee"  # who is nominated for an exam
REVIEWER = "reviewer"
SUPERVISOR = "supervisor"
EXAMINER = "examiner"


@dataclass(frozen=True)
class Row:
    """One state of a page. `address` names objects of the stage in braces; `act` is done once it is open."""

    endpoint: str
    who: str
    address: str
    act: Act | None = None
    status: int = 200
    name: str = ""

    def __str__(self) -> str:
        """The name of its test."""
        return f"{self.endpoint}-{self.who}{'-' + self.name if self.name else ''}"


@dataclass(frozen=True)
class Refusal:
    """A form that is sent wrong: `typed` is filled in by id, must come back, and must outlive a language switch."""

    who: str
    address: str
    typed: dict[str, str]

    def __str__(self) -> str:
        """The name of its test."""
        return self.address


def press_main(page: Page) -> None:
    """Press the main button of the page's form."""
    page.locator("main #page-form button[data-prevent-double-click]").first.click()


def _press_as_if_changed_meanwhile(page: Page) -> None:
    page.locator("#page-form input[name=version]").evaluate("input => { input.value = 1 }")
    page.locator("#note").fill("الوثائق مكتملة")
    press_main(page)


def _type_no_date(page: Page) -> None:
    for part, text in (("day", "31"), ("month", "02"), ("year", "2030")):
        page.locator(f"#civil_id_expiry-{part}").fill(text)
    press_main(page)


def _enter_wrongly(page: Page) -> None:
    page.locator("#email").fill("nobody@example.com")
    page.locator("#password").fill("Wrong-Password-1")
    press_main(page)


def _ask_for_preview(page: Page) -> None:
    page.locator("input[name=reason_code]").first.check()
    press_main(page)


def _mark_the_address(page: Page) -> None:
    page.locator("#mark-field-address").check()
    page.locator("#note-field-address").fill("ينقصه رقم القسيمة")
    press_main(page)


def _give_a_reason(page: Page) -> None:
    page.locator("#reason").fill("خطأ في القرار")
    press_main(page)


def _type_an_unknown_code(page: Page) -> None:
    page.locator("#code").fill("ABCD-1234")
    press_main(page)


def _open_menu(page: Page) -> None:
    page.locator(".govuk-service-navigation__toggle").click()
    page.locator(".submenu > summary").first.click()


def _open_everything(page: Page) -> None:
    for summary in page.locator("main details > summary").all():
        summary.click()


def _without_file(page: Page) -> None:
    with page.expect_navigation():
        page.locator("[data-upload]").first.evaluate("form => form.submit()")


ROWS = (
    Row("public.home", ANONYMOUS, "/"),
    Row("public.home", CANDIDATE, "/"),
    Row("public.home", APPLICANT, "/", _open_menu, name="menu"),
    Row("public.home", GENERAL_USER, "/"),
    Row("public.service", ANONYMOUS, "/services/broker_exam"),
    Row("public.service", CANDIDATE, "/services/broker_exam"),
    Row("public.service", APPLICANT, "/services/broker_exam"),
    Row("public.announcements", ANONYMOUS, "/exam-announcements"),
    Row("public.announcement", ANONYMOUS, "/exam-announcements/{announced}"),
    Row("public.announcement", NOMINEE, "/exam-announcements/{announced}"),
    Row("public.support", ANONYMOUS, "/support"),
    Row("public.guide", ANONYMOUS, "/guide"),
    Row("public.terms", ANONYMOUS, "/terms"),
    Row("api.docs", ANONYMOUS, "/api/docs"),
    Row("account.login", ANONYMOUS, "/login"),
    Row("account.login", ANONYMOUS, "/login", _enter_wrongly, name="refused"),
    Row("account.register", ANONYMOUS, "/register"),
    Row("account.register_as", ANONYMOUS, "/register/candidate"),
    Row("account.register_as", ANONYMOUS, "/register/office", press_main, name="refused"),
    Row("account.registered", ANONYMOUS, "/register/done"),
    Row("account.verify", ANONYMOUS, "/verify/{verification}"),
    Row("account.verified", ANONYMOUS, "/verified"),
    Row("account.forgot_password", ANONYMOUS, "/password/forgot"),
    Row("account.forgot_sent", ANONYMOUS, "/password/sent"),
    Row("account.reset_password", ANONYMOUS, "/password-resets/{reset}"),
    Row("account.session_ended", ANONYMOUS, "/session-ended"),
    Row("account.me", CANDIDATE, "/account"),
    Row("account.me", GENERAL_USER, "/account"),
    Row("account.me", REVIEWER, "/account"),
    Row("account.change_password", CANDIDATE, "/account/password"),
    Row("account.change_password", CANDIDATE, "/account/password", press_main, name="refused"),
    Row("account.notices", APPLICANT, "/notices"),
    Row("account.notices", GENERAL_USER, "/notices", name="none"),
    Row("account.accept_terms", RETURNING, "/terms/accept"),
    Row("requests.services", CANDIDATE, "/services"),
    Row("requests.index", CANDIDATE, "/requests"),
    Row("requests.index", APPLICANT, "/requests"),
    Row("requests.index", GENERAL_USER, "/requests", name="none"),
    Row("requests.step", CANDIDATE, "/requests/{draft}/steps/broker_type"),
    Row("requests.step", CANDIDATE, "/requests/{ready}/steps/names"),
    Row("requests.step", CANDIDATE, "/requests/{draft}/steps/identity", _type_no_date, name="refused"),
    Row("requests.step", CANDIDATE, "/requests/{ready}/steps/contact"),
    Row("requests.step", CANDIDATE, "/requests/{ready}/steps/documents", _open_everything, name="files"),
    Row("requests.step", CANDIDATE, "/requests/{draft}/steps/documents", _without_file, name="no-file"),
    Row("requests.check", CANDIDATE, "/requests/{ready}/check"),
    Row("requests.check", CANDIDATE, "/requests/{draft}/check", press_main, name="refused"),
    Row("requests.sent", APPLICANT, "/requests/{claimed}/sent"),
    Row("requests.details", APPLICANT, "/requests/{claimed}", _open_everything),
    Row("requests.details", CANDIDATE, "/requests/{ready}", name="draft"),
    Row("requests.withdraw", APPLICANT, "/requests/{claimed}/withdraw"),
    Row("requests.delete", CANDIDATE, "/requests/{draft}/delete"),
    Row("public.home", CORRECTOR, "/"),
    Row("requests.index", CORRECTOR, "/requests"),
    Row("requests.details", CORRECTOR, "/requests/{returned}", name="returned"),
    Row("requests.step", CORRECTOR, "/requests/{returned}/steps/contact", name="returned"),
    Row("requests.step", CORRECTOR, "/requests/{returned}/steps/documents", name="returned-files"),
    Row("requests.check", CORRECTOR, "/requests/{returned}/check", name="returned"),
    Row("requests.details", NOMINEE, "/requests/{nominated}", name="nominated"),
    Row("requests.confirm_attendance", NOMINEE, "/requests/{nominated}/confirm-attendance"),
    Row("requests.confirm_attendance", CORRECTOR, "/requests/{returned}/confirm-attendance", name="not-now"),
    Row("office.queue", REVIEWER, "/office"),
    Row("office.queue", REVIEWER, "/office?queue=all&q=zzz", name="nothing-found"),
    Row("office.queue", REVIEWER, "/office?queue=all"),
    Row("office.review", REVIEWER, "/office/requests/{claimed}"),
    Row("office.review", REVIEWER, "/office/requests/{waiting}", name="waiting"),
    Row("office.review", REVIEWER, "/office/requests/{approved}", name="approved"),
    Row("office.review", REVIEWER, "/office/requests/{rejected}", name="rejected"),
    Row("office.approve", REVIEWER, "/office/requests/{claimed}/approve"),
    Row(
        "office.approve",
        REVIEWER,
        "/office/requests/{claimed}/approve",
        _press_as_if_changed_meanwhile,
        name="conflict",
    ),
    Row("office.reject", REVIEWER, "/office/requests/{claimed}/reject"),
    Row("office.reject", REVIEWER, "/office/requests/{claimed}/reject", _ask_for_preview, name="preview"),
    Row("office.review", REVIEWER, "/office/requests/{returned}", name="returned"),
    Row("office.review", REVIEWER, "/office/requests/{corrected}", name="corrected"),
    Row("office.review", SUPERVISOR, "/office/requests/{rejected}", name="rejected"),
    Row("office.review", SUPERVISOR, "/office/requests/{claimed}", _open_everything, name="everything"),
    Row("office.return_request", REVIEWER, "/office/requests/{claimed}/return"),
    Row("office.return_request", REVIEWER, "/office/requests/{claimed}/return", press_main, name="refused"),
    Row(
        "office.return_request",
        REVIEWER,
        "/office/requests/{claimed}/return",
        _mark_the_address,
        name="preview",
    ),
    Row("office.assign", SUPERVISOR, "/office/requests/{claimed}/assign"),
    Row("office.assign", SUPERVISOR, "/office/requests/{claimed}/assign", press_main, name="refused"),
    Row("office.reopen", SUPERVISOR, "/office/requests/{rejected}/reopen"),
    Row("office.reopen", SUPERVISOR, "/office/requests/{rejected}/reopen", _give_a_reason, name="preview"),
    Row("office.queue", SUPERVISOR, "/office?queue=all&status=returned", name="returned"),
    # Nobody waits for a recommendation on a request that one officer decides: it leads back to the request.
    Row("office.recommend", REVIEWER, "/office/requests/{claimed}/recommend"),
    Row("exams.index", EXAMINER, "/office/exams"),
    Row("exams.index", SUPERVISOR, "/office/exams?state=cancelled", name="nothing-found"),
    Row("exams.new", EXAMINER, "/office/exams/new"),
    Row("exams.new", EXAMINER, "/office/exams/new", press_main, name="refused"),
    Row("exams.session", EXAMINER, "/office/exams/{announced}"),
    Row("exams.session", SUPERVISOR, "/office/exams/{announced}", name="read"),
    Row("exams.session", EXAMINER, "/office/exams/{prepared}", name="draft"),
    Row("exams.edit", EXAMINER, "/office/exams/{announced}/edit"),
    Row("exams.publish", EXAMINER, "/office/exams/{prepared}/publish"),
    Row("exams.nominate", EXAMINER, "/office/exams/{announced}/nominate"),
    Row("exams.close", EXAMINER, "/office/exams/{announced}/close"),
    Row("exams.cancel", EXAMINER, "/office/exams/{announced}/cancel"),
    Row("exams.attendance", EXAMINER, "/office/exams/{announced}/attendance?code=ABCD-1234"),
    Row(
        "exams.attendance",
        EXAMINER,
        "/office/exams/{announced}/attendance",
        _type_an_unknown_code,
        name="refused",
    ),
    Row("exams.results", EXAMINER, "/office/exams/{announced}/results"),
    Row("exams.confirm_results", EXAMINER, "/office/exams/{announced}/results/confirm"),
    Row("exams.publish_results", EXAMINER, "/office/exams/{announced}/results/publish"),
    Row("error", ANONYMOUS, "/nowhere", status=404),
    Row("error", CANDIDATE, "/requests/CE-99999-26", status=404, name="unknown"),
    Row("error", CANDIDATE, "/office", status=403),
    Row("error", ANONYMOUS, "/verify/unknown", status=404, name="verification"),
)

REFUSALS = (
    Refusal(ANONYMOUS, "/login", {"email": "nobody@example.com"}),
    Refusal(
        ANONYMOUS, "/register/candidate", {"first_name": "سالم", "email": "not an address", "mobile": "5123"}
    ),
    Refusal(ANONYMOUS, "/register/office", {"office_name_ar": "مكتب الخليج", "civil_id": "288020122590"}),
    Refusal(ANONYMOUS, "/verify/{verification}", {"email_code": "12"}),
    Refusal(ANONYMOUS, "/password/forgot", {"email": "not an address"}),
    Refusal(ANONYMOUS, "/password-resets/{reset}", {}),
    Refusal(CANDIDATE, "/account/password", {}),
    Refusal(RETURNING, "/terms/accept", {}),
    Refusal(
        CANDIDATE,
        "/requests/{draft}/steps/names",
        {"name_ar-first": "Latin", "name_ar-fourth": "الصالح", "name_en-first": "عربي"},
    ),
    Refusal(
        CANDIDATE,
        "/requests/{draft}/steps/identity",
        {"civil_id_expiry-day": "31", "civil_id_expiry-month": "02", "civil_id_expiry-year": "2030"},
    ),
    Refusal(CANDIDATE, "/requests/{draft}/steps/contact", {"address": "ح", "mobile": "5123"}),
    Refusal(REVIEWER, "/office/requests/{claimed}/reject", {"note": "ملاحظة داخلية"}),
    Refusal(REVIEWER, "/office/requests/{claimed}/return", {"reason": "يرجى الإكمال", "working_days": "7"}),
    Refusal(SUPERVISOR, "/office/requests/{rejected}/reopen", {"note": "ملاحظة داخلية"}),
    Refusal(
        EXAMINER,
        "/office/exams/new",
        {
            "held_at-day": "31",
            "held_at-month": "02",
            "held_at-year": "2030",
            "held_at-time": "09:00",
            "place_ar": "القاعة الكبرى",
            "seats": "0",
        },
    ),
)
