"""The examiners' pages: moments in boxes, numbers in any writing, a row per candidate, differences at their rows."""

import io
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from chassis.errors import Conflict, Fault, Forbidden, Invalid
from gateway.web.exams.nominating import read_numbers
from tests.unit import pages_stage as stage
from tests.unit.gateway_stage import Answers, application, csrf_token, signed_in
from tests.unit.pages_stage import SESSION_ID, answers_for

ONE = f"/office/exams/{SESSION_ID}"
FORM = {
    "broker_type": "general_broker", "held_at-day": "١٠", "held_at-month": "12", "held_at-year": "2026",
    "held_at-time": "9:00", "place_ar": "قاعة", "place_en": "Hall", "seats": "٣٠", "confirm_until-day": "",
    "confirm_until-month": "", "confirm_until-year": "", "confirm_until-time": "",
}  # fmt: skip
ROWS = {"row-CE-8-26": "yes", "outcome-CE-8-26": "passed", "score-CE-8-26": "٨٦",
        "row-CE-9-26": "yes", "score-CE-9-26": ""}  # fmt: skip
RESULTS = [
    {"number": "CE/8/26", "outcome": "passed", "score": 86},
    {"number": "CE/9/26", "outcome": None, "score": None},
]
LISTED = {"items": [stage.candidate("CE/8/26"), stage.candidate("CE/9/26", position=2, seat=2)], "next": None}


def _post(answers: Answers, path: str, typed: dict[str, Any]) -> TestResponse:
    browser = signed_in(application(answers))
    return browser.post(path, data={"csrf_token": csrf_token(browser), **typed})


def _summary(html: str) -> list[str]:
    return re.findall(r'<li><a href="#([^"]+)"', html)


def test_a_session_is_opened_in_kuwaits_time_whatever_the_digits() -> None:
    answers = answers_for("examiner", open_exam_session=stage.session("draft"))
    response = _post(answers, "/office/exams/new", FORM)
    assert response.location.endswith(ONE)
    assert answers.of("requests.open_exam_session")[0] == {
        "broker_type": "general_broker", "held_at": "2026-12-10T09:00:00+03:00", "place_ar": "قاعة",
        "place_en": "Hall", "seats": 30,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "marked"),
    [
        ({"held_at-day": "31", "held_at-month": "02"}, ["held_at-day"]),
        ({"held_at-month": "13"}, ["held_at-month"]),
        ({"held_at-year": "26"}, ["held_at-year"]),
        ({"held_at-time": "25:00"}, ["held_at-time"]),
        ({"held_at-time": ""}, ["held_at-time"]),
        ({"confirm_until-day": "7"}, ["confirm_until-month", "confirm_until-year", "confirm_until-time"]),
        ({"held_at-day": "x", "held_at-time": "9"}, ["held_at-day", "held_at-time"]),
    ],
)
def test_a_wrong_box_is_marked_alone_and_all_boxes_come_back(
    changed: dict[str, str], marked: list[str]
) -> None:
    answers = answers_for("examiner", open_exam_session=stage.session("draft"))
    response = _post(answers, "/office/exams/new", FORM | changed)
    html = response.get_data(as_text=True)
    assert response.status_code == 422
    assert _summary(html) == marked
    assert "requests.open_exam_session" not in answers.names()
    for name, text in (FORM | changed).items():
        if text and name != "broker_type":
            assert re.search(rf'id="{name}"[^>]* value="{text}"', html), name


def test_the_services_faults_lead_to_the_boxes() -> None:
    faults = [Fault("/confirm_until", "exam.confirm_until_past"), Fault("/held_at", "exam.held_in_past")]
    answers = answers_for("examiner", open_exam_session=Invalid("input.invalid", faults=faults))
    html = _post(answers, "/office/exams/new", FORM).get_data(as_text=True)
    assert _summary(html) == ["held_at-day", "confirm_until-day"]


def test_a_change_starts_from_what_is_there_and_says_that_everybody_is_told() -> None:
    answers = answers_for("examiner", change_exam_session=stage.session())
    html = signed_in(application(answers)).get(f"{ONE}/edit").get_data(as_text=True)
    shown = dict(re.findall(r'id="(held_at-\w+)"[^>]* value="([^"]*)"', html))
    assert shown == {
        "held_at-day": "10",
        "held_at-month": "12",
        "held_at-year": "2026",
        "held_at-time": "09:00",
    }
    assert "banner--warning" in html
    draft = answers_for("examiner", get_exam_session=stage.session("draft"))
    assert "banner--warning" not in signed_in(application(draft)).get(f"{ONE}/edit").get_data(as_text=True)
    assert _post(answers, f"{ONE}/edit", {**FORM, "version": "3"}).location.endswith(ONE)
    sent, _ = answers.of("requests.change_exam_session")
    assert (sent["version"], sent["seats"], "broker_type" in sent) == (3, 30, False)


