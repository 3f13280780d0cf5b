"""An applicant's side: a returned request opens what was unlocked alone; attendance is confirmed by a page."""

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from chassis.errors import Conflict
from tests.unit import pages_stage as stage
from tests.unit.gateway_stage import Answers, application, csrf_token, signed_in
from tests.unit.pages_stage import DASHED, NUMBER, answers_for

OWN = f"/requests/{DASHED}"


def _get(path: str, **given: Any) -> TestResponse:
    return signed_in(application(answers_for("candidate", **given))).get(path)


def _post(answers: Answers, path: str, typed: dict[str, Any]) -> TestResponse:
    browser = signed_in(application(answers))
    return browser.post(path, data={"csrf_token": csrf_token(browser), **typed})


def test_details_say_what_to_correct_why_until_when_and_lead_there() -> None:
    html = _get(OWN, get_request=stage.returned()).get_data(as_text=True)
    box = html[html.index('id="to-correct"') : html.index("</section>", html.index('id="to-correct"'))]
    for words in ("العنوان", "ينقصه رقم القسيمة.", "صورة شخصية", "29/11/2026", "يرجى إكمال ما يلي."):
        assert words in box
    assert f'href="{OWN}/continue"' in box
    live = _get(f"{OWN}/status", get_request=stage.returned()).get_data(as_text=True)
    assert 'id="to-correct"' in live


@pytest.mark.parametrize(
    ("fields", "slots", "first"),
    [
        (["address"], ["photo"], "steps/contact"),
        (["name_en", "address"], [], "steps/names"),
        ([], ["photo"], "steps/documents"),
    ],
)
def test_one_press_leads_to_the_first_page_that_is_unlocked(
    fields: list[str], slots: list[str], first: str
) -> None:
    found = stage.returned(unlocked={"fields": fields, "slots": slots})
    assert _get(f"{OWN}/continue", get_request=found).location.endswith(f"{OWN}/{first}")


def test_a_page_without_anything_to_correct_is_left_out() -> None:
    found = stage.returned()
    assert _get(f"{OWN}/steps/names", get_request=found).location.endswith("/continue")
    answers = answers_for("candidate", get_request=found)
    assert _post(answers, f"{OWN}/steps/names", {"name_en-first": "X"}).location.endswith("/continue")
    assert "requests.save_fields" not in answers.names()
    html = _get(f"{OWN}/steps/contact", get_request=found).get_data(as_text=True)
    assert "الصفحة" in html
    assert "3" in re.findall(r'class="place">(.*?)</p>', html, re.S)[0]  # contact, documents, check


def test_locked_fields_are_shown_and_not_asked_nor_sent() -> None:
    found = stage.returned()
    html = _get(f"{OWN}/steps/contact", get_request=found).get_data(as_text=True)
    form = html[html.index('id="page-form"') :]
    assert set(re.findall(r'<(?:input|textarea)[^>]* id="(\w+)"', form)) == {"address"}
    assert "ahmad@example.com" in form
    assert "ينقصه رقم القسيمة." in form
    answers = answers_for("candidate", get_request=found, save_fields=found)
    moved = _post(answers, f"{OWN}/steps/contact", {"address": "السالمية", "mobile": "66123456"})
    assert moved.location.endswith(f"{OWN}/steps/documents")
    assert answers.of("requests.save_fields")[0]["fields"] == {"address": "السالمية"}


def test_only_unlocked_slots_can_be_changed() -> None:
    files = {"photo": [stage.FILE], "civil_id_copy": [{**stage.FILE, "id": stage.OLD_PHOTO_ID}]}
    found = stage.returned(documents=stage.slots(**files))
    html = _get(f"{OWN}/steps/documents", get_request=found).get_data(as_text=True)
    assert re.findall(r'data-slot="(\w+)"', html) == ["photo"]
    assert f"documents/{stage.PHOTO_ID}/remove" in html
    assert f"documents/{stage.OLD_PHOTO_ID}/remove" not in html
    assert f"documents/{stage.OLD_PHOTO_ID}" in html


def test_the_answers_mark_what_was_asked_and_offer_to_change_that_alone() -> None:
    html = _get(f"{OWN}/check", get_request=stage.returned()).get_data(as_text=True)
    assert html.count("مطلوب تصحيحه") == 2
    assert re.findall(r"/steps/(\w+)\?returning=yes", html) == ["contact", "documents"]
    assert "إعادة الإرسال" in html
    without = stage.returned(unlocked={"fields": ["address"], "slots": []})
    html = _get(f"{OWN}/check", get_request=without).get_data(as_text=True)
    assert re.findall(r"/steps/(\w+)\?returning=yes", html) == ["contact"]


def test_sending_again_is_the_same_step_as_sending() -> None:
    answers = answers_for("candidate", get_request=stage.returned(), submit=stage.request("submitted"))
    assert _post(answers, f"{OWN}/submit", {"version": "4"}).location.endswith(f"{OWN}/sent")
    assert answers.of("requests.submit")[0] == {"number": NUMBER, "version": 4}


def test_a_request_that_was_answered_is_not_written_any_more() -> None:
    for page in ("continue", "steps/contact", "check"):
        response = _get(f"{OWN}/{page}", get_request=stage.request("submitted"))
        assert response.location.endswith(OWN), page


def test_attendance_is_confirmed_with_one_button() -> None:
    exam = {**stage.EXAM, "confirm_until": stage.CONFIRM_UNTIL}
    found = stage.request("nominated", exam=exam, allowed_actions=["confirm_attendance"])
    answers = answers_for("candidate", get_request=found, confirm_attendance=found)
    details = _get(OWN, get_request=found).get_data(as_text=True)
    assert f'href="{OWN}/confirm-attendance"' in details
    assert "07/12/2026 14:30" in details
    assert _post(answers, f"{OWN}/confirm-attendance", {"version": "4"}).location.endswith(OWN)
    assert answers.of("requests.confirm_attendance")[0] == {"number": NUMBER, "version": 4}


def test_who_waits_or_is_late_is_told_so_on_the_same_page() -> None:
    for error in (
        Conflict("exam.no_seat", {"waiting_position": 3}), Conflict("exam.confirmation_closed"),
        Conflict("exam.not_nominated"),
    ):  # fmt: skip
        found = stage.request("waiting_listed", exam={**stage.EXAM, "waiting_position": 3})
        answers = answers_for("candidate", get_request=found, confirm_attendance=error)
        response = _post(answers, f"{OWN}/confirm-attendance", {})
        html = response.get_data(as_text=True)
        assert response.status_code == 409
        assert "govuk-error-summary" in html
        assert "data-prevent-double-click" not in html[html.index('id="page-form"') :]


def test_the_slip_is_waited_for_like_every_paper() -> None:
    answers = answers_for("candidate", order_paper={"order": "o1"})
    answers.given["documents.get_paper"] = {"url": "http://store.example:9000/slip"}
    response = signed_in(application(answers)).get(f"{OWN}/admission-slip.pdf")
    assert response.location == "http://store.example:9000/slip"
    assert answers.of("requests.order_paper")[0] == {"number": NUMBER, "kind": "admission_slip"}


def test_the_result_is_told_with_what_comes_next() -> None:
    for outcome, words in (
        ("passed", "إصدار الرخصة"),
        ("failed", "طلب امتحان جديد"),
        ("absent", "طلب امتحان جديد"),
    ):
        found = stage.request(outcome, exam={**stage.EXAM, "outcome": outcome, "score": 0})
        html = _get(OWN, get_request=found).get_data(as_text=True)
        assert words in html
        assert re.search(r"<bdi>0</bdi> من 100", html)
