"""Papers of an exam: the slip for the door, the sheet that is signed, the list that is shown."""

import re
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from chassis.errors import Invalid
from contracts.permissions import ALLOWED
from services.documents import schemas
from services.documents.papers.drawing import Drawing
from tests.factories.orders import EXAM_PAPERS, PAPERS, admission_slip, attendance_sheet, final_list

LONG_AR = "عبدالرحمن عبدالعزيز عبدالمحسن السليمان المطيري الرشيدي"
LONG_EN = "Abdulrahman Abdulaziz Abdulmohsen Alsulaiman Almutairi-Alrasheedi"
BUREAU = "مكتب شؤون المخلص"  # pypdf puts the joined pair of letters at its end elsewhere
LISTS = {"attendance_sheet": attendance_sheet, "final_list": final_list}


@pytest.fixture(scope="module", name="press")
def _press() -> Drawing:
    return Drawing()


def ordered(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """The data as a paper is drawn from it."""
    return schemas.load_order({"paper": kind, "key": "content", "data": data})["data"]


def pages(press: Drawing, tmp_path: Path, kind: str, data: dict[str, Any]) -> list[str]:
    """The text of each page, in the order a reading program takes it."""
    path = tmp_path / "paper.pdf"
    press.draw(kind, ordered(kind, data), portal_url="https://portal.example", out=str(path))
    return [page.extract_text() for page in PdfReader(path).pages]


def stand_in_order(text: str, *parts: str) -> None:
    places = [text.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)


def test_the_slip_tells_who_when_where_and_what_to_bring(press, tmp_path):
    (text,) = pages(press, tmp_path, "admission_slip", admission_slip())
    stand_in_order(
        text,
        *("بطاقة دخول الامتحان", "Exam Admission Slip", "ED-2026-000123", "30/11/2026", "CE/8/26"),
        *("Clearing Agent Exam Request", "مخلص عام", "General broker", "K7QF-M2XW"),
        *("مُحَمَّد عبدالله الأحمد", "Mohammed Abdullah Al-Ahmad", "288020122596"),
        *("10/12/2026 09:00", "قاعة التدريب", "Training Hall", "17", "البطاقة المدنية", "civil ID card"),
        *("half an hour before", BUREAU, "Broker Affairs Office"),
    )
    assert not re.search("[٠-٩۰-۹]", text)


def test_a_slip_with_the_longest_names_is_one_page(press, tmp_path):
    place = {"ar": f"قاعة التدريب، {LONG_AR}، ميناء الشويخ", "en": f"Training Hall, {LONG_EN}, Shuwaikh Port"}
    data = admission_slip(name_ar=f"{LONG_AR} {LONG_AR}", name_en=f"{LONG_EN} {LONG_EN}", place=place)
    assert len(pages(press, tmp_path, "admission_slip", data)) == 1


def test_names_without_second_and_third_part_have_no_gaps(press, tmp_path):
    data = admission_slip(name_ar="علي   الأحمد ", name_en=" Ali   Al-Ahmad")
    (text,) = pages(press, tmp_path, "admission_slip", data)
    assert "علي الأحمد" in text
    assert "Ali Al-Ahmad" in text


@pytest.mark.parametrize("kind", LISTS)
def test_two_hundred_rows_have_their_heads_and_numbers_on_each_page(press, tmp_path, kind):
    data = LISTS[kind](200)
    data["rows"][5] |= {"name_ar": LONG_AR, "name_en": LONG_EN}
    texts = pages(press, tmp_path, kind, data)
    assert len(texts) > 3
    for at, text in enumerate(texts, 1):
        stand_in_order(text, "Seat number", "Request number", f"CE/{_first_seat(text)}/26")
        assert f"{at} / {len(texts)}" in text
        assert "ED-2026-000123" in text
    assert [int(seat) for seat in re.findall(r"CE/(\d+)/26", " ".join(texts))] == list(range(1, 201))


def _first_seat(text: str) -> str:
    found = re.search(r"CE/(\d+)/26", text)
    assert found
    return found[1]


def test_the_sheet_has_civil_ids_and_a_column_for_signatures(press, tmp_path):
    text = " ".join(pages(press, tmp_path, "attendance_sheet", attendance_sheet(40)))
    stand_in_order(
        text,
        *("كشف الحضور", "Attendance Sheet", "EXAM-2026-12-10", "General broker", "10/12/2026 09:00"),
        *("Training Hall", "Civil ID number", "التوقيع", "Signature", "200000000001", "200000000040"),
        *(BUREAU, "Signature and stamp"),
    )


def test_the_final_list_tells_no_civil_ids_even_if_they_were_sent(press, tmp_path):
    rows = attendance_sheet(3)["rows"]
    (text,) = pages(press, tmp_path, "final_list", final_list(rows=rows))
    stand_in_order(text, "القائمة النهائية", "Final List", "مُحَمَّد", "Mohammed", BUREAU)
    assert "Signature and stamp" in text
    assert not re.search(r"\d{12}|Civil ID", text)
    assert "civil_id" not in ordered("final_list", final_list(rows=rows))["rows"][0]


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_of_nobody_says_so(press, tmp_path, kind):
    (text,) = pages(press, tmp_path, kind, LISTS[kind](0))
    assert "No candidates" in text
    assert "Seat number" not in text


@pytest.mark.parametrize("kind", LISTS)
def test_the_place_of_the_signatory_never_stands_on_a_page_alone(press, tmp_path, kind):
    for seats in range(9, 24):
        last = pages(press, tmp_path, kind, LISTS[kind](seats))[-1]
        stand_in_order(last, f"CE/{seats}/26", "Broker Affairs Office")


@pytest.mark.parametrize("kind", EXAM_PAPERS)
def test_what_people_typed_stays_text(press, tmp_path, kind):
    typed = {"name_ar": "<b>&lt;", "name_en": "<img src='http://evil.example/x'>"}
    data = EXAM_PAPERS[kind]()
    for each in data.get("rows", [data]):
        each.update(typed)
    (text,) = pages(press, tmp_path, kind, data)
    assert "<b>&lt;" in text
    assert "evil.example" in text


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind in EXAM_PAPERS for name in EXAM_PAPERS[kind]()]
)
def test_missing_data_is_refused(kind, name):
    data = EXAM_PAPERS[kind]()
    del data[name]
    assert _refusal(kind, data) == [(f"/{name}", "field.required")]


