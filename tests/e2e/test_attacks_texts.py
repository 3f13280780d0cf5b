"""Stored texts: whatever is typed is shown as text, on pages, in mails and on paper, to applicant and officer."""

import re
import time
from typing import Any

import pytest
import requests

from deploy.local.stack import Stack
from tests.e2e.markup import ALL, MARK, PAYLOADS, broken_out
from tests.e2e.portal import Portal, path
from tests.e2e.visitors import PageVisitor, Program
from tests.factories.people import Person, pdf, photo


def test_the_search_for_broken_markup_finds_it() -> None:
    for payload in PAYLOADS[:9]:
        context = (
            f"<p title='{payload}'>" if payload.startswith("'") else f'<p title="x{payload}">{payload}</p>'
        )
        assert broken_out(context), payload


@pytest.fixture(scope="module")
def author(own: Portal) -> Person:
    """A general user whose office has a payload for a name."""
    person = Person()
    captcha = own.call("GET", "/captchas/new")
    form = {
        **person.registration("office"),
        "office_name_ar": f"مكتب {PAYLOADS[0]} {PAYLOADS[3]}",
        "office_name_en": f"Office {PAYLOADS[1]} {PAYLOADS[7]}",
        "captcha_id": captcha["id"],
        "captcha_text": captcha["demo_answer"],
    }
    own.call("POST", "/registrations", form, wanted=201)
    own.verify(person)
    own.login(person)
    return person


@pytest.fixture(scope="module")
def hostile(own: Portal, author: Person) -> dict[str, Any]:
    """A sent request with payloads in every text that takes them."""
    request = own.open_exam(author)
    version = own.call("GET", path(request), token=author.token)["version"]
    fields = {"address": ALL[:200], "notes": ALL}
    request = own.call("PATCH", path(request), {"fields": fields, "version": version}, token=author.token)
    names = {"civil_id_copy": f"{PAYLOADS[1]}.pdf", "photo": f"{PAYLOADS[7]}.jpg"}
    for slot, content, kind in (
        ("civil_id_copy", pdf(ALL), "application/pdf"),
        ("photo", photo(), "image/jpeg"),
    ):
        document = own.upload(author.token, request, slot, content, filename=names[slot], content_type=kind)
        own.wait_clean(author.token, document)
        own.call("PATCH", f"/documents/{document}", {"name": PAYLOADS[4]}, token=author.token)
    return own.submit(author, request)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_applicant_sees_his_texts_as_texts(
    stack: Stack, author: Person, hostile: dict[str, Any], language: str
) -> None:
    visitor, at = PageVisitor(stack.gateway_url, author.token, language), path(hostile)
    pages = ["/", "/account", "/requests", "/requests/cards", at, f"{at}/sent", f"{at}/status", f"{at}/withdraw",
             f"{at}/slots/photo", "/notices"]  # fmt: skip
    seen = ""
    for page in pages:
        shown = visitor.get(page)
        assert shown.status_code == 200, page
        assert broken_out(shown.text) == [], page
        seen += shown.text
    assert f"&lt;script&gt;{MARK}" in seen and f"&lt;img src=x onerror={MARK}" in seen


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_comes_by_address_is_shown_as_text(
    stack: Stack, own: Portal, author: Person, officer: str, language: str
) -> None:
    for token, page in (
        (author.token, "/requests"),
        (officer, "/office"),
        ("", "/login"),
        ("", "/password/forgot"),
    ):
        visitor = PageVisitor(stack.gateway_url, token, language)
        for payload in PAYLOADS:
            told = {
                "q": payload,
                "status": payload,
                "queue": payload,
                "next": payload,
                "lang": payload,
                "from": payload,
            }
            assert broken_out(visitor.get(page, params=told).text) == [], (page, payload)


def test_a_wrong_form_is_shown_again_as_text(stack: Stack, author: Person) -> None:
    visitor = PageVisitor(stack.gateway_url)
    names = (*Person().registration("office"), "captcha_text")
    for address in ("/register/office", "/login", "/password/forgot"):
        shown = visitor.post(address, dict.fromkeys(names, ALL))
        assert shown.status_code in (401, 422) and broken_out(shown.text) == [], address


@pytest.fixture(scope="module")
def decided(own: Portal, hostile: dict[str, Any], officer: str) -> dict[str, Any]:
    """The hostile request, with payloads of the officer's too."""
    at = f"/office{path(hostile)}"
    own.call("POST", f"{at}/claim", {}, token=officer)
    own.call("POST", f"{at}/notes", {"text": ALL}, token=officer, wanted=201)
    return hostile


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_officer_sees_texts_as_texts(
    stack: Stack, decided: dict[str, Any], officer: str, language: str
) -> None:
    visitor, at = PageVisitor(stack.gateway_url, officer, language), f"/office{path(decided)}"
    for page in ("/office?queue=all", "/office?queue=mine", at, f"{at}/approve", f"{at}/reject"):
        shown = visitor.get(page)
        assert shown.status_code == 200 and broken_out(shown.text) == [], page
    preview = visitor.post(f"{at}/reject", {"reason": ALL, "note": ALL})
    assert preview.status_code == 200 and f"&lt;script&gt;{MARK}" in preview.text
    assert broken_out(preview.text) == []


def test_papers_and_mails_hold_texts_alone(
    stack: Stack, own: Portal, decided: dict[str, Any], author: Person, officer: str
) -> None:
    own.call("POST", f"/office{path(decided)}/reject", {"reason": ALL}, token=officer)
    own.catcher.wait(author.email, channel="email", matching=MARK)
    mails = own.catcher.messages(author.email)
    for mail in mails:
        assert broken_out(mail.get("html") or "") == [] and "\n" not in (mail["subject"] or "")
    assert any(f"&lt;script&gt;{MARK}" in (mail.get("html") or "") for mail in mails), (
        "the reason is in the mail"
    )
    visitor = PageVisitor(stack.gateway_url, author.token)
    for page in (path(decided), "/notices"):
        assert broken_out(visitor.get(page).text) == []
    paper = _paper(own, decided, author)
    assert paper.content.startswith(b"%PDF-")
    assert not re.search(rb"/(JavaScript|JS|OpenAction|Launch|EmbeddedFile|AA)\b", paper.content)


def _paper(portal: Portal, request: dict[str, Any], person: Person) -> requests.Response:
    program = Program(portal.url, person.token)
    for _ in range(20):
        answer = program.call("GET", f"{path(request)}/print.pdf")
        if answer.status_code == 302:
            return requests.get(answer.headers["Location"], timeout=10)
        assert answer.status_code == 503 and answer.json()["code"] == "paper.being_made", answer.text
        time.sleep(1)
    raise AssertionError("no paper in 20 s")
