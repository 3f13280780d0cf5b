"""Decisions on pages: what is sent is what was shown, errors stand where they are mended, nothing written is lost."""

import html as markup
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from chassis.errors import Conflict, Fault, Forbidden, Invalid
from tests.unit import pages_stage as stage
from tests.unit.gateway_stage import Answers, application, csrf_token, signed_in
from tests.unit.pages_stage import DASHED, NOTICE, NUMBER, answers_for

DESK = f"/office/requests/{DASHED}"
MARKS = {
    "mark-field-address": "yes", "note-field-address": "ينقصه رقم القسيمة", "reason_code-field-address": "",
    "mark-slot-photo": "yes", "reason_code-slot-photo": "unreadable", "note-slot-photo": "",
    "note-field-mobile": "not ticked", "reason": "يرجى الإكمال", "working_days": "٣", "version": "4",
}  # fmt: skip
ITEMS = [
    {"field": "address", "reason_code": None, "note": "ينقصه رقم القسيمة"},
    {"slot": "photo", "reason_code": "unreadable", "note": None},
]


def _post(answers: Answers, path: str, typed: dict[str, Any]) -> TestResponse:
    browser = signed_in(application(answers))
    return browser.post(path, data={**typed, "csrf_token": csrf_token(browser)})


def _answers(role: str = "reviewer", **given: Any) -> Answers:
    return answers_for(role, get_for_review=stage.on_desk(two_officers=["reject"]), **given)


def _fields(html: str) -> dict[str, str]:
    """The hidden fields of the page's form."""
    form = re.search(r'<form method="post" id="page-form".*?</form>', html, re.S)
    assert form
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[0])
    return {name: markup.unescape(value) for name, value in found}


@pytest.mark.parametrize(
    ("action", "typed"),
    [
        ("return", MARKS),
        ("reject", {"reason_code": "conditions_not_met"}),
        ("reopen", {"reason": "خطأ في القرار"}),
    ],
)
def test_a_decision_is_previewed_with_what_it_will_hold_then_sent_with_it(
    action: str, typed: dict[str, str]
) -> None:
    method = "return_request" if action == "return" else action
    answers = _answers("supervisor", **{method: stage.on_desk()})
    shown = _post(answers, f"{DESK}/{action}", {**typed, "version": "4", "preview": "yes"})
    html = shown.get_data(as_text=True)
    assert shown.status_code == 200
    assert NOTICE["ar"]["text"] in html
    assert NOTICE["en"]["text"] in html
    asked, _ = answers.of("requests.preview_decision")
    assert answers.of("notifications.preview_notice")[0] == stage.NEWS
    assert f"requests.{method}" not in answers.names()
    sent = _post(answers, f"{DESK}/{action}", {**_fields(html), "send": "yes"})
    assert sent.status_code == 303
    decided, _ = answers.of(f"requests.{method}")
    assert decided == {"number": NUMBER, **asked["decision"]}


def test_what_is_ticked_is_sent_with_its_reasons_and_the_rest_is_not() -> None:
    answers = _answers(return_request=stage.on_desk())
    _post(answers, f"{DESK}/return", {**MARKS, "send": "yes"})
    sent, _ = answers.of("requests.return_request")
    assert sent == {
        "number": NUMBER, "version": 4, "items": ITEMS, "working_days": 3, "reason": "يرجى الإكمال", "note": None,
    }  # fmt: skip


def test_a_refused_mark_is_told_at_its_tick_and_nothing_written_is_lost() -> None:
    faults = [
        Fault("/items/0/field", "field.not_a_choice"),
        Fault("/items/1/reason_code", "field.not_a_choice"),
        Fault("/working_days", "field.out_of_range", {"minimum": 1, "maximum": 30}),
    ]
    answers = _answers(preview_decision=Invalid("input.invalid", faults=faults))
    response = _post(answers, f"{DESK}/return", {**MARKS, "preview": "yes"})
    html = response.get_data(as_text=True)
    assert response.status_code == 422
    links = re.findall(r'<li><a href="#([^"]+)"', html)
    assert links == ["mark-field-address", "reason_code-slot-photo", "working_days"]
    assert all(html.count(f'id="{link}"') == 1 for link in links)
    assert 'value="ينقصه رقم القسيمة"' in html
    assert 'value="not ticked"' in html
    assert re.search(r'id="mark-field-address"[^>]* checked', html)
    assert not re.search(r'id="mark-field-mobile"[^>]* checked', html)


def test_nothing_ticked_is_told_at_the_list() -> None:
    answers = _answers(
        preview_decision=Invalid("correction.empty", faults=[Fault("/items", "correction.empty")])
    )
    html = _post(answers, f"{DESK}/return", {"preview": "yes"}).get_data(as_text=True)
    assert re.findall(r'<li><a href="#([^"]+)"', html) == ["items"]
    assert 'id="items"' in html


def test_a_colleague_who_was_first_costs_nothing_that_was_written() -> None:
    answers = _answers(return_request=Conflict("conflict.stale", {"current_version": 5}))
    response = _post(answers, f"{DESK}/return", {**MARKS, "send": "yes"})
    html = response.get_data(as_text=True)
    assert response.status_code == 409
    assert all(text in html for text in ("ينقصه رقم القسيمة", "يرجى الإكمال", "العنوان"))