@pytest.mark.parametrize("kind", LISTS)
def test_a_row_that_lacks_something_is_refused(kind):
    for name in LISTS[kind]()["rows"][1]:
        data = LISTS[kind]()
        del data["rows"][1][name]
        assert _refusal(kind, data) == [(f"/rows/1/{name}", "field.required")]


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("admission_slip", "seat", 0),
        ("admission_slip", "seat", "17"),
        ("admission_slip", "name_ar", " \u200f "),
        ("admission_slip", "held_at", "2026-12-10T09:00:00"),
        ("admission_slip", "outgoing_on", "30/11/2026"),
        ("attendance_sheet", "place", "قاعة"),
        ("attendance_sheet", "verify_path", "//evil.example/"),
        ("final_list", "rows", final_list(1)["rows"] * 1001),
    ],
)
def test_wrong_data_is_refused(kind, name, value):
    ((pointer, _),) = _refusal(kind, {**EXAM_PAPERS[kind](), name: value})
    assert pointer == f"/{name}"


def _refusal(kind: str, data: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as error:
        ordered(kind, data)
    return [(fault.pointer, fault.code) for fault in error.value.faults]


@pytest.mark.parametrize("kind", PAPERS)
def test_what_was_checked_passes_the_check_again(kind):
    data = ordered(kind, PAPERS[kind]())
    assert ordered(kind, data) == data
    assert data.keys() == PAPERS[kind]().keys()


def test_every_paper_is_for_holders_of_a_permission_that_exists():
    assert {kind.permission for kind in schemas.PAPERS.values()} <= ALLOWED.keys()
