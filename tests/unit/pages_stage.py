"""What the services answer for the pages of correction, two officers and exams: the shapes, with people in them."""

from typing import Any

from chassis.config import load
from services.requests.catalog import catalog
from services.requests.schemas.types import dump_whole_type
from services.requests.settings import Settings
from tests.unit.gateway_stage import Answers, knowing

NUMBER, DASHED = "CE/8/26", "CE-8-26"
SESSION_ID = "01938c1e-0000-7000-8000-0000000000aa"
PHOTO_ID, OLD_PHOTO_ID = "01938c1e-0000-7000-8000-000000000001", "01938c1e-0000-7000-8000-000000000002"
HELD_AT, CONFIRM_UNTIL = "2026-12-10T06:00:00Z", "2026-12-07T11:30:00Z"
AT = "2026-11-22T07:12:00Z"
REASON = {"ar": "الصورة غير واضحة.", "en": "The picture is not clear."}
_ENVIRON = {
    "PORTAL_ENV": "test", "AMQP_URL": "amqp://localhost", "BUS_KEY": "a:b", "BUS_KEYS_TRUSTED": "{}",
    "DATABASE_URL": "postgresql://localhost", "HEALTH_ADDRESS": "127.0.0.1:1", "GRANT_KEY": "a2V5",
}  # fmt: skip
DEFINITION = {
    **dump_whole_type(catalog().get("broker_exam"), load(Settings, _ENVIRON)),
    "correction_reasons": [
        {"code": "unreadable", "text": REASON},
        {"code": "does_not_match", "text": {"ar": "لا يطابق البطاقة المدنية.", "en": "Does not match the civil ID."}},
    ],
}  # fmt: skip
FILE = {
    "id": PHOTO_ID, "name": "صورة شخصية", "filename": "photo.jpg", "state": "clean", "code": None,
    "content_type": "image/jpeg", "size": 820_000, "uploaded_at": AT,
}  # fmt: skip
OLD_FILE = {**FILE, "id": OLD_PHOTO_ID, "name": "صورة قديمة"}
FIELDS = {
    "broker_type": "general_broker",
    "name_ar": {"first": "أحمد", "second": "محمد", "third": None, "fourth": "الصالح"},
    "name_en": {"first": "Ahmad", "second": None, "third": None, "fourth": "Al-Saleh"},
    "nationality": "KW", "civil_id": "288020122590", "civil_id_expiry": "2031-03-27", "mobile": "+96599887766",
    "email": "ahmad@example.com", "address": "حولي، قطعة 5، شارع 12، مبنى 3", "notes": None,
}  # fmt: skip
EXAM = {
    "session_id": SESSION_ID, "held_at": HELD_AT, "place_ar": "قاعة التدريب، مبنى الجمارك",
    "place_en": "Training hall, Customs building", "confirm_until": None, "waiting_position": None,
    "outcome": None, "score": None,
}  # fmt: skip
CORRECTION = {
    "items": [
        {"kind": "field", "target": "address", "label": {"ar": "العنوان", "en": "Address"},
         "reason_code": "does_not_match", "reason": {"ar": "ينقصه رقم القسيمة.", "en": "The plot is missing."}},
        {"kind": "slot", "target": "photo", "label": {"ar": "صورة شخصية", "en": "Personal photo"},
         "reason_code": "unreadable", "reason": REASON},
    ],
    "message": {"ar": "يرجى إكمال ما يلي.", "en": "Please complete the following."},
    "due_on": "2026-11-29", "working_days": 5, "returned_at": AT, "answered_at": None,
}  # fmt: skip
NOTICE = {
    "ar": {"subject": "بشأن طلبكم CE/8/26", "text": "نص الإشعار كما سيُرسل."},
    "en": {"subject": "About your request CE/8/26", "text": "The notice as it will be sent."},
}
NEWS = {"event": "requests.request_returned", "aggregate": NUMBER, "data": {"items": 2}}


