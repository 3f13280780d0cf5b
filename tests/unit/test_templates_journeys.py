"""The pages of correction, two officers and exams: whole in both languages, and what others wrote is text on them."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.unit import pages_stage as stage
from tests.unit.gateway_stage import application, signed_in
from tests.unit.pages_stage import DASHED, EXAM, SESSION_ID, answers_for
from tests.unit.test_templates_pages import HOSTILE, Page

DESK, SESSION, OWN = f"/office/requests/{DASHED}", f"/office/exams/{SESSION_ID}", f"/requests/{DASHED}"
NOMINATED = {**EXAM, "confirm_until": stage.CONFIRM_UNTIL}
CHANGES = [
    {"field": "address", "label": {"ar": "العنوان", "en": "Address"}, "before": "حولي", "after": "السالمية",
     "reason": None},
    {"slot": "photo", "label": {"ar": "صورة شخصية", "en": "Photo"}, "before": [stage.OLD_FILE], "after": [stage.FILE],
     "reason": stage.REASON},
]  # fmt: skip
RECOMMENDATION = {"action": "reject", "by": "سارة العلي", "at": stage.AT, "reason": stage.REASON}
OFFICERS = {"items": [{"id": "7", "name": "فهد المطيري", "roles": ["reviewer"]}]}
KEY = re.compile(r"(?<![\w@./-])[a-z][a-z_]*\.[a-z_][a-z0-9_]+(?![\w@/.-])")


def _on_desk(**changed: Any) -> dict[str, Any]:
    return {"get_for_review": stage.on_desk(**changed)}


def _own(status: str, **changed: Any) -> dict[str, Any]:
    return {"get_request": stage.request(status, **changed)}


PAGES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "announcements": ("candidate", "/exam-announcements", {}),
    "announcement": ("candidate", f"/exam-announcements/{SESSION_ID}", {}),
    "cancelled": ("candidate", f"/exam-announcements/{SESSION_ID}",
                  {"get_announcement": stage.announcement(state="cancelled")}),
    "returned": ("candidate", OWN, {"get_request": stage.returned()}),
    "correcting": ("candidate", f"{OWN}/steps/contact", {"get_request": stage.returned()}),
    "correcting documents": ("candidate", f"{OWN}/steps/documents", {"get_request": stage.returned()}),
    "checking": ("candidate", f"{OWN}/check", {"get_request": stage.returned()}),
    "nominated": ("candidate", OWN, _own("nominated", exam=NOMINATED, allowed_actions=["confirm_attendance"])),
    "confirming": ("candidate", f"{OWN}/confirm-attendance",
                   _own("nominated", exam=NOMINATED, allowed_actions=["confirm_attendance"])),
    "waiting": ("candidate", OWN, _own("waiting_listed", exam={**EXAM, "waiting_position": 3})),
    "listed": ("candidate", OWN, _own("on_final_list", exam=EXAM, allowed_actions=["admission_slip"])),
    "failed": ("candidate", OWN, _own("failed", exam={**EXAM, "outcome": "failed", "score": 41})),
    "corrected": ("supervisor", DESK, _on_desk(changes=CHANGES, recommendation=RECOMMENDATION,
                                               correction={**stage.CORRECTION, "answered_at": stage.AT})),
    "returned on the desk": ("reviewer", DESK, _on_desk(status="returned", correction=stage.CORRECTION)),
    "return": ("reviewer", f"{DESK}/return", _on_desk()),
    "approve": ("supervisor", f"{DESK}/approve", _on_desk(recommendation=RECOMMENDATION)),
    "reject": ("reviewer", f"{DESK}/reject", _on_desk()),
    "recommend": ("reviewer", f"{DESK}/recommend", _on_desk(two_officers=["approve", "reject"])),
    "assign": ("supervisor", f"{DESK}/assign", {**_on_desk(), "list_officers": OFFICERS}),
    "reopen": ("supervisor", f"{DESK}/reopen", _on_desk(status="rejected")),
    "exams": ("reviewer", "/office/exams", {}),
    "no exams": ("examiner", "/office/exams?state=closed", {"list_exam_sessions": {"items": [], "next": None}}),
    "new": ("examiner", "/office/exams/new", {}),
    "session": ("examiner", SESSION, {}),
    "edit": ("examiner", f"{SESSION}/edit", {}),
    "publish": ("examiner", f"{SESSION}/publish", {}),
    "nominate": ("examiner", f"{SESSION}/nominate", {}),
    "close": ("examiner", f"{SESSION}/close", {}),
    "cancel": ("examiner", f"{SESSION}/cancel", {}),
    "attendance": ("examiner", f"{SESSION}/attendance?code=AB-12", {}),
    "results": ("examiner", f"{SESSION}/results", {}),
    "second results": ("examiner", f"{SESSION}/results/confirm", {}),
    "publish results": ("examiner", f"{SESSION}/results/publish", {}),
}  # fmt: skip


def _html(name: str, language: str, soiled: Any = lambda given: given) -> str:
    role, path, given = PAGES[name]
    answers = answers_for(role, **given)
    for called, answer in list(answers.given.items()):
        if isinstance(answer, dict) and called.startswith("requests."):
            answers.given[called] = soiled(answer)
    browser = signed_in(application(answers))
    browser.set_cookie("lang", language)
    response = browser.get(path)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_data(as_text=True)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_in_its_language(name: str, language: str) -> None:
    html = _html(name, language)
    page = Page(html)
    assert page.all("html")[0]["lang"] == language
    assert page.all("h1")
    assert not [a for _, attributes in page.tags for a in attributes if a == "style" or a.startswith("on")]
    identities = [attributes["id"] for _, attributes in page.tags if attributes.get("id")]
    assert len(identities) == len(set(identities))
    words = re.sub(r"<(script|style).*?</\1>|<[^>]*>|CE/8/26", " ", html, flags=re.S)
    assert not [found for found in KEY.findall(words) if not found.startswith("passed")]
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", html, re.S):
        assert 'name="csrf_token"' in form
        assert "data-plain" in form or 'name="idempotency_key"' in form


# What programs go by; everything else in an answer may have been written by somebody.
_FIXED = frozenset({
    "id", "session_id", "number", "status", "state", "service_type", "kind", "target", "field", "slot", "slots",
    "fields", "code", "type", "types", "value", "held_at", "confirm_until", "at", "announced_at", "closed_at",
    "uploaded_at", "submitted_at", "opened_at", "updated_at", "returned_at", "answered_at", "attended_at",
    "due_on", "civil_id_expiry", "content_type", "outcome", "action", "allowed_actions", "two_officers", "who",
    "lines", "by_role", "next_page", "steps", "roles", "broker_type", "pages", "reason_code",
})  # fmt: skip


def _soiled(value: Any, key: str = "") -> Any:
    if isinstance(value, Mapping):
        is_of_page = "title" in value and "fields" in value
        return {
            name: each if is_of_page and name == "name" else _soiled(each, name)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return value if key in _FIXED and not any(isinstance(v, Mapping) for v in value) else [
            _soiled(each, key) for each in value
        ]  # fmt: skip
    return HOSTILE if isinstance(value, str) and key not in _FIXED else value


def _only_words(answer: dict[str, Any]) -> dict[str, Any]:
    """The definition stays: its words come with a release."""
    return answer if "pages" in answer or "news" in answer else _soiled(answer)


@pytest.mark.parametrize("name", sorted(set(PAGES) - {"no exams", "new"}))
def test_what_others_wrote_stays_text(name: str) -> None:
    html = _html(name, "en", _only_words)
    assert "<img src=x" not in html
    assert "alert(1)" in html
    assert not [a for _, attributes in Page(html).tags for a in attributes if a.startswith("on")]


def test_a_guide_part_is_there_for_each_journey() -> None:
    html = application(answers_for("candidate")).test_client().get("/guide?lang=en").get_data(as_text=True)
    assert {'id="correct"', 'id="exam"'} <= set(re.findall(r'id="\w+"', html))


def test_the_first_page_announces_exams_that_are_still_to_be_held() -> None:
    held = stage.announcement(state="results_published", id="01938c1e-0000-7000-8000-0000000000bb")
    announced = {"items": [held, stage.announcement()], "next": None}
    answers = answers_for(
        "candidate", list_announcements=announced, list_requests={"items": [], "next": None}
    )
    for browser in (application(answers).test_client(), signed_in(application(answers))):
        html = browser.get("/").get_data(as_text=True)
        assert re.findall(r"/exam-announcements/([\w-]+)", html) == [SESSION_ID]


def test_staff_find_the_exams_in_their_menu_and_examiners_at_once() -> None:
    assert signed_in(application(answers_for("examiner"))).get("/").location.endswith("/office/exams")
    for role, is_there in (("reviewer", True), ("examiner", True), ("candidate", False)):
        html = signed_in(application(answers_for(role))).get("/support").get_data(as_text=True)
        assert ('href="/office/exams"' in html) == is_there, role