def test_another_language_keeps_the_look() -> None:
    answers = _answers()
    first = _post(answers, f"{DESK}/return", {**MARKS, "switch_language": "en"}).get_data(as_text=True)
    assert 'id="mark-field-address"' in first
    assert "preview__notice" not in first
    second = _post(answers, f"{DESK}/return", {**MARKS, "preview": "yes", "switch_language": "en"})
    assert "preview__notice" in second.get_data(as_text=True)


def test_a_decision_that_tells_nobody_has_no_preview_and_can_be_sent() -> None:
    answers = _answers("supervisor", preview_decision={"news": None})
    html = _post(answers, f"{DESK}/reopen", {"reason": "x", "preview": "yes"}).get_data(as_text=True)
    assert "preview__notice" not in html
    assert 'name="send"' in html
    assert "notifications.preview_notice" not in answers.names()


def test_an_approval_shows_its_notice_at_once_and_who_may_not_is_told() -> None:
    answers = _answers()
    html = signed_in(application(answers)).get(f"{DESK}/approve").get_data(as_text=True)
    assert NOTICE["ar"]["text"] in html
    assert answers.of("requests.preview_decision")[0]["action"] == "approve"
    answers = _answers(preview_decision=Forbidden("decision.needs_supervisor"))
    response = signed_in(application(answers)).get(f"{DESK}/approve")
    assert response.status_code == 403
    assert "govuk-error-summary" in response.get_data(as_text=True)
    answers = _answers(preview_decision=Conflict("request.already_decided"))
    assert signed_in(application(answers)).get(f"{DESK}/approve").status_code == 409


def test_a_recommendation_is_sent_and_one_that_nobody_waits_for_is_not_asked_for() -> None:
    answers = _answers(recommend=stage.on_desk())
    typed = {"action": "reject", "reason": "ناقص", "version": "4"}
    assert _post(answers, f"{DESK}/recommend", typed).status_code == 303
    assert answers.of("requests.recommend")[0] == {
        "number": NUMBER, "version": 4, "action": "reject", "reason_code": None, "reason": "ناقص", "note": None,
    }  # fmt: skip
    one = signed_in(application(answers_for("reviewer", get_for_review=stage.on_desk())))
    assert one.get(f"{DESK}/recommend").status_code == 303


def test_a_supervisor_gives_a_request_to_an_officer_who_is_chosen() -> None:
    officers = {"items": [{"id": "7", "name": "فهد المطيري", "roles": ["reviewer"]}]}
    answers = _answers("supervisor", list_officers=officers, assign=stage.on_desk())
    refused = _post(answers, f"{DESK}/assign", {"version": "4"})
    assert refused.status_code == 422
    assert 'href="#officer"' in refused.get_data(as_text=True)
    assert _post(answers, f"{DESK}/assign", {"version": "4", "officer": "7"}).status_code == 303
    assert answers.of("requests.assign")[0] == {"number": NUMBER, "officer": "7", "version": 4}
    unknown = Invalid("input.invalid", faults=[Fault("/officer", "officer.unknown")])
    answers = _answers("supervisor", list_officers=officers, assign=unknown)
    assert _post(answers, f"{DESK}/assign", {"officer": "9"}).status_code == 422


def test_the_desk_offers_what_is_allowed_and_nothing_else() -> None:
    doors = ("approve", "reject", "return", "recommend", "assign", "reopen")
    for allowed in (["approve", "reject", "return"], ["recommend", "return"], ["assign"], ["reopen"], []):
        found = stage.on_desk(allowed_actions=[*allowed, "print"])
        html = signed_in(application(answers_for("supervisor", get_for_review=found))).get(DESK)
        links = set(re.findall(rf'href="{DESK}/({"|".join(doors)})"', html.get_data(as_text=True)))
        assert links == set(allowed)


def test_old_beside_new_and_the_old_file_can_be_opened() -> None:
    label = {"ar": "صورة شخصية", "en": "Photo"}
    change = {
        "slot": "photo",
        "label": label,
        "before": [stage.OLD_FILE],
        "after": [stage.FILE],
        "reason": None,
    }
    found = stage.on_desk(changes=[change])
    html = (
        signed_in(application(answers_for("reviewer", get_for_review=found))).get(DESK).get_data(as_text=True)
    )
    before, after = re.findall(r'<span class="changes__(?:before|after)">(.*?)</td>', html, re.S)
    assert f"{DESK}/documents/{stage.OLD_PHOTO_ID}" in before
    assert f"{DESK}/documents/{stage.PHOTO_ID}" in after


def test_the_queue_tells_what_came_back_and_what_is_recommended() -> None:
    items = [stage.on_desk("submitted", corrected=True), stage.on_desk(recommended=True)]
    counts = dict.fromkeys(("mine", "unassigned", "overdue", "all"), 2)
    answers = answers_for("reviewer", list_queue={"items": items, "next": None, "counts": counts})
    html = signed_in(application(answers)).get("/office?queue=all&status=returned").get_data(as_text=True)
    assert html.count("عاد بعد التصحيح") == 1
    assert html.count("فيه توصية") == 1
    assert answers.of("requests.list_queue")[0]["status"] == "returned"
    assert re.search(r'<option value="returned" selected', html)
