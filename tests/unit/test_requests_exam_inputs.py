"""What examiners send: numbers in any spelling, lists as CSV, and what is said of a line that cannot be read."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from services.requests.domain.exam import NOMINATED_AT_ONCE, Outcome, Result
from services.requests.schemas import sessions

HEAD = "number,outcome,score\n"


def _faults(call: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        call()
    return {fault.pointer: fault.code for fault in refusal.value.faults}


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "CE/8/26,passed,85",
        "\ufeff" + HEAD + "CE/8/26,passed,85\n",
        "Number , OUTCOME, Score\r\nCE-8-26, Passed , 85\r\n",
        HEAD + '\n\n"CE/8/26","passed","85"\n\n',
        HEAD + "ce-٨-٢٦,passed,٨٥",
        HEAD + "CE/8/26,passed,085",
        HEAD.replace("\n", "\r") + "CE/8/26,passed,85\r",
    ],
)
def test_csv_as_spreadsheets_write_it(text: str) -> None:
    assert sessions.results_of_text(text) == [Result("CE/8/26", Outcome.PASSED, 85)]


def test_a_score_may_be_left_out() -> None:
    text = HEAD + "CE/8/26,failed,\nCE/9/26,absent, "
    assert [row.score for row in sessions.results_of_text(text)] == [None, None]
    assert sessions.results_of_text(HEAD) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("CE/8/26,passed,85", 1),
        ("number;outcome;score\nCE/8/26;passed;85", 1),
        ("number,outcome\nCE/8/26,passed", 1),
        ("number,outcome,score,score\n", 1),
        (HEAD + "CE/8/26,passed", 2),
        (HEAD + "CE/8/26,passed,85,86", 2),
        (HEAD + "CE/8/26,passed,85\n\nCE/9/26,failed,good", 4),
        (HEAD + "CE/8/26,passed,-1", 2),
        (HEAD + "CE/8/26,passed,8.5", 2),
        (HEAD + "CE/8/26,passed,999999", 2),
        (HEAD + "CE/8/26,passed,²", 2),
        (HEAD + "CE/8/26,passed\rx,85", 2),
        (HEAD + "\n" + "x" * 200_000, 3),
        (None, 1),
        (["x"], 1),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text: Any, line: int) -> None:
    with pytest.raises(Invalid) as refusal:
        sessions.results_of_text(text)
    assert (refusal.value.code, refusal.value.facts) == ("exam.csv_unreadable", {"line": line})
    assert [fault.pointer for fault in refusal.value.faults] == ["/text"]


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for given_text in (text, HEAD + text):
        try:
            rows = sessions.results_of_text(given_text)
        except Invalid:
            continue
        assert all(isinstance(row, Result) for row in rows)


def test_a_wrong_value_in_csv_is_pointed_at_as_in_json() -> None:
    text = HEAD + "CE/8/26,good,101\n,absent,5\n" + "x" * 21 + ",passed,1\n"
    assert _faults(lambda: sessions.results_of_text(text)) == {
        "/results/0/outcome": "field.not_a_choice",
        "/results/0/score": "field.out_of_range",
        "/results/1/number": "field.required",
        "/results/2/number": "field.too_long",
    }
    absent = HEAD + "CE/8/26,absent,5"
    assert _faults(lambda: sessions.results_of_text(absent)) == {
        "/results/0/score": "exam.absent_has_no_score"
    }


def test_a_list_has_an_end() -> None:
    row = {"number": "CE/8/26", "outcome": "passed"}
    assert len(sessions.results([row] * 2000)) == 2000
    assert _faults(lambda: sessions.results([row] * 2001)) == {"/results": "field.invalid"}
    assert len(sessions.wanted(["CE/8/26"] * NOMINATED_AT_ONCE) or ()) == NOMINATED_AT_ONCE
    many = ["CE/8/26"] * (NOMINATED_AT_ONCE + 1)
    assert _faults(lambda: sessions.wanted(many)) == {"/numbers": "field.invalid"}


@pytest.mark.parametrize("given_list", [None, "x", {}, [None], ["x"], [[]]])
def test_results_are_a_list_of_rows(given_list: Any) -> None:
    assert _faults(lambda: sessions.results(given_list))


@pytest.mark.parametrize("numbers", ["CE/8/26", [None], [7], ["x" * 21], ["\ud800"], {}])
def test_numbers_are_a_list_of_numbers(numbers: Any) -> None:
    assert _faults(lambda: sessions.wanted(numbers))


def test_nobody_named_is_everybody() -> None:
    assert sessions.wanted(None) is None
    assert sessions.wanted([]) == []
    assert sessions.wanted([" CE/٨/26 "]) == ["CE/8/26"]


@pytest.mark.parametrize(
    "cursor", ["x", "W10", "WyJhIl0", "W251bGxd", "W3RydWVd", "WzEuNV0", "WzIxNDc0ODM2NDhd"]
)
def test_a_cursor_that_nobody_gave_out(cursor: str) -> None:
    assert _faults(lambda: sessions.after_position(cursor)) == {"/cursor": "cursor.invalid"}


def test_the_beginning_of_a_list_has_no_cursor() -> None:
    assert [sessions.after_position(each) for each in (None, "", 7)] == [0, 0, 0]
    assert sessions.after_position("Wzdd") == 7
    assert sessions.after(None) is None
