"""What somebody else wrote is text on every page that shows it, and numbers in it keep their order."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import render_template

from chassis.config import load
from services.requests.catalog import catalog
from services.requests.schemas.types import dump_whole_type
from services.requests.settings import Settings
from tests.unit.gateway_stage import application

HOSTILE = "\"'><img src=x onerror=alert(1)>{{7*7}}"
BOTH = {"ar": HOSTILE, "en": HOSTILE}
AT = "2026-11-22T07:12:00Z"
_ENVIRON = {
    "PORTAL_ENV": "test", "AMQP_URL": "amqp://localhost", "BUS_KEY": "a:b", "BUS_KEYS_TRUSTED": "{}",
    "DATABASE_URL": "postgresql://localhost", "HEALTH_ADDRESS": "127.0.0.1:1", "GRANT_KEY": "a2V5",
}  # fmt: skip
WHOLE = dump_whole_type(catalog().get("broker_exam"), load(Settings, _ENVIRON))


class Attributes(HTMLParser):
    """The names of all attributes of a page."""

    def __init__(self, html: str):
        super().__init__()
        self.names: set[str] = set()
        self.feed(html)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember them."""
        self.names |= {name for name, _ in attrs}


def _pages() -> list[dict[str, Any]]:
    fields = {field["name"]: {**field, "typed": field["editable"]} for field in WHOLE["fields"]}
    return [{**page, "fields": [fields[name] for name in page["fields"]]} for page in WHOLE["pages"]]


def _slots() -> list[dict[str, Any]]:
    file = {
        "id": "01938c1e-0000-7000-8000-000000000001", "name": HOSTILE, "state": "refused", "message": HOSTILE,
        "content_type": HOSTILE, "size": 10, "uploaded_at": AT, "images": [],
    }  # fmt: skip
    first, *others = [{**slot, "multiple": False, "files": []} for slot in WHOLE["documents"]]
    return [{**first, "label": BOTH, "hint": BOTH, "files": [file]}, *others]


def _request() -> dict[str, Any]:
    history = {"status": "submitted", "at": AT, "by_role": "candidate", "by": HOSTILE, "reason": HOSTILE}
    texts = ("address", "notes", "email", "mobile", "civil_id", "broker_type", "nationality")
    return {
        "number": "CE/8/26", "service_type": "broker_exam", "service_name": BOTH, "status": "under_review",
        "version": 3, "applicant_name": BOTH, "submitted_at": AT, "due_on": "2026-12-06", "explanation": BOTH,
        "waiting_for": {"who": "bureau", "text": BOTH}, "lines": ["submitted"], "allowed_actions": ["approve"],
        "steps": [{"status": "submitted", "name": BOTH, "state": "now"}], "status_history": [history],
        "fields": {"name_ar": {"first": HOSTILE}, **dict.fromkeys(texts, HOSTILE)},
        "notes": [{"at": AT, "by": HOSTILE, "text": HOSTILE}], "officer": {"id": "1", "name": HOSTILE},
        "checks": [{"code": "c", "passed": False, "message": BOTH, "fix": BOTH}], "duplicates": [],
    }  # fmt: skip


APP = application()


def _rendered(template: str, **given: Any) -> str:
    with APP.test_request_context("/"):
        APP.preprocess_request()
        return render_template(template, **given)


@pytest.mark.parametrize(
    ("template", "extra"),
    [
        (
            "requests/details",
            {"back_url": "/x", "live_url": "/l", "fragment_url": "/f", "continue_url": None},
        ),
        ("requests/check", {"previous_url": "/x"}),
        ("requests/documents", {"previous_url": "/x", "next_url": "/y", "place": {"index": 1, "count": 2}}),
        ("requests/cards", {"next_url": None, "first_url": None, "filters": {}}),
        ("requests/sent", {}),
        ("requests/status", {}),
        ("requests/withdraw", {}),
        ("office/review", {"is_mine": True, "back_url": "/x"}),
        ("office/approve", {"preview": {"ar": {"subject": HOSTILE, "text": HOSTILE}}}),
        ("office/reject", {"preview": None, "reasons": [{"code": HOSTILE, "text": HOSTILE}]}),
        ("errors/conflict.stale", {"facts": {"changed": {"by": HOSTILE}}, "typed": {HOSTILE: HOSTILE}}),
        (
            "account/notices",
            {"notices": [{"id": "n", "title": BOTH, "text": BOTH, "number": None, "at": AT}]},
        ),
    ],
)
def test_a_request_full_of_markup_is_shown_as_text(template: str, extra: dict[str, Any]) -> None:
    found = _request()
    note = {"pointer": "", "field_id": "note", "message": HOSTILE}
    html = _rendered(
        f"pages/{template}.html",
        service_request=found,
        items=[found],
        slots=_slots(),
        checks=found["checks"],
        pages=_pages(),
        form={"values": {"reason": HOSTILE}, "errors": []},
        note_form={"values": {"note": HOSTILE}, "errors": [note]},
        told=HOSTILE,
        **extra,
    )
    assert "<img src=x" not in html
    assert "alert(1)" in html
    assert not [name for name in Attributes(html).names if name.startswith("on")]


@pytest.mark.parametrize("page", _pages(), ids=lambda page: page["name"])
def test_a_form_full_of_markup_is_shown_as_text(page: dict[str, Any]) -> None:
    parts = ("", "-first", "-fourth", "-day", "-month", "-year")
    values = {f"{field['name']}{part}": HOSTILE for field in page["fields"] for part in parts}
    errors = [{"pointer": "", "field_id": field["name"], "message": HOSTILE} for field in page["fields"]]
    html = _rendered(
        "pages/requests/step.html",
        service_request=_request(),
        page=page,
        place={"index": 1, "count": 6},
        form={"values": values, "errors": errors},
        previous_url="/x",
        returning=False,
        saved_at=None,
    )
    assert "<img src=x" not in html
    assert "alert(1)" in html
    assert not [name for name in Attributes(html).names if name.startswith("on")]


def test_numbers_dates_and_names_are_isolated() -> None:
    html = _rendered(
        "pages/requests/cards.html", items=[_request()], next_url=None, first_url=None, filters={}
    )
    assert '<bdi dir="ltr">CE/8/26</bdi>' in html
    assert re.search(r'<time datetime="2026-11-22" dir="ltr">22/11/2026</time>', html)
    assert re.search(r"<bdi>&#34;&#39;&gt;&lt;img", html)
