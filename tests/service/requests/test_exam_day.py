"""The day of the exam: papers of the final list, and who came, by the code on the slip."""

from functools import partial
from typing import Any

import pytest

from chassis import clock, grants
from services.documents import schemas as documents
from tests.service.requests.conftest import Bureau, Hands, applicant, faults, officer, refusal, together
from tests.service.requests.hall import A_MOMENT, HELD_AT, LAST, Hall, at, ordered


@pytest.fixture(name="hall")
def _hall(bureau: Bureau, hands: Hands) -> Hall:
    return Hall(bureau, hands)


def test_a_slip_for_whoever_is_on_the_final_list(hall: Hall) -> None:
    session_id, (came, unsure) = hall.nominated(2)
    hall.confirm(came)
    assert refusal(lambda: hall.slip(came)).code == "exam.not_on_final_list"
    hall.door.close_exam_session(session_id)
    assert refusal(lambda: hall.slip(unsure)).code == "exam.not_on_final_list"
    assert hall.seen(came)["allowed_actions"] == ["admission_slip", "print"]
    slip, session = hall.slip(came), hall.session(session_id)
    code = slip["attendance_code"]
    assert len(code) >= 10
    assert slip == {
        "number": came.number,
        "serial": f"{session['number']}-1",
        "outgoing_on": "2026-11-22",
        "verify_path": f"/office/exams/{session_id}/attendance?code={code}",
        "service_name": {"ar": "طلب امتحان وكلاء التخليص", "en": "Clearing Agent Exam Request"},
        "name_ar": "أحمد العتيبي",
        "name_en": "Ahmad Al-Otaibi",
        "civil_id": came.person.person["civil_id"],
        "broker_type": session["broker_type_name"],
        "held_at": session["held_at"],
        "place": session["place"],
        "seat": 1,
        "attendance_code": code,
    }
    stranger = hall.bureau.door(applicant())
    hidden = refusal(lambda: stranger.order_paper(came.number, kind="admission_slip"))
    assert hidden.code == "request.unknown"


def test_the_sheets_of_the_hall_exist_once_the_list_is_fixed(hall: Hall) -> None:
    session_id, sitters = hall.nominated(3)
    hall.confirm(sitters[0], sitters[2])
    early = refusal(lambda: hall.door.order_exam_paper(session_id, "final_list"))
    assert (early.code, early.facts) == ("exam.wrong_state", {"state": "published"})
    hall.door.close_exam_session(session_id)
    sheet = ordered(hall.door.order_exam_paper(session_id, "attendance_sheet"))["data"]
    shown = ordered(hall.door.order_exam_paper(session_id, "final_list"))["data"]
    assert [row["number"] for row in sheet["rows"]] == [sitters[0].number, sitters[2].number]
    assert [row["seat"] for row in sheet["rows"]] == [1, 3]
    assert {len(row["civil_id"]) for row in sheet["rows"]} == {12}
    assert shown["rows"] == [
        {key: value for key, value in row.items() if key != "civil_id"} for row in sheet["rows"]
    ]
    assert (sheet["number"], sheet["verify_path"]) == ("EX-1-26", f"/exam-announcements/{session_id}")
    assert sheet["serial"] != shown["serial"]
    word = faults(lambda: hall.door.order_exam_paper(session_id, "admission_slip"))
    assert word == {"/kind": "field.not_a_choice"}
    reviewer = hall.bureau.door(officer())
    assert reviewer.get_exam_session(session_id)["allowed_actions"] == ["attendance_sheet", "final_list"]
    assert ordered(reviewer.order_exam_paper(session_id, "final_list"))["data"] == shown


def test_documents_takes_every_order_as_it_was_given(hall: Hall) -> None:
    session_id, sitters = hall.closed(2)
    key = hall.bureau.settings.GRANT_KEY
    for answer in (
        hall.of(sitters[1]).order_paper(sitters[1].number, kind="admission_slip"),
        hall.of(sitters[1]).order_paper(sitters[1].number),
        hall.door.order_exam_paper(session_id, "attendance_sheet"),
        hall.door.order_exam_paper(session_id, "final_list"),
    ):
        claims = grants.check(key, answer["order"], clock.real_now())
        loaded = documents.load_order(claims)
        assert loaded["data"].keys() == claims["data"].keys()
        assert loaded["data"].get("rows") == claims["data"].get("rows")


