"""An officer sees pages as pictures where there are some; where there are none the page stays whole."""

import re
from typing import Any

import pytest

from chassis.errors import NotFound, Unavailable
from tests.unit.gateway_stage import DEFINITION, REQUEST, Answers, application, knowing, signed_in

PDF, PHOTO = "01920000-0000-7000-8000-000000000000", "01920000-0000-7000-8000-000000000001"
STORE = "http://store.example:9000/documents/k/2?X-Amz-Signature=s"
PAGE = "/office/requests/CE-8-26"


def _file(document_id: str, content_type: str, state: str = "clean") -> dict[str, Any]:
    facts = {"id": document_id, "content_type": content_type, "state": state, "name": "وثيقة", "code": None}
    return {**facts, "size": 9, "uploaded_at": "2026-11-23T08:00:00+00:00"}


def _answers(told: Any, *files: dict[str, Any]) -> Answers:
    label = {"ar": "وثيقة", "en": "Document"}
    slot: dict[str, Any] = {
        "slot": "other",
        "label": label,
        "hint": None,
        "required": False,
        "types": [],
        "files": files,
    }
    answers = knowing("reviewer")
    answers.given |= {
        "requests.get_service_type": {**DEFINITION, "documents": []},
        "requests.get_for_review": {
            **REQUEST, "status": "submitted", "documents": [slot], "status_history": [], "checks": [],
            "notes": [], "officer": None, "duplicates": [], "allowed_actions": [], "submitted_at": None,
            "applicant_name": {"ar": "أحمد الصالح", "en": "Ahmad Al-Saleh"}, "due_on": None,
        },
        "requests.open_document": lambda document_id, verb: {
            "grant": f"{verb} {document_id}", "document": {"number": "CE/8/26"},
        },
        "documents.get_document": told,
        "documents.get_address": {"url": STORE, "expires_in": 60},
    }  # fmt: skip
    return answers


def _shown(answers: Answers) -> tuple[list[str], str]:
    response = signed_in(application(answers)).get(PAGE)
    text = response.get_data(as_text=True)
    assert response.status_code == 200, text
    return re.findall(r'<img class="document__page" src="([^"]+)"', text), text


def test_every_page_that_has_a_picture_is_shown() -> None:
    answers = _answers({"pages_shown": 3, "page_count": 3}, _file(PDF, "application/pdf"))
    images, text = _shown(answers)
    assert images == [f"{PAGE}/documents/{PDF}/pages/{page}" for page in (1, 2, 3)]
    assert answers.of("documents.get_document")[0] == {"grant": f"read {PDF}"}
    assert "غير المعروضة" not in text


def test_pages_beyond_those_shown_are_counted() -> None:
    images, text = _shown(_answers({"pages_shown": 12, "page_count": 30}, _file(PDF, "application/pdf")))
    assert len(images) == 12
    assert "عدد الصفحات غير المعروضة هنا: 18" in text


@pytest.mark.parametrize(
    "told",
    [
        {"pages_shown": None, "page_count": None},
        {"pages_shown": 0, "page_count": None},
        {},
        Unavailable("service.timeout"),
        NotFound("document.unknown"),
    ],
    ids=["not made yet", "none", "from before", "away", "gone"],
)
def test_a_pdf_without_pictures_says_so_in_plain_words(told: Any) -> None:
    images, text = _shown(_answers(told, _file(PDF, "application/pdf")))
    assert images == []
    assert "لا توجد صورة للعرض؛ يمكن تنزيل الملف." in text


def test_nobody_is_asked_about_other_files() -> None:
    answers = _answers({}, _file(PHOTO, "image/heic"), _file(PDF, "application/pdf", "scanning"))
    images, _ = _shown(answers)
    assert images == [f"{PAGE}/documents/{PHOTO}/pages/1"]
    assert "documents.get_document" not in answers.names()


def test_a_page_leads_to_the_store_with_a_grant_for_reading() -> None:
    answers = _answers({}, _file(PDF, "application/pdf"))
    browser = signed_in(application(answers))
    response = browser.get(f"{PAGE}/documents/{PDF}/pages/2")
    assert (response.status_code, response.headers["Location"]) == (302, STORE)
    assert answers.of("documents.get_address")[0] == {"grant": f"read {PDF}", "shown": True, "page": 2}
    assert browser.get(f"{PAGE}/documents/{PDF}/pages/0").status_code == 404


def test_a_page_of_another_requests_document_is_not_found() -> None:
    browser = signed_in(application(_answers({}, _file(PDF, "application/pdf"))))
    assert browser.get(f"/office/requests/CE-9-26/documents/{PDF}/pages/1").status_code == 404
