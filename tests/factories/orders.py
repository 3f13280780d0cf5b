"""Orders of papers as the services that own the content make them."""

from typing import Any


def request_paper(**changes: Any) -> dict[str, Any]:
    """The data of a printed request, JSON types only."""
    return {
        "number": "CE/8/26",
        "service_name": {"ar": "طلب امتحان وكلاء التخليص", "en": "Clearing Agent Exam Request"},
        "status": {"ar": "الطلب قيد المراجعة", "en": "Under review"},
        "submitted_at": "2026-11-08T07:30:00+00:00",
        "printed_at": "2026-11-23T21:30:00+00:00",
        "verify_path": "/requests/CE-8-26",
        "rows": [
            _row("نوع المخلص", "Broker type", {"ar": "مخلص عام", "en": "General broker"}),
            _row("اسم المخلص بالعربية", "Broker's name in Arabic", "مُحَمَّد عبدالله الأحمد"),
            _row("اسم المخلص بالإنجليزية", "Broker's name in English", "Mohammed Abdullah Al-Ahmad"),
            _row("الرقم المدني", "Civil ID number", "288020122596"),
            _row("رقم الهاتف النقال", "Mobile", "+96598765432"),
            _row("العنوان", "Address", "حولي، شارع تونس، قطعة 4 (الدور 3)، Block 4"),
            _row("الملاحظات", "Notes", None),
        ],
        "history": [
            _step("تم الإرسال", "Submitted", "2026-11-08T07:30:00+00:00", "مقدم الطلب", "Applicant"),
            _step("الطلب قيد المراجعة", "Under review", "2026-11-09T05:10:00+00:00", "مراجع", "Reviewer"),
        ],
        "documents": [
            {"slot": {"ar": "صورة البطاقة المدنية", "en": "Civil ID copy"}, "name": "البطاقة (1).pdf"},
            {"slot": {"ar": "صورة شخصية", "en": "Photo"}, "name": "IMG_0042.heic"},
        ],
        **changes,
    }


def admission_slip(**changes: Any) -> dict[str, Any]:
    """The data of an admission slip."""
    return {
        **_exam_paper("CE/8/26"),
        "verify_path": "/office/exams/0192f0c1-7f5e-7a33-9c1d-5e0b7a1f2c3d/attendance?code=K7QF-M2XW",
        "service_name": {"ar": "طلب امتحان وكلاء التخليص", "en": "Clearing Agent Exam Request"},
        **_candidate(17),
        "number": "CE/8/26",
        "civil_id": "288020122596",
        "attendance_code": "K7QF-M2XW",
        **changes,
    }


def attendance_sheet(seats: int = 3, **changes: Any) -> dict[str, Any]:
    """The data of an attendance sheet with so many rows."""
    rows = [{**_candidate(seat), "civil_id": f"2{seat:011}"} for seat in range(1, seats + 1)]
    return {**_exam_paper("EXAM-2026-12-10"), "rows": rows, **changes}


def final_list(seats: int = 3, **changes: Any) -> dict[str, Any]:
    """The data of a final list with so many rows."""
    return {
        **_exam_paper("EXAM-2026-12-10"),
        "rows": [_candidate(seat) for seat in range(1, seats + 1)],
        **changes,
    }


EXAM_PAPERS = {
    "admission_slip": admission_slip,
    "attendance_sheet": attendance_sheet,
    "final_list": final_list,
}
PAPERS = {"request": request_paper, **EXAM_PAPERS}


def _exam_paper(number: str) -> dict[str, Any]:
    return {
        "number": number,
        "serial": "ED-2026-000123",
        "outgoing_on": "2026-11-30",
        "verify_path": "/v/Zx81-kQ",
        "broker_type": {"ar": "مخلص عام", "en": "General broker"},
        "held_at": "2026-12-10T06:00:00+00:00",
        "place": {
            "ar": "قاعة التدريب، مبنى الإدارة العامة للجمارك",
            "en": "Training Hall, Customs Head Office",
        },
    }


def _candidate(seat: int) -> dict[str, Any]:
    return {
        "seat": seat,
        "number": f"CE/{seat}/26",
        "name_ar": "مُحَمَّد عبدالله الأحمد",
        "name_en": "Mohammed Abdullah Al-Ahmad",
    }


def _row(ar: str, en: str, value: Any) -> dict[str, Any]:
    return {"label": {"ar": ar, "en": en}, "value": value}


def _step(ar: str, en: str, at: str, by_ar: str, by_en: str) -> dict[str, Any]:
    return {"status": {"ar": ar, "en": en}, "at": at, "by": {"ar": by_ar, "en": by_en}}