def test_who_came_is_recorded_by_the_code(hall: Hall) -> None:
    session_id, (came, other) = hall.closed(2)
    code = hall.code(came)
    assert "record_attendance" not in hall.session(session_id)["allowed_actions"]
    hall.hands.set(at("2026-12-10 08:30"))
    assert "record_attendance" in hall.session(session_id)["allowed_actions"]
    line = hall.door.record_attendance(session_id, code)
    assert (line["number"], line["attended_at"]) == (came.number, "2026-12-10T05:30:00.000Z")
    assert (line["status"], line["seat"], line["outcome"]) == ("on_final_list", 1, None)
    hall.hands.pass_by(minutes=5)
    assert hall.door.record_attendance(session_id, f" {code}\u200f ") == line
    assert [each["attended_at"] is None for each in hall.lines(session_id)] == [False, True]
    assert hall.session(session_id)["counts"]["attended"] == 1
    assert hall.bureau.audited(came.number)[-1] == "exam.attend"
    assert hall.bureau.audited(came.number).count("exam.attend") == 1
    hall.hands.set(at("2026-12-10 23:59"))
    hall.door.enter_results(session_id, _all_passed(came, other))
    assert hall.door.record_attendance(session_id, hall.code(other))["attended_at"]
    hall.hands.pass_by(minutes=1)
    assert refusal(lambda: hall.door.record_attendance(session_id, code)).code == "exam.not_today"


def test_the_same_code_at_every_door_at_once_is_one_arrival(hall: Hall) -> None:
    session_id, (came,) = hall.closed(1)
    code = hall.code(came)
    hall.hands.set(HELD_AT)
    answers = together(6, lambda _: hall.bureau.door(hall.second).record_attendance(session_id, code))
    assert answers == [answers[0]] * 6
    assert hall.bureau.audited(came.number).count("exam.attend") == 1


@pytest.mark.parametrize("moment", [LAST - A_MOMENT, at("2026-12-11 00:00")])
def test_only_on_the_day(hall: Hall, moment: Any) -> None:
    session_id, (came,) = hall.closed(1)
    code = hall.code(came)
    hall.hands.set(moment)
    assert refusal(lambda: hall.door.record_attendance(session_id, code)).code == "exam.not_today"
    hall.hands.set(LAST)
    assert hall.door.record_attendance(session_id, code)["attended_at"]


def test_no_other_code_opens_the_door(hall: Hall) -> None:
    session_id, (came,) = hall.closed(1)
    other_id, (other,) = hall.closed(1)
    waiting_code = _code_of_somebody_unseated(hall)
    foreign = hall.code(other)
    hall.hands.set(HELD_AT)
    for code in (foreign, waiting_code, "x", came.number, hall.code(came).swapcase()):
        wrong = partial(hall.door.record_attendance, session_id, code)
        assert faults(wrong) == {"/code": "exam.code_unknown"}
    for given, problem in (("", "field.required"), (None, "field.required"), (7, "field.invalid")):
        assert faults(partial(hall.door.record_attendance, session_id, given)) == {"/code": problem}
    assert hall.bureau.scalar("SELECT count(*) FROM candidate WHERE attended_at IS NOT NULL") == 0
    assert hall.door.record_attendance(other_id, foreign)["number"] == other.number


def test_no_attendance_before_the_list_is_fixed(hall: Hall) -> None:
    session_id = hall.published()
    (sitter,) = hall.approved()
    hall.door.nominate(session_id)
    hall.confirm(sitter)
    code = hall.bureau.scalar("SELECT code FROM candidate")
    early = refusal(lambda: hall.door.record_attendance(session_id, code))
    assert (early.code, early.facts) == ("exam.wrong_state", {"state": "published"})
    assert hall.session(session_id)["state"] == "published"
    hall.hands.set(HELD_AT)  # the list is fixed by itself, also when nobody looked since
    assert hall.door.record_attendance(session_id, code)["status"] == "on_final_list"


def test_nobody_records_himself(hall: Hall) -> None:
    session_id, (came,) = hall.closed(1)
    code = hall.code(came)
    hall.hands.set(HELD_AT)
    own = hall.bureau.door(officer("examiner", civil_id=came.person.person["civil_id"]))
    assert refusal(lambda: own.record_attendance(session_id, code)).code == "decision.own_request"


def _all_passed(*sitters: Any) -> list[dict[str, Any]]:
    return [{"number": each.number, "outcome": "passed"} for each in sitters]


def _code_of_somebody_unseated(hall: Hall) -> str:
    session_id, _sitters = hall.nominated(1)
    hall.door.close_exam_session(session_id)
    return hall.bureau.scalar("SELECT code FROM candidate WHERE session_id = :s", s=session_id)
