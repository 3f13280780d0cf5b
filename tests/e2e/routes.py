"""The gateway's own map of routes, and how each is called with valid values."""

from typing import Any

from gateway.permissions import Route, routes
from tests.unit.gateway_stage import application

UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
STALE = 999
EXTRA_PARTS = {
    "<word:slot>": "good_conduct",
    "<word:step>": "contact",
    "<word:code>": "broker_exam",
    "<word:name>": "countries",
    "<any(office, candidate):kind>": "candidate",
    "<int:page_number>": "1",
    "<word:version>": "any",
    "<path:filename>": "css/portal.css",
    "<word:captcha_id>": UNKNOWN_ID,
    "<word:verification_id>": "unknown-verification",
    "<word:token>": "unknown-token",
}

# Bodies that pass every check of form, so that what answers is the check of who is asking. No call changes anything
# for those who may: versions are stale, and the state of the object forbids it.
_PASSWORD = {"password": "Qamar-2026-bahr!", "password_confirmation": "Qamar-2026-bahr!"}
_OFFICE = "/api/v1/office/requests/<number:number>"
_SESSION = "/api/v1/office/exam-sessions/<uuid:session_id>"
_HALL = {"broker_type": "general_broker", "place_ar": "القاعة 1", "place_en": "Hall 1", "seats": 20}
_RESULTS = {"results": [{"number": "CE/999999999/26", "outcome": "passed", "score": 70}]}
_DESK = "/office/requests/<number:number>"
_PAGE = "/office/exams/<uuid:session_id>"
_HALL_FORM = {
    "held_at-day": "1", "held_at-month": "1", "held_at-year": "2001", "held_at-time": "09:00",  # refused: it is past
    "place_ar": "القاعة 1", "place_en": "Hall 1", "seats": "20",
}  # fmt: skip
_MARK = {"mark-field-address": "yes", "note-field-address": "x"}
_ROWS = {"row-CE-999999999-26": "yes", "outcome-CE-999999999-26": "passed", "score-CE-999999999-26": "70"}
_FILE = {"slot": "good_conduct", "filename": "a.pdf", "content_type": "application/pdf", "size": 10}
BODIES: dict[str, dict[str, Any]] = {
    "PATCH /api/v1/requests/<number:number>": {"fields": {"notes": "x"}, "version": STALE},
    "POST /api/v1/requests/<number:number>/submit": {"version": STALE},
    "POST /api/v1/requests/<number:number>/documents": _FILE,
    "PATCH /api/v1/documents/<uuid:document_id>": {"name": "x"},
    "POST /api/v1/requests/<number:number>/confirm-attendance": {"version": STALE},
    f"POST {_OFFICE}/claim": {"version": STALE},
    f"POST {_OFFICE}/notes": {"text": "x"},
    f"POST {_OFFICE}/approve": {"version": STALE},
    f"POST {_OFFICE}/reject": {"version": STALE, "reason": "x"},
    f"POST {_OFFICE}/recommend": {"version": STALE, "action": "reject", "reason": "x"},
    f"POST {_OFFICE}/return": {"version": STALE, "items": [{"field": "address", "note": "x"}]},
    f"POST {_OFFICE}/assign": {"version": STALE, "officer": UNKNOWN_ID},
    f"POST {_OFFICE}/reopen": {"version": STALE, "reason": "x"},
    "POST /api/v1/office/exam-sessions": {**_HALL, "held_at": "2001-01-01T06:00:00Z"},  # refused: it is past
    "POST /api/v1/office/holidays": {
        "day": "2001-01-01",
        "name_ar": "عطلة",
        "name_en": "Past",
    },  # refused: it is past
    f"PATCH {_SESSION}": {"version": STALE, "seats": 30},
    f"POST {_SESSION}/publish": {"version": STALE},
    f"POST {_SESSION}/nominate": {"numbers": ["CE/999999999/26"]},
    f"POST {_SESSION}/close": {"version": STALE},
    f"POST {_SESSION}/cancel": {"version": STALE},
    f"POST {_SESSION}/attendance": {"code": "unknown"},
    f"PUT {_SESSION}/results": _RESULTS,
    f"POST {_SESSION}/results/confirm": _RESULTS,
    "POST /api/v1/verifications/<word:verification_id>": {"email_code": "123456", "mobile_code": "123456"},
    "POST /api/v1/verifications/<word:verification_id>/resend": {"channel": "email"},
    "PUT /api/v1/password-resets/<word:token>": _PASSWORD,
    "POST /api/v1/me/company": {"office_id": UNKNOWN_ID},
    "POST /requests/<number:number>/autosave": {"page": "contact", "address": "x"},
    "POST /requests/<number:number>/steps/<word:step>": {"address": "حولي"},
    "POST /requests/<number:number>/submit": {"version": str(STALE)},
    "POST /requests/<number:number>/withdraw": {"version": str(STALE)},
    "POST /requests/<number:number>/documents/<uuid:document_id>/rename": {"name": "x"},
    "POST /requests/<number:number>/documents/<word:slot>/start": _FILE,
    "POST /requests/<number:number>/documents/<uuid:document_id>/complete": {},
    "POST /office/requests/<number:number>/claim": {"version": str(STALE)},
    "POST /office/requests/<number:number>/approve": {"version": str(STALE)},
    "POST /office/requests/<number:number>/reject": {"version": str(STALE), "reason": "x", "send": "yes"},
    "POST /office/requests/<number:number>/notes": {"note": "x"},
    "POST /requests/<number:number>/confirm-attendance": {"version": str(STALE)},
    f"POST {_DESK}/return": {**_MARK, "version": str(STALE), "send": "yes"},
    f"POST {_DESK}/recommend": {"version": str(STALE), "action": "reject", "reason": "x"},
    f"POST {_DESK}/assign": {"version": str(STALE), "officer": UNKNOWN_ID},
    f"POST {_DESK}/reopen": {"version": str(STALE), "reason": "x", "send": "yes"},
    "POST /office/exams/new": {**_HALL_FORM, "broker_type": "general_broker"},
    f"POST {_PAGE}/edit": {**_HALL_FORM, "version": str(STALE)},
    f"POST {_PAGE}/publish": {"version": str(STALE)},
    f"POST {_PAGE}/nominate": {"whom": "some", "numbers": "CE/999999999/26"},
    f"POST {_PAGE}/close": {"version": str(STALE)},
    f"POST {_PAGE}/cancel": {"version": str(STALE)},
    f"POST {_PAGE}/attendance": {"code": "unknown"},
    f"POST {_PAGE}/results": _ROWS,
    f"POST {_PAGE}/results/confirm": _ROWS,
    f"POST {_PAGE}/results/import": {"csv": "number,outcome,score\nCE/999999999/26,passed,70\n"},
    "POST /verify/<word:verification_id>": {"email_code": "123456", "mobile_code": "123456"},
    "POST /verify/<word:verification_id>/resend": {"channel": "email"},
    "POST /password-resets/<word:token>": _PASSWORD,
    "POST /password/reset/<word:token>": _PASSWORD,
    "POST /account/company": {"office_id": UNKNOWN_ID},
}
AS_JSON = ("/documents/<word:slot>/start", "/documents/<uuid:document_id>/complete")  # pages for scripts
AS_CSV = {f"POST {_SESSION}/results/import": "number,outcome,score\nCE/999999999/26,passed,70\n"}
AS_FILE = "/requests/<number:number>/documents/<word:slot>"


def every() -> list[Route]:
    """All routes of the application that runs."""
    return sorted(routes(application()), key=lambda route: (route.rule, route.method))


def name(route: Route) -> str:
    """`GET /api/v1/me`."""
    return f"{route.method} {route.rule}"


def names_an_object(route: Route) -> bool:
    """Whether its path names a request or a document."""
    return "<number:number>" in route.rule or "<uuid:document_id>" in route.rule


def path_of(rule: str, parts: dict[str, str]) -> str:
    """The rule with values in place of its parts."""
    for part, value in {**EXTRA_PARTS, **parts}.items():
        rule = rule.replace(part, value)
    assert "<" not in rule, f"no value for a part of {rule}"
    return rule
