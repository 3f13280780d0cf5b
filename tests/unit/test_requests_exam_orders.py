"""The papers of an exam as requests orders them are what documents takes, whole, also at their longest."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis import ids
from chassis.errors import Invalid
from services.documents import schemas as documents
from services.requests.catalog import catalog
from services.requests.domain.exam import MOST_SEATS
from services.requests.models import Candidate, ExamSession, ServiceRequest
from services.requests.schemas import exam_papers, paper

NAMES = {
    "name_ar": " ".join(["عبدالرحمنعبدالعزيزعبدالمحسنعبداللطيفعبدال"] * 4),
    "name_en": " ".join(["A" * 40] * 4),
}


def _session() -> ExamSession:
    return ExamSession(
        id=ids.new_id(),
        number="EX/12/26",
        broker_type="general_broker",
        held_at=datetime(2026, 12, 10, 6, tzinfo=UTC),
        place_ar="ق" * 200,
        place_en="H" * 200,
        closed_at=datetime(2026, 12, 7, 21, 30, tzinfo=UTC),
    )


def _listed(count: int) -> list[tuple[Candidate, ServiceRequest]]:
    return [
        (
            Candidate(seat=seat, code=ids.new_token(64)),
            ServiceRequest(number=f"CE/{seat}00000/26", civil_id="288020122596", **NAMES),
        )
        for seat in range(1, count + 1)
    ]


def _load(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    order = json.loads(json.dumps(paper.make_order(kind, data)))
    loaded = documents.load_order(order)
    assert (loaded["paper"], loaded["key"]) == (kind, order["key"])
    return loaded["data"]


def test_a_slip() -> None:
    hall, (pair,) = _session(), _listed(1)
    data = exam_papers.slip(catalog().get("broker_exam"), pair[1], pair[0], hall)
    loaded = _load("admission_slip", data)
    assert loaded.keys() == data.keys()
    assert (loaded["attendance_code"], loaded["seat"]) == (pair[0].code, 1)
    assert loaded["verify_path"] == f"/office/exams/{hall.id}/attendance?code={pair[0].code}"
    assert loaded["outgoing_on"] == "2026-12-08"  # in Kuwait it was past midnight
    assert datetime.fromisoformat(loaded["held_at"]) == hall.held_at


@pytest.mark.parametrize("kind", exam_papers.SHEETS)
def test_the_longest_list(kind: str) -> None:
    data = exam_papers.SHEETS[kind](_session(), _listed(MOST_SEATS))
    loaded = _load(kind, data)
    assert loaded.keys() == data.keys()
    assert loaded["rows"] == data["rows"]
    assert len(loaded["rows"]) == MOST_SEATS
    assert ("civil_id" in loaded["rows"][0]) == (kind == "attendance_sheet")


@pytest.mark.parametrize("kind", exam_papers.SHEETS)
def test_a_list_of_nobody(kind: str) -> None:
    assert _load(kind, exam_papers.SHEETS[kind](_session(), []))["rows"] == []


def test_the_same_content_is_one_paper_and_another_is_another() -> None:
    hall, listed = _session(), _listed(2)
    key = paper.make_order("final_list", exam_papers.final_list(hall, listed))["key"]
    assert paper.make_order("final_list", exam_papers.final_list(hall, listed))["key"] == key
    hall.place_en = "Port"
    assert paper.make_order("final_list", exam_papers.final_list(hall, listed))["key"] != key
    assert paper.make_order("attendance_sheet", exam_papers.final_list(hall, listed))["key"] != key


def test_every_paper_of_an_exam_is_known_to_documents() -> None:
    assert {*exam_papers.SHEETS, paper.SLIP} <= set(documents.PAPERS)
    with pytest.raises(Invalid):
        _load("attendance_sheet", exam_papers.final_list(_session(), _listed(1)))
