"""Results: of everybody once, by two examiners alike, hidden until all are told together."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from chassis.errors import PortalError
from tests.service.requests.conftest import Bureau, Hands, faults, officer, refusal, together
from tests.service.requests.hall import A_MOMENT, HELD_AT, Hall, Sitter, results


@pytest.fixture(name="hall")
def _hall(bureau: Bureau, hands: Hands) -> Hall:
    return Hall(bureau, hands)


def sat(hall: Hall, count: int = 3) -> tuple[str, list[Sitter]]:
    """A session whose exam has been held."""
    session_id, sitters = hall.closed(count)
    hall.hands.set(HELD_AT)
    return session_id, sitters


def graded(sitters: list[Sitter]) -> list[dict[str, Any]]:
    """One of each."""
    one, two, three = sitters
    return results((one, "passed", 85), (two, "failed", None), (three, "absent", None))


def confirmed(hall: Hall) -> tuple[str, list[Sitter]]:
    """A session whose results two examiners agree on."""
    session_id, sitters = sat(hall)
    hall.door.enter_results(session_id, graded(sitters))
    hall.bureau.door(hall.second).confirm_results(session_id, graded(sitters))
    return session_id, sitters


def test_from_the_list_to_everybodys_own_result(hall: Hall) -> None:
    session_id, sitters = sat(hall)
    second = hall.bureau.door(hall.second)
    entered = hall.door.enter_results(session_id, graded(sitters))
    assert entered["state"] == "results_entered"
    assert entered["results"]["entered_by"] == hall.examiner.name
    assert entered["results"]["rows"] == graded(sitters)
    actions = ["record_attendance", "enter_results", "attendance_sheet", "final_list"]
    assert entered["allowed_actions"] == actions
    assert "confirm_results" in second.get_exam_session(session_id)["allowed_actions"]
    done = second.confirm_results(session_id, list(reversed(graded(sitters))))
    assert (done["state"], done["results"]["confirmed_by"]) == ("results_confirmed", hall.second.name)
    hall.hands.pass_by(hours=1)
    out = hall.door.publish_results(session_id)
    assert (out["state"], out["allowed_actions"]) == ("results_published", ["attendance_sheet", "final_list"])
    assert out["results"]["published_at"] == "2026-12-10T07:00:00.000Z"
    assert hall.statuses(sitters) == ["passed", "failed", "absent"]
    expected = [("exam_passed", 85), ("exam_failed", None), ("exam_missed", None)]
    assert [(hall.told(s)[-1], hall.last_news(s)["data"]["score"]) for s in sitters] == expected
    assert [len(hall.told(each)) for each in sitters] == [4, 4, 4]
    exam = hall.seen(sitters[0])["exam"]
    assert (exam["outcome"], exam["score"], exam["confirm_until"]) == ("passed", 85, None)
    assert hall.seen(sitters[0])["allowed_actions"] == ["print"]
    assert hall.seen(sitters[0])["waiting_for"]["who"] == "nobody"
    steps = ["open", "publish", "close", "enter_results", "confirm_results", "publish_results"]
    assert hall.bureau.audited(out["number"]) == [f"exam.{step}" for step in steps]
    assert refusal(lambda: hall.slip(sitters[0])).code == "exam.not_on_final_list"
    assert hall.door.order_exam_paper(session_id, "final_list")["order"]


def test_nothing_before_the_exam(hall: Hall) -> None:
    session_id, sitters = hall.closed(3)
    hall.hands.set(HELD_AT - A_MOMENT)
    assert "enter_results" not in hall.session(session_id)["allowed_actions"]
    for call in (
        lambda: hall.door.enter_results(session_id, graded(sitters)),
        lambda: hall.door.confirm_results(session_id, graded(sitters)),
        lambda: hall.door.publish_results(session_id),
        lambda: hall.door.import_results(session_id, "number,outcome,score\n"),
    ):
        assert refusal(call).code == "exam.not_held_yet"


def test_every_step_has_its_state(hall: Hall) -> None:
    session_id, sitters = sat(hall)
    second = hall.bureau.door(hall.second)
    rows = graded(sitters)
    for call in (
        lambda: second.confirm_results(session_id, rows),
        lambda: second.publish_results(session_id),
    ):
        assert refusal(call).facts == {"state": "closed"}
    hall.door.enter_results(session_id, rows)
    assert refusal(lambda: second.publish_results(session_id)).facts == {"state": "results_entered"}
    second.confirm_results(session_id, rows)
    assert refusal(lambda: second.confirm_results(session_id, rows)).facts == {"state": "results_confirmed"}
    second.publish_results(session_id)
    for call in (
        lambda: hall.door.enter_results(session_id, rows),
        lambda: second.confirm_results(session_id, rows),
        lambda: second.publish_results(session_id),
        lambda: hall.door.cancel_exam_session(session_id),
    ):
        assert refusal(call).facts == {"state": "results_published"}


def test_steps_ask_for_the_version_that_was_seen(hall: Hall) -> None:
    session_id, _sitters = confirmed(hall)
    version = hall.session(session_id)["version"]
    stale = refusal(lambda: hall.door.publish_results(session_id, version=version - 1))
    assert (stale.code, stale.facts) == ("conflict.stale", {"current_version": version})
    assert hall.door.publish_results(session_id, version=version)["state"] == "results_published"


def test_a_list_that_is_not_whole_is_refused_naming_the_rows(hall: Hall) -> None:
    session_id, sitters = sat(hall)
    one, two, three = (each.number for each in sitters)
    rows = graded(sitters)
    wrong = [*rows[:2], rows[1], {"number": "CE/999/26", "outcome": "passed"}]
    first = refusal(lambda: hall.door.enter_results(session_id, wrong))
    hall.door.enter_results(session_id, rows)
    second = refusal(lambda: hall.bureau.door(hall.second).confirm_results(session_id, wrong))
    for error in (first, second):
        assert (error.code, error.facts) == (
            "exam.results_incomplete",
            {"missing": [three], "unknown": sorted([two, "CE/999/26"])},
        )
        assert [fault.pointer for fault in error.faults] == ["/results"]
    dashed = [{**row, "number": row["number"].replace("/", "-").lower()} for row in rows]
    assert hall.door.enter_results(session_id, dashed)["results"]["rows"][0]["number"] == one


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"outcome": "good"}, {"/results/1/outcome": "field.not_a_choice"}),
        ({"outcome": None}, {"/results/1/outcome": "field.required"}),
        ({"score": 101}, {"/results/1/score": "field.out_of_range"}),
        ({"score": -1}, {"/results/1/score": "field.out_of_range"}),
        ({"score": "85"}, {"/results/1/score": "field.invalid"}),
        ({"score": 8.5}, {"/results/1/score": "field.invalid"}),
        ({"outcome": "absent", "score": 0}, {"/results/1/score": "exam.absent_has_no_score"}),
        ({"number": ""}, {"/results/1/number": "field.required"}),
        ({"rank": 1}, {"/results/1/rank": "field.unknown"}),
    ],
)
def test_a_row_that_will_not_do_is_pointed_at(hall: Hall, row: dict[str, Any], found: dict[str, str]) -> None:
    session_id, sitters = sat(hall)
    rows = graded(sitters)
    rows[1] = {**rows[1], **row}
    assert faults(lambda: hall.door.enter_results(session_id, rows)) == found
    assert hall.bureau.scalar("SELECT count(outcome) FROM candidate") == 0


def test_a_list_from_a_spreadsheet(hall: Hall) -> None:
    session_id, sitters = sat(hall)
    one, two, three = (each.number for each in sitters)
    rows = [f"{one},Passed,٨٥", "", f"{two.replace('/', '-')},failed,", f"{three},absent,"]
    lines = ["\ufeffNumber, Outcome, Score", *rows]
    done = hall.door.import_results(session_id, "\r\n".join(lines))
    assert (done["state"], done["results"]["rows"]) == ("results_entered", graded(sitters))
    unreadable = refusal(lambda: hall.door.import_results(session_id, "\n".join([*lines[:2], "x"])))
    assert (unreadable.code, unreadable.facts) == ("exam.csv_unreadable", {"line": 3})
    short = refusal(lambda: hall.door.import_results(session_id, "\n".join(lines[:4])))
    assert short.facts == {"missing": [three], "unknown": []}
    assert hall.session(session_id)["results"]["rows"] == graded(sitters)


def test_the_same_examiner_does_not_confirm(hall: Hall) -> None:
    session_id, sitters = sat(hall)
    hall.door.enter_results(session_id, graded(sitters))
    assert (
        refusal(lambda: hall.door.confirm_results(session_id, graded(sitters))).code == "exam.same_examiner"
    )
    with pytest.raises(IntegrityError, match="two_examiners"):
        hall.bureau.run("UPDATE exam_session SET confirmed_by = results_by")
    assert hall.session(session_id)["state"] == "results_entered"


def test_a_difference_names_the_rows(hall: Hall) -> None:
    session_id, sitters = sat(hall)
    rows = graded(sitters)
    hall.door.enter_results(session_id, rows)
    other = [{**rows[0], "score": 84}, rows[1], {**rows[2], "outcome": "failed"}]
    error = refusal(lambda: hall.bureau.door(hall.second).confirm_results(session_id, other))
    assert error.code == "exam.results_differ"
    assert error.facts == {"rows": sorted([sitters[0].number, sitters[2].number])}
    assert hall.session(session_id)["state"] == "results_entered"
    hall.bureau.door(hall.second).enter_results(session_id, other)
    assert hall.door.confirm_results(session_id, other)["results"]["confirmed_by"] == hall.examiner.name


def test_entering_again_takes_the_confirmation_back(hall: Hall) -> None:
    session_id, sitters = confirmed(hall)
    again = hall.door.enter_results(session_id, graded(sitters))
    assert (again["state"], again["results"]["confirmed_by"]) == ("results_entered", None)
    assert again["results"]["confirmed_at"] is None
    assert refusal(lambda: hall.door.publish_results(session_id)).facts == {"state": "results_entered"}


def test_hidden_from_all_but_who_entered_them(hall: Hall) -> None:
    session_id, sitters = confirmed(hall)
    readers = [officer(role) for role in ("reviewer", "supervisor", "examiner")] + [hall.second]
    for reader in readers:
        door = hall.bureau.door(reader)
        assert door.get_exam_session(session_id)["results"]["rows"] == []
        (listed,) = door.list_exam_sessions()["items"]
        assert listed["results"]["rows"] == []
        assert {line["outcome"] for line in door.list_candidates(session_id)["items"]} == {None}
    assert hall.session(session_id)["results"]["rows"] == graded(sitters)
    for each in sitters:
        exam = hall.seen(each)["exam"]
        assert (exam["outcome"], exam["score"], hall.told(each)[-1]) == (None, None, "candidate_listed")
    hall.door.publish_results(session_id)
    for reader in readers:
        assert hall.bureau.door(reader).get_exam_session(session_id)["results"]["rows"] == graded(sitters)
    assert [line["score"] for line in hall.lines(session_id)] == [85, None, None]


def test_whoever_sat_the_exam_himself_does_not_grade_it(hall: Hall) -> None:
    session_id, sitters = sat(hall)
    for facts in ({"id": sitters[1].person.id}, {"civil_id": sitters[1].person.person["civil_id"]}):
        own = hall.bureau.door(officer("examiner", **facts))
        assert refusal(partial(own.enter_results, session_id, graded(sitters))).code == "decision.own_request"
    hall.door.enter_results(session_id, graded(sitters))
    assert refusal(lambda: own.confirm_results(session_id, graded(sitters))).code == "decision.own_request"


def test_five_publish_at_once_and_each_is_told_once(hall: Hall) -> None:
    session_id, sitters = confirmed(hall)
    answers = together(5, lambda _: hall.bureau.door(hall.second).publish_results(session_id))
    assert [each.code for each in answers if isinstance(each, PortalError)] == ["exam.wrong_state"] * 4
    assert [hall.told(each)[3:] for each in sitters] == [["exam_passed"], ["exam_failed"], ["exam_missed"]]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_how_long_a_result_stands_in_the_way(hall: Hall, place: int) -> None:
    session_id, sitters = confirmed(hall)
    hall.hands.pass_by(days=20)
    hall.door.publish_results(session_id)
    someone = hall.of(sitters[place])
    for days in (0, 89, 90, 4000):
        hall.hands.set(HELD_AT + timedelta(days=days))
        if place > 0 and days >= 90:
            assert someone.open_request(service_type="broker_exam")["status"] == "draft"
        else:
            error = refusal(lambda: someone.open_request(service_type="broker_exam"))
            assert error.code == "exam.already_requested"
