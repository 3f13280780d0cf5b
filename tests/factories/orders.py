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


def _row(ar: str, en: str, value: Any) -> dict[str, Any]:
    return {"label": {"ar": ar, "en": en}, "value": value}


def _step(ar: str, en: str, at: str, by_ar: str, by_en: str) -> dict[str, Any]:
    return {"status": {"ar": ar, "en": en}, "at": at, "by": {"ar": by_ar, "en": by_en}}