@pytest.mark.parametrize(
    ("page", "method"),
    [
        ("publish", "publish_exam_session"), ("close", "close_exam_session"), ("cancel", "cancel_exam_session"),
        ("results/publish", "publish_results"),
    ],
)  # fmt: skip
def test_a_step_says_first_what_it_does(page: str, method: str) -> None:
    answers = answers_for("examiner", **{method: stage.session()})
    html = signed_in(application(answers)).get(f"{ONE}/{page}").get_data(as_text=True)
    assert f"requests.{method}" not in answers.names()
    assert len(re.findall(r"<li>[^<]+</li>", html[html.index("<main") :])) >= 2
    assert _post(answers, f"{ONE}/{page}", {"version": "3"}).location.endswith(ONE)
    assert answers.of(f"requests.{method}")[0]["session_id"] == SESSION_ID
    late = answers_for("examiner", **{method: Conflict("exam.wrong_state", {"state": "cancelled"})})
    assert _post(late, f"{ONE}/{page}", {"version": "3"}).status_code == 409
    over = answers_for("examiner", get_exam_session=stage.session(allowed_actions=[]))
    html = signed_in(application(over)).get(f"{ONE}/{page}").get_data(as_text=True)
    assert "data-prevent-double-click" not in html[html.index('id="page-form"') :]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("CE/8/26\nCE/9/26", ["CE/8/26", "CE/9/26"]),
        (" ce-8-26 ،CE/٩/٢٦;CE/8/26 ", ["CE/8/26", "CE/9/26"]),
        ("", []),
    ],
)
def test_numbers_are_read_however_they_are_written(text: str, numbers: list[str]) -> None:
    assert read_numbers(text) == numbers


def test_all_or_some_are_nominated() -> None:
    answers = answers_for("examiner", nominate=LISTED)
    assert _post(answers, f"{ONE}/nominate", {"whom": "all", "numbers": "CE/8/26"}).status_code == 303
    assert answers.of("requests.nominate")[0]["numbers"] is None
    assert _post(answers, f"{ONE}/nominate", {"whom": "some", "numbers": "CE-8-26"}).status_code == 303
    assert answers.of("requests.nominate")[0]["numbers"] == ["CE/8/26"]
    refused = _post(answers, f"{ONE}/nominate", {"whom": "some", "numbers": " "})
    assert (refused.status_code, _summary(refused.get_data(as_text=True))) == (422, ["numbers"])
    unfit = answers_for("examiner", nominate=Conflict("exam.not_nominable", {"numbers": ["CE/8/26"]}))
    html = _post(unfit, f"{ONE}/nominate", {"whom": "some", "numbers": "CE/8/26"}).get_data(as_text=True)
    assert "govuk-error-summary" in html
    assert ">CE/8/26</textarea>" in html


def test_the_qr_of_a_slip_fills_in_the_code_and_one_press_seats_its_bearer() -> None:
    came = stage.candidate(seat=14, attended_at=stage.AT)
    answers = answers_for("examiner", record_attendance=came)
    html = signed_in(application(answers)).get(f"{ONE}/attendance?code=AB-12").get_data(as_text=True)
    assert re.search(r'id="code"[^>]* value="AB-12"', html)
    html = _post(answers, f"{ONE}/attendance", {"code": " AB-12 "}).get_data(as_text=True)
    assert answers.of("requests.record_attendance")[0] == {"session_id": SESSION_ID, "code": "AB-12"}
    assert "<bdi>14</bdi>" in html
    assert not re.search(r'id="code"[^>]* value="AB', html)
    unknown = Invalid("input.invalid", faults=[Fault("/code", "exam.code_unknown")])
    for error, status in ((unknown, 422), (Conflict("exam.not_today"), 409)):
        response = _post(answers_for("examiner", record_attendance=error), f"{ONE}/attendance", {"code": "X"})
        html = response.get_data(as_text=True)
        assert (response.status_code, _summary(html)) == (status, ["code"])
        assert re.search(r'id="code"[^>]* value="X"', html)


def test_a_row_for_everybody_of_the_final_list_page_by_page() -> None:
    def listed(session_id: str, limit: int, cursor: str | None = None) -> dict[str, Any]:
        if cursor:
            return {
                "items": [stage.candidate("CE/9/26"), stage.candidate("CE/10/26", status="lapsed")],
                "next": None,
            }
        return {"items": [stage.candidate("CE/8/26")], "next": "c2"}

    entered = {"entered_by": "A", "rows": [{"number": "CE/8/26", "outcome": "failed", "score": 41}]}
    found = stage.session("results_entered", results={**stage.session()["results"], **entered})
    answers = answers_for("examiner", list_candidates=listed, get_exam_session=found)
    html = signed_in(application(answers)).get(f"{ONE}/results").get_data(as_text=True)
    assert re.findall(r'name="row-([\w-]+)"', html) == ["CE-8-26", "CE-9-26"]
    assert re.search(r'name="outcome-CE-8-26"[^>]* value="failed" checked', html)
    assert re.search(r'id="score-CE-8-26"[^>]* value="41"', html)
    second = signed_in(application(answers)).get(f"{ONE}/results/confirm").get_data(as_text=True)
    assert " checked" not in second
    assert 'value="41"' not in second


