"""Fields of the exam form: what is taken, in which form, and what is said when it is not."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from services.requests.catalog import catalog
from services.requests.domain import fields

EXAM = catalog().get("broker_exam").definition
TODAY = date(2026, 11, 23)
CIVIL_ID = "288020122596"


def _read(**given_fields: Any) -> dict[str, Any]:
    return fields.read(EXAM, given_fields, {"civil_id": CIVIL_ID}, TODAY)


def _faults(**given_fields: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        _read(**given_fields)
    assert refusal.value.code == "input.invalid"
    return {fault.pointer: fault.code for fault in refusal.value.faults}


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("broker_type", "representative", "representative"),
        ("nationality", "KW", "KW"),
        ("civil_id_expiry", "2026-11-24", "2026-11-24"),
        ("civil_id_expiry", "٢٠٢٧-٠١-٣١", "2027-01-31"),
        ("mobile", "٥٠٠١٢٣٤٥", "+96550012345"),
        ("mobile", "00965 9001 2345", "+96590012345"),
        ("email", " Noura@Example.COM ", "Noura@example.com"),
        ("address", "حولي  قطعة ٣\nشارع ٥", "حولي قطعة 3 شارع 5"),
        ("notes", "سطر أول\r\nسطر ثانٍ", "سطر أول\nسطر ثانٍ"),
        ("address", "abc\u202edef", "abcdef"),
        ("name_ar", {"first": "أحمد", "fourth": "العتيبي"}, {"first": "أحمد", "fourth": "العتيبي"}),
        (
            "name_en",
            {"first": "Intisar", "fourth": "Al-Maimoni"},
            {"first": "Intisar", "fourth": "Al-Maimoni"},
        ),
    ],
)
def test_taken_in_one_form(name: str, typed: Any, kept: Any) -> None:
    assert _read(**{name: typed})[name] == kept


@pytest.mark.parametrize(
    ("name", "typed", "pointer", "code"),
    [
        ("broker_type", "shipping", "/fields/broker_type", "field.not_a_choice"),
        ("nationality", "XX", "/fields/nationality", "field.not_a_choice"),
        ("nationality", "kw", "/fields/nationality", "field.not_a_choice"),
        ("civil_id_expiry", "2026-11-23", "/fields/civil_id_expiry", "field.not_after_today"),
        ("civil_id_expiry", "2026-02-30", "/fields/civil_id_expiry", "field.not_date"),
        ("civil_id_expiry", "31/12/2027", "/fields/civil_id_expiry", "field.not_date"),
        ("mobile", "12345678", "/fields/mobile", "mobile.not_kuwaiti"),
        ("email", "noura@", "/fields/email", "email.invalid"),
        ("address", "ab", "/fields/address", "field.too_short"),
        ("address", "x" * 201, "/fields/address", "field.too_long"),
        ("notes", "x" * 1001, "/fields/notes", "field.too_long"),
        ("notes", "a\x00b", "/fields/notes", "field.invalid"),
        ("notes", "a\ud800b", "/fields/notes", "field.invalid"),
        ("notes", 5, "/fields/notes", "field.invalid"),
        ("name_ar", {"first": "Ahmad"}, "/fields/name_ar/first", "name.not_arabic"),
        ("name_en", {"fourth": "أحمد"}, "/fields/name_en/fourth", "name.not_latin"),
        ("name_ar", {"fifth": "أحمد"}, "/fields/name_ar/fifth", "field.unknown"),
        ("name_ar", "أحمد", "/fields/name_ar", "field.invalid"),
        ("civil_id", "227081660516", "/fields/civil_id", "field.not_editable"),
        ("status", "passed", "/fields/status", "field.unknown"),
        ("a/b~c", "x", "/fields/a~1b~0c", "field.unknown"),
    ],
)
def test_refused_with_a_pointer(name: str, typed: Any, pointer: str, code: str) -> None:
    assert _faults(**{name: typed}) == {pointer: code}


def test_every_wrong_field_is_named_at_once() -> None:
    wrong = _faults(mobile="1", email="x", name_ar={"first": "A", "fourth": "B"}, address="حولي قطعة 3")
    assert set(wrong) == {
        "/fields/mobile",
        "/fields/email",
        "/fields/name_ar/first",
        "/fields/name_ar/fourth",
    }


@pytest.mark.parametrize("empty", [None, "", "   ", "\u200f"])
def test_empty_is_always_allowed(empty: Any) -> None:
    current = {"mobile": "+96550012345", "civil_id": CIVIL_ID}
    assert fields.read(EXAM, {"mobile": empty}, current, TODAY) == {"civil_id": CIVIL_ID}


def test_parts_that_were_not_given_are_kept() -> None:
    current = {"name_ar": {"first": "أحمد", "second": "سالم", "fourth": "العتيبي"}}
    read = fields.read(EXAM, {"name_ar": {"second": "", "third": "فهد"}}, current, TODAY)
    assert read["name_ar"] == {"first": "أحمد", "third": "فهد", "fourth": "العتيبي"}
    assert current["name_ar"]["second"] == "سالم"


def test_all_parts_emptied_is_an_empty_field() -> None:
    current = {"name_ar": {"first": "أحمد"}}
    assert fields.read(EXAM, {"name_ar": {"first": None}}, current, TODAY) == {}
    assert fields.read(EXAM, {"name_ar": None}, current, TODAY) == {}


def test_shown_field_may_come_back_unchanged() -> None:
    assert _read(civil_id=CIVIL_ID, notes="x")["civil_id"] == CIVIL_ID


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_NAMES = st.sampled_from([field.name for field in EXAM.fields]) | st.text(max_size=8)


@given(st.dictionaries(_NAMES, _JSON, max_size=5))
def test_anything_is_taken_or_refused_with_pointers(given_fields: dict[str, Any]) -> None:
    refused: Invalid | None = None
    values: dict[str, Any] = {}
    try:
        values = fields.read(EXAM, given_fields, {}, TODAY)
    except Invalid as error:
        refused = error
    if refused is None:
        assert fields.read(EXAM, values, values, TODAY) == values  # its own forms are taken as they are
    else:
        assert refused.faults
        assert all(fault.pointer.startswith("/fields/") for fault in refused.faults)


def test_account_fills_what_it_knows() -> None:
    person = {
        "first_name": "سعود",
        "last_name": "العتيبي",
        "civil_id": CIVIL_ID,
        "mobile": "+96550012345",
        "email": "saud@example.com",
    }
    known = fields.known(EXAM, person, TODAY)
    assert known == {
        "name_ar": {"first": "سعود", "fourth": "العتيبي"},
        "civil_id": CIVIL_ID,
        "mobile": "+96550012345",
        "email": "saud@example.com",
    }
    latin = fields.known(EXAM, {**person, "first_name": "Saud", "last_name": "Al-Otaibi"}, TODAY)
    assert latin["name_en"] == {"first": "Saud", "fourth": "Al-Otaibi"}
    assert "name_ar" not in latin


def test_before_send_every_required_field_is_asked() -> None:
    faults = fields.faults_before_send(EXAM, {"civil_id": CIVIL_ID, "name_ar": {"second": "سالم"}}, TODAY)
    assert {(fault.pointer, fault.code) for fault in faults} == {
        (f"/fields/{name}", "field.required")
        for name in (
            "broker_type",
            "name_ar/first",
            "name_ar/fourth",
            "name_en/first",
            "name_en/fourth",
            "nationality",
            "civil_id_expiry",
            "mobile",
            "email",
            "address",
        )
    }


def test_a_date_that_went_by_since_it_was_saved_is_refused_at_send() -> None:
    faults = fields.faults_before_send(EXAM, {"civil_id_expiry": "2026-11-23"}, TODAY)
    assert ("/fields/civil_id_expiry", "field.not_after_today") in {(f.pointer, f.code) for f in faults}
    faults = fields.faults_before_send(EXAM, {"civil_id_expiry": "2026-11-24"}, TODAY)
    assert "/fields/civil_id_expiry" not in {fault.pointer for fault in faults}


def test_full_name_is_in_order_whatever_the_database_did() -> None:
    assert fields.full_name({"fourth": "ث", "first": "أ", "third": "ت", "second": "ب"}) == "أ ب ت ث"