def slots(**files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every slot of the definition, with these files."""
    return [
        {**{key: value for key, value in slot.items() if key != "code"}, "slot": slot["code"],
         "files": files.get(slot["code"], [])}
        for slot in DEFINITION["documents"]
    ]  # fmt: skip


def request(status: str, **changed: Any) -> dict[str, Any]:
    """A request in a status."""
    steps = [{**step, "state": "now" if step["status"] == status else "next"} for step in DEFINITION["steps"]]
    history = {"status": "submitted", "action": "submit", "at": AT, "by_role": "candidate", "by": "أحمد الصالح",
               "reason": None, "reason_code": None}  # fmt: skip
    return {
        "number": NUMBER, "service_type": "broker_exam", "service_name": DEFINITION["name"], "status": status,
        "version": 4, "applicant_name": {"ar": "أحمد محمد الصالح", "en": "Ahmad Al-Saleh"},
        "civil_id": FIELDS["civil_id"],
        "submitted_at": AT, "opened_at": AT, "updated_at": AT, "due_on": None, "explanation": None,
        "waiting_for": {"who": "applicant", "text": {"ar": "بانتظار إجراء منكم", "en": "Waiting for you"}},
        "lines": ["submitted"], "steps": steps, "status_history": [history], "fields": FIELDS, "raw": {},
        "documents": slots(photo=[FILE]), "allowed_actions": [], "next_page": None, "exam": None, "correction": None,
        "unlocked": {"fields": [], "slots": []},
        "clock": {"target_days": 10, "spent_days": 3, "paused_days": 2, "is_running": False}, **changed,
    }  # fmt: skip


def returned(**changed: Any) -> dict[str, Any]:
    """A request of which the address and the photo are to be corrected."""
    unlocked = {"fields": ["address"], "slots": ["photo"]}
    actions = ["edit", "attach", "submit", "withdraw", "print"]
    given = {"correction": CORRECTION, "unlocked": unlocked, "allowed_actions": actions}
    return request("returned", **(given | changed))


def on_desk(status: str = "under_review", **changed: Any) -> dict[str, Any]:
    """A request as an officer sees it."""
    actions = ["approve", "reject", "recommend", "return", "unassign", "assign", "add_note", "print"]
    given = {
        "officer": {"id": "account-reviewer", "name": "سارة العلي"}, "notes": [], "checks": [], "duplicates": [],
        "changes": [], "recommendation": None, "two_officers": [],
        "approval_leads_to": "preliminarily_approved", "allowed_actions": actions, "overdue": False,
        "age_days": 3, "recommended": False, "corrected": False,
    }  # fmt: skip
    return request(status, **(given | changed))


def session(state: str = "published", **changed: Any) -> dict[str, Any]:
    """An exam session as the staff sees it."""
    counts = dict.fromkeys(("nominated", "waiting_listed", "attended", "lapsed", "withdrawn"), 1)
    results = {
        "entered_by": None,
        "entered_at": None,
        "confirmed_by": None,
        "confirmed_at": None,
        "published_at": None,
    }
    return {
        "id": SESSION_ID, "number": "EX/3/26", "broker_type": "general_broker",
        "broker_type_name": {"ar": "مخلص عام", "en": "General broker"},
        "held_at": HELD_AT, "place_ar": EXAM["place_ar"], "place_en": EXAM["place_en"],
        "place": {"ar": EXAM["place_ar"], "en": EXAM["place_en"]}, "seats": 30, "confirm_until": CONFIRM_UNTIL,
        "state": state, "state_name": {"ar": "معلنة", "en": "Announced"}, "version": 3, "announced_at": AT,
        "closed_at": None, "counts": {"candidates": 4, "attendance_confirmed": 2, "on_final_list": 2, **counts},
        "results": {**results, "rows": []}, "eligible": 12,
        "allowed_actions": ["change", "publish", "nominate", "close", "cancel", "record_attendance", "enter_results",
                            "confirm_results", "publish_results", "attendance_sheet", "final_list"], **changed,
    }  # fmt: skip


def candidate(number: str = NUMBER, **changed: Any) -> dict[str, Any]:
    """Somebody on the list of a session."""
    return {
        "number": number, "name_ar": "أحمد محمد الصالح", "name_en": "Ahmad Al-Saleh", "civil_id": "288020122590",
        "mobile": "+96599887766", "position": 1, "seat": 1, "status": "on_final_list",
        "status_name": {"ar": "مدرج في القائمة النهائية", "en": "On the final list"}, "confirm_until": None,
        "waiting_position": None, "attended_at": None, "outcome": None, "score": None, **changed,
    }  # fmt: skip


def announcement(**changed: Any) -> dict[str, Any]:
    """A session as anybody sees it."""
    names = ("id", "broker_type", "broker_type_name", "held_at", "place_ar", "place_en", "seats", "confirm_until",
             "state", "state_name", "announced_at")  # fmt: skip
    whole = session()
    return {**{name: whole[name] for name in names}, **changed}


def answers_for(role: str, **given: Any) -> Answers:
    """A bus that knows this role and answers `requests.<name>` with what is given."""
    answers = knowing(role)
    answers.given |= {
        "requests.list_service_types": {"items": [{"code": "broker_exam", "name": DEFINITION["name"]}]},
        "requests.get_service_type": DEFINITION,
        "requests.list_checks": {"items": []},
        "requests.list_announcements": {"items": [announcement()], "next": None},
        "requests.get_announcement": announcement(),
        "requests.get_exam_session": session(),
        "requests.list_exam_sessions": {"items": [session()], "next": None},
        "requests.list_candidates": {"items": [candidate()], "next": None},
        "requests.preview_decision": {"news": NEWS},
        "notifications.preview_notice": NOTICE,
        "notifications.list_notices": {"items": [], "next": None},
    }
    answers.given |= {f"requests.{name}": value for name, value in given.items()}
    return answers