def test_results_are_sent_row_by_row_and_faults_come_back_to_their_rows() -> None:
    faults = [Fault("/results/1/outcome", "field.required"), Fault("/results/0/score", "field.out_of_range")]
    answers = answers_for(
        "examiner", list_candidates=LISTED, enter_results=Invalid("input.invalid", faults=faults)
    )
    response = _post(answers, f"{ONE}/results", ROWS)
    html = response.get_data(as_text=True)
    assert answers.of("requests.enter_results")[0]["results"] == RESULTS
    assert (response.status_code, _summary(html)) == (422, ["outcome-CE-9-26", "score-CE-8-26"])
    assert re.search(r'name="outcome-CE-8-26"[^>]* value="passed" checked', html)
    assert re.search(r'id="score-CE-8-26"[^>]* value="٨٦"', html)


def test_rows_that_differ_from_the_first_entry_are_named() -> None:
    differing = Conflict("exam.results_differ", {"rows": ["CE/9/26"]})
    answers = answers_for("examiner", list_candidates=LISTED, confirm_results=differing)
    response = _post(answers, f"{ONE}/results/confirm", ROWS)
    assert response.status_code == 409
    assert _summary(response.get_data(as_text=True)) == ["outcome-CE-9-26"]
    same = answers_for("examiner", list_candidates=LISTED, confirm_results=Forbidden("exam.same_examiner"))
    response = _post(same, f"{ONE}/results/confirm", ROWS)
    assert response.status_code == 403
    assert "govuk-error-summary" in response.get_data(as_text=True)
    done = answers_for("examiner", confirm_results=stage.session("results_confirmed"))
    assert _post(done, f"{ONE}/results/confirm", ROWS).location.endswith(ONE)


def test_a_file_is_imported_once_and_comes_back_as_text_when_it_is_refused() -> None:
    text = "number,outcome,score\nCE/8/26,passed,86\n"
    answers = answers_for("examiner", list_candidates=LISTED, import_results=stage.session("results_entered"))
    for _ in range(2):
        file = (io.BytesIO(b"\xef\xbb\xbf" + text.encode()), "results.csv")
        typed = {"idempotency_key": "k", "file": file, "csv": "", **ROWS}
        assert _post(answers, f"{ONE}/results/import", typed).location.endswith(ONE)
    calls = [
        (given, asking.key) for name, given, asking in answers.calls if name == "requests.import_results"
    ]
    assert calls[0] == calls[1]
    assert calls[0][0]["text"] == text
    facts = {"line": 2}
    unreadable = Invalid("exam.csv_unreadable", facts, [Fault("/text", "exam.csv_unreadable", facts)])
    refused = answers_for("examiner", list_candidates=LISTED, import_results=unreadable)
    html = _post(refused, f"{ONE}/results/import", {"csv": "a,b", **ROWS}).get_data(as_text=True)
    assert _summary(html) == ["csv"]
    assert ">a,b</textarea>" in html
    assert re.search(r'name="outcome-CE-8-26"[^>]* value="passed" checked', html)
    empty = _post(refused, f"{ONE}/results/import", {"csv": ""})
    assert (empty.status_code, _summary(empty.get_data(as_text=True))) == (422, ["csv"])


def test_officers_read_and_do_not_act() -> None:
    found = stage.session(allowed_actions=["attendance_sheet", "final_list"])
    answers = answers_for("supervisor", get_exam_session=found)
    html = signed_in(application(answers)).get(ONE).get_data(as_text=True)
    assert re.findall(rf'href="{ONE}/([\w./-]+)"', html) == ["attendance-sheet.pdf", "final-list.pdf"]
    assert f'href="/office/requests/{stage.DASHED}"' in html
    assert signed_in(application(answers)).get(f"{ONE}/edit").status_code == 403
    html = signed_in(application(answers_for("examiner"))).get(ONE).get_data(as_text=True)
    assert f"/office/requests/{stage.DASHED}" not in html


@pytest.mark.parametrize("kind", ["attendance_sheet", "final_list"])
def test_the_papers_of_a_session_are_waited_for(kind: str) -> None:
    answers = answers_for("examiner", order_exam_paper={"order": "o"})
    answers.given["documents.get_paper"] = {"url": "http://store.example:9000/p"}
    response = signed_in(application(answers)).get(f"{ONE}/{kind.replace('_', '-')}.pdf")
    assert response.location == "http://store.example:9000/p"
    assert answers.of("requests.order_exam_paper")[0] == {"session_id": SESSION_ID, "kind": kind}
