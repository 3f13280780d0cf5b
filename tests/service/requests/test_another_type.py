"""The engine asks the definition: a second type, two files, goes its own way through the same doorways."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.permissions import Role
from services.requests.catalog import catalog, make_entry
from services.requests.domain import checks
from services.requests.domain.definition import Check, Field, Page, ServiceType, Slot
from services.requests.domain.life import Action, Status
from tests.service.requests.conftest import Bureau, Hands, applicant, faults, officer, refusal

LETTER = ServiceType(
    code="some_letter",
    prefix="XX",
    filers=frozenset({Role.GENERAL_USER}),
    legal_entities=frozenset({"clearing_agent"}),
    opened_with=frozenset(),
    fields=(
        Field(name="addressee", kind="text", required=True, maximum=20),
        Field(name="language", kind="choice", choices=("ar", "en")),
        Field(name="passport_number", kind="passport"),
    ),
    pages=(Page(name="letter", fields=("addressee", "language", "passport_number")),),
    slots=(Slot(code="other", most=2),),
    checks=(Check(code="fields", passes=checks.fields_are_complete),),
    path=(Status.SUBMITTED, Status.UNDER_REVIEW, Status.APPROVED),
    own_moves={(Action.APPROVE, Status.UNDER_REVIEW): Status.APPROVED},
    target_days=3,
    one_at_a_time=None,
    rejection_reasons=("because",),
    correction_reasons=(),
)

WORDS = """
name = { ar = "رسالة", en = "Letter" }
menu = { ar = "رسالة", en = "Letter" }
button = { ar = "طلب رسالة", en = "Ask" }
summary = { ar = "رسالة", en = "A letter" }
conditions = [{ ar = "شرط", en = "A condition" }]
requirements = [{ ar = "متطلب", en = "A requirement" }]
[fields.addressee]
label = { ar = "الجهة", en = "Addressee" }
[fields.language]
label = { ar = "اللغة", en = "Language" }
choices.ar = { ar = "العربية", en = "Arabic" }
choices.en = { ar = "الإنجليزية", en = "English" }
[fields.passport_number]
label = { ar = "رقم جواز السفر", en = "Passport number" }
[pages.letter]
title = { ar = "الرسالة", en = "The letter" }
[slots.other]
label = { ar = "وثائق أخرى", en = "Other documents" }
[checks.fields]
message = { ar = "مكتمل", en = "Complete" }
fix = { ar = "استكمال", en = "Complete it" }
[reasons.because]
text = { ar = "سبب", en = "A reason" }
"""


@pytest.fixture
def letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalog with one more type."""
    (tmp_path / "some_letter.toml").write_text(WORDS, encoding="utf-8")
    monkeypatch.setitem(catalog()._entries, "some_letter", make_entry(LETTER, tmp_path))


@pytest.mark.usefixtures("letter")
def test_another_type_goes_its_own_way(bureau: Bureau, hands: Hands) -> None:
    hands.set(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    someone, clerk = applicant("general_user", office="o1"), officer()
    door, desk = bureau.door(someone), bureau.door(clerk)
    assert (
        refusal(lambda: bureau.door(applicant()).open_request(service_type="some_letter")).kind == "forbidden"
    )
    refused = faults(lambda: door.open_request(service_type="some_letter", broker_type="representative"))
    assert refused == {"/broker_type": "field.unknown"}
    opened = door.open_request(service_type="some_letter")
    assert (opened["number"], opened["next_page"]) == ("XX/1/26", "letter")
    assert opened["fields"] == {"addressee": None, "language": None, "passport_number": None}
    typed = {"addressee": "وزارة", "language": "ar", "passport_number": "p12 345678"}
    saved = door.save_fields("XX-1-26", fields=typed, version=1)
    assert (saved["fields"]["passport_number"], saved["next_page"]) == ("P12345678", "check")
    for _ in range(2):
        bureau.attach(someone, "XX/1/26", "other")
    assert refusal(lambda: bureau.attach(someone, "XX/1/26", "other")).code == "document.slot_full"
    assert door.submit("XX-1-26")["due_on"] == "2026-11-26"
    assert door.open_request(service_type="some_letter")["number"] == "XX/2/26"  # nothing blocks here
    desk.claim("XX-1-26")
    done = desk.approve("XX-1-26")
    assert (done["status"], [step["state"] for step in done["steps"]]) == (
        "approved",
        ["done", "done", "now"],
    )
    assert refusal(lambda: door.withdraw("XX-1-26")).code == "request.already_ended"
    listed = door.list_service_types()["items"]
    assert [item["code"] for item in listed] == ["broker_exam", "some_letter"]
