"""Supervisors: giving requests to officers, taking decisions back; and many officers at one request."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from chassis.actor import Actor
from chassis.errors import Conflict, PortalError
from tests.service.requests.conftest import Bureau, applicant, faults, officer, refusal, together


def test_whom_a_request_can_be_given_to(bureau: Bureau) -> None:
    reviewer, boss, examiner = officer(name="B"), officer("supervisor", name="A"), officer("examiner")
    for each in (reviewer, boss, examiner):
        bureau.know(each)
    told = [{"id": each.id, "name": each.name, "roles": sorted(each.roles)} for each in (boss, reviewer)]
    assert bureau.door(boss).list_officers() == {"items": told}
    bureau.know(boss, seq=3, roles=[])
    bureau.know(boss, seq=2, roles=["supervisor"])  # older than what is known
    assert [each["id"] for each in bureau.door(boss).list_officers()["items"]] == [reviewer.id]
    assert refusal(bureau.door(reviewer).list_officers).kind == "forbidden"


def test_giving_a_request_to_an_officer(bureau: Bureau) -> None:
    someone, boss, clerk, other = applicant(), officer("supervisor"), officer(), officer()
    bureau.know(clerk)
    bureau.know(other)
    number = bureau.sent(someone)
    desk = bureau.door(boss)
    given = desk.assign(number, clerk.id)
    assert (given["status"], given["officer"]) == ("under_review", {"id": clerk.id, "name": clerk.name})
    assert bureau.news(number)[-1]["name"] == "requests.request_claimed"
    assert [item["number"] for item in bureau.door(clerk).list_queue("mine")["items"]] == [number]
    assert refusal(lambda: desk.assign(number, other.id, version=1)).code == "conflict.stale"
    moved = desk.assign(number, other.id, version=given["version"])
    assert moved["officer"]["id"] == other.id
    last = moved["status_history"][-1]
    assert (last["action"], last["by"], last["by_role"]) == ("assign", boss.name, "supervisor")
    assert bureau.audited(number)[-2:] == ["request.assign", "request.assign"]
    assert [each["name"] for each in bureau.news(number)].count("requests.request_claimed") == 1
    assert refusal(lambda: bureau.door(clerk).approve(number)).code == "request.not_yours"
    assert bureau.door(other).approve(number)["status"] == "preliminarily_approved"
    assert refusal(lambda: desk.assign(number, clerk.id)).code == "request.already_decided"


def test_who_is_no_officer_gets_nothing(bureau: Bureau) -> None:
    someone, boss, examiner, gone = applicant(), officer("supervisor"), officer("examiner"), officer()
    filer = officer(id=someone.id)
    for each in (examiner, gone, filer):
        bureau.know(each)
    bureau.know(gone, seq=2, roles=[])
    number = bureau.sent(someone)
    desk = bureau.door(boss)
    for nobody in (examiner.id, gone.id, "nobody"):
        assert faults(partial(desk.assign, number, nobody)) == {"/officer": "officer.unknown"}
    assert faults(lambda: desk.assign(number, "")) == {"/officer": "field.required"}
    assert refusal(lambda: desk.assign(number, filer.id)).code == "decision.own_request"
    assert refusal(lambda: bureau.door(officer()).assign(number, boss.id)).kind == "forbidden"
    assert bureau.scalar("SELECT officer_id FROM service_request") is None


def test_who_has_the_civil_id_decides_nothing_though_it_was_given_to_him(bureau: Bureau) -> None:
    someone, boss = applicant(), officer("supervisor")
    subject = officer(civil_id=someone.person["civil_id"])
    bureau.know(subject)
    number = bureau.sent(someone)
    assert bureau.door(boss).assign(number, subject.id)["officer"]["id"] == subject.id
    door = bureau.door(subject)
    what = {"fields": ["email"], "reason": "x"}
    for call in (
        lambda: door.approve(number),
        lambda: door.reject(number, reason="x"),
        lambda: door.return_request(number, **what),
        lambda: door.preview_decision(number, "approve", {}),
        lambda: door.unassign(number),
    ):
        assert refusal(call).code == "decision.own_request"
    bureau.door(officer()).claim(number, take_over=True)
    own_boss = bureau.door(officer("supervisor", civil_id=someone.person["civil_id"]))
    for call in (
        lambda: own_boss.assign(number, subject.id),
        lambda: own_boss.unassign(number),
        lambda: own_boss.claim(number, take_over=True),
    ):
        assert refusal(call).code == "decision.own_request"
    bureau.door(boss).claim(number, take_over=True)
    bureau.door(boss).reject(number, reason="x")
    assert refusal(lambda: own_boss.reopen(number, reason="x")).code == "decision.own_request"


def test_taking_over_and_handing_back(bureau: Bureau) -> None:
    clerk, other, boss = officer(), officer(), officer("supervisor")
    number = bureau.claimed(clerk)
    assert refusal(lambda: bureau.door(boss).claim(number)).facts == {"officer": clerk.name}
    assert bureau.door(boss).claim(number, take_over=True)["officer"]["id"] == boss.id
    assert refusal(lambda: bureau.door(clerk).unassign(number)).code == "request.not_yours"
    assert bureau.door(boss).unassign(number)["status"] == "submitted"
    assert bureau.door(other).take_next()["number"] == number
    actions = [a for (a,) in bureau.rows("SELECT action FROM history_entry ORDER BY version")]
    assert actions == ["open", "submit", "claim", "take_over", "unassign", "claim"]


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_taking_a_decision_back(bureau: Bureau, decision: str) -> None:
    someone, clerk, boss = applicant(), officer(), officer("supervisor")
    number = bureau.claimed(clerk, someone)
    version = getattr(bureau.door(clerk), decision)(number, reason="x")["version"]
    desk = bureau.door(boss)
    assert refusal(lambda: desk.reopen(number, reason="x", version=version - 1)).code == "conflict.stale"
    assert refusal(lambda: bureau.door(clerk).reopen(number, reason="x")).kind == "forbidden"
    done = desk.reopen(number, reason="خطأ في الفحص", version=version)
    assert (done["status"], done["officer"]["id"], done["overdue"]) == ("under_review", boss.id, False)
    assert done["due_on"] is not None
    cleared = "SELECT decided_at, decided_by, decider_civil_id, ended_at FROM service_request"
    assert bureau.rows(cleared) == [(None,) * 4]
    told = bureau.news(number)[-1]
    assert (told["name"], told["data"]["reason"]["ar"]) == ("requests.request_reopened", "خطأ في الفحص")
    seen = bureau.door(someone).get_request(number)
    last = seen["status_history"][-1]
    assert (last["action"], last["reason"]["ar"]) == ("reopen", "خطأ في الفحص")
    assert (seen["lines"], seen["clock"]["is_running"]) == (["submitted", "under_review"], True)
    second = applicant(civil_id=someone.person["civil_id"])
    blocked = refusal(lambda: bureau.door(second).open_request(service_type="broker_exam"))
    assert blocked.code == "exam.already_requested"
    assert desk.approve(number)["status"] == "preliminarily_approved"


def test_no_decision_is_taken_back_without_a_reason_or_where_there_is_none(bureau: Bureau) -> None:
    clerk, boss = officer(), officer("supervisor")
    number = bureau.claimed(clerk)
    desk = bureau.door(boss)
    assert refusal(lambda: desk.reopen(number, reason="x")).code == "request.not_reopenable"
    bureau.door(clerk).reject(number, reason="x")
    for given in ({}, {"reason": " "}):
        assert faults(partial(desk.reopen, number, **given)) == {"/reason": "reason.required"}
    assert faults(lambda: desk.reopen(number, reason_code="ugly")) == {"/reason_code": "field.not_a_choice"}
    done = desk.reopen(number, reason_code="conditions_not_met")
    assert done["status_history"][-1]["reason_code"] == "conditions_not_met"


def test_what_was_rejected_stays_so_when_another_took_its_place(bureau: Bureau) -> None:
    someone, clerk, boss = applicant(), officer(), officer("supervisor")
    number = bureau.claimed(clerk, someone)
    bureau.door(clerk).reject(number, reason="x")
    second = bureau.sent(someone)
    error = refusal(lambda: bureau.door(boss).reopen(number, reason="x"))
    assert (error.kind, error.code) == ("conflict", "exam.already_requested")
    assert bureau.door(boss).get_for_review(number)["status"] == "rejected"
    bureau.door(someone).withdraw(second)
    assert bureau.door(boss).reopen(number, reason="x")["status"] == "under_review"


def _decide(bureau: Bureau, who: Actor, number: str, turn: int) -> Any:
    door = bureau.door(who)
    return door.approve(number) if turn % 2 else door.reject(number, reason="x")


def _call(calls: Sequence[Callable[[], Any]], n: int) -> Any:
    return calls[n]()


def test_five_officers_deciding_at_once_decide_once(bureau: Bureau) -> None:
    for _round in range(4):
        clerks = [officer() for _ in range(5)]
        number = bureau.claimed(clerks[0])
        doors = [partial(_decide, bureau, clerk, number, n) for n, clerk in enumerate(clerks)]
        results = together(5, partial(_call, doors))
        assert [isinstance(each, Conflict) for each in results].count(True) == 4
        codes = {each.code for each in results if isinstance(each, PortalError)}
        assert codes <= {"request.not_yours", "request.already_decided"}
        assert bureau.scalar("SELECT decided_by FROM service_request WHERE number = :n", n=number) == (
            clerks[0].id
        )


def test_five_officers_who_take_it_from_each_other_decide_once(bureau: Bureau) -> None:
    for _round in range(4):
        clerks = [officer() for _ in range(5)]
        number = bureau.sent()

        def take_and_decide(n: int, clerks: list[Actor] = clerks, number: str = number) -> Any:
            bureau.door(clerks[n]).claim(number, take_over=True)
            return _decide(bureau, clerks[n], number, n)

        results = together(5, take_and_decide)
        assert [isinstance(each, Conflict) for each in results].count(True) == 4
        (winner,) = [each for each in results if not isinstance(each, PortalError)]
        path = [each["action"] for each in winner["status_history"]]
        assert len({"approve", "reject"} & set(path)) == 1
        decider = bureau.scalar("SELECT decided_by FROM service_request WHERE number = :n", n=number)
        assert decider == winner["officer"]["id"]


def test_approve_against_withdraw(bureau: Bureau) -> None:
    """An approved exam request can still be withdrawn: then both win, one after the other, never at once."""
    for _round in range(20):
        someone, clerk = applicant(), officer()
        number = bureau.claimed(clerk, someone)
        version = bureau.door(clerk).get_for_review(number)["version"]
        doors = bureau.door(clerk), bureau.door(someone)
        calls = (
            partial(doors[0].approve, number, version=version),
            partial(doors[1].withdraw, number, version=version),
        )
        results = together(2, partial(_call, calls))
        (lost,) = [each for each in results if isinstance(each, PortalError)]
        assert lost.code in ("conflict.stale", "request.already_decided")
        last = bureau.door(someone).get_request(number)
        assert last["status"] == ("withdrawn" if lost is results[0] else "preliminarily_approved")
        assert [each["status"] for each in last["status_history"]][3:] == [last["status"]]
        assert len(bureau.news(number)) == 3
