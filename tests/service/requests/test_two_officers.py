"""Where two officers are asked: one recommends, then a supervisor decides, who is somebody else."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from chassis.actor import Actor
from chassis.errors import Conflict, PortalError
from services.requests.catalog import catalog, make_entry
from services.requests.domain.life import Action
from tests.service.requests.conftest import Bureau, applicant, faults, officer, refusal, together
from tests.service.requests.test_another_type import LETTER, WORDS

TWO = replace(LETTER, two_officers=frozenset({Action.APPROVE, Action.REJECT}))
BOTH = frozenset({"reviewer", "supervisor"})


@pytest.fixture(autouse=True)
def letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalog with a type that two officers decide."""
    (tmp_path / "some_letter.toml").write_text(WORDS, encoding="utf-8")
    monkeypatch.setitem(catalog()._entries, "some_letter", make_entry(TWO, tmp_path))


@pytest.fixture
def filer() -> Actor:
    """Who files letters."""
    return applicant("general_user", office="o1")


@pytest.fixture
def held(bureau: Bureau, filer: Actor) -> Callable[[Actor], str]:
    """`held(officer)`: the number of a letter that this officer has."""

    def held(clerk: Actor) -> str:
        door = bureau.door(filer)
        number = door.open_request(service_type="some_letter")["number"]
        door.save_fields(number, fields={"addressee": "وزارة"}, version=1)
        door.submit(number)
        bureau.door(clerk).claim(number)
        return number

    return held


Held = Callable[[Actor], str]


def _recommended(bureau: Bureau, held: Held, clerk: Actor, **given: Any) -> str:
    number = held(clerk)
    assert bureau.door(clerk).recommend(number, **given)["recommended"]
    return number


def test_one_recommends_and_another_decides(bureau: Bureau, held: Held, filer: Actor) -> None:
    clerk, boss = officer(), officer("supervisor")
    number = held(clerk)
    desk = bureau.door(clerk)
    assert desk.get_for_review(number)["allowed_actions"] == [
        "unassign",
        "recommend",
        "return",
        "add_note",
        "print",
    ]
    done = desk.recommend(number, reason="مستوفٍ", note="راجعته")
    assert (done["status"], done["officer"], done["two_officers"]) == (
        "under_review",
        None,
        ["approve", "reject"],
    )
    told = done["recommendation"]
    assert (told["action"], told["by"], told["reason"]) == (
        "approve",
        clerk.name,
        {"ar": "مستوفٍ", "en": "مستوفٍ"},
    )
    assert [note["text"] for note in done["notes"]] == ["راجعته"]
    assert bureau.audited(number)[-2:] == ["request.recommend", "request.note"]
    taken = bureau.door(boss).claim(number)
    assert taken["allowed_actions"] == [
        "unassign",
        "approve",
        "reject",
        "return",
        "assign",
        "add_note",
        "print",
    ]
    decided = bureau.door(boss).approve(number)
    assert (decided["status"], decided["recommendation"]["by"]) == ("approved", clerk.name)
    who = "SELECT recommended_by, decided_by FROM service_request"
    assert bureau.rows(who) == [(clerk.id, boss.id)]


def test_a_supervisor_may_decide_otherwise_than_it_was_recommended(bureau: Bureau, held: Held) -> None:
    clerk, boss = officer(), officer("supervisor")
    number = _recommended(bureau, held, clerk, action="reject", reason_code="because")
    bureau.door(boss).claim(number)
    assert bureau.door(boss).approve(number)["status"] == "approved"


def test_what_is_no_recommendation(bureau: Bureau, held: Held, filer: Actor) -> None:
    clerk = officer()
    number = held(clerk)
    desk = bureau.door(clerk)
    assert faults(lambda: desk.recommend(number, action="reject")) == {"/reason": "reason.required"}
    assert faults(lambda: desk.recommend(number, action="return")) == {"/action": "field.not_a_choice"}
    assert faults(lambda: desk.recommend(number, reason_code="x")) == {"/reason_code": "field.not_a_choice"}
    assert refusal(lambda: bureau.door(officer()).recommend(number)).code == "request.not_yours"
    own = bureau.door(officer(id=filer.id))
    assert refusal(lambda: own.recommend(number)).code == "decision.own_request"
    assert refusal(lambda: desk.recommend(number, version=1)).code == "conflict.stale"
    desk.recommend(number)
    desk.claim(number)
    assert refusal(lambda: desk.recommend(number)).code == "decision.already_recommended"
    one = bureau.claimed(clerk)
    assert refusal(lambda: desk.recommend(one)).code == "decision.one_officer"


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_a_reviewer_does_not_decide(bureau: Bureau, held: Held, action: str) -> None:
    clerk, other = officer(), officer()
    number = held(clerk)
    decide = partial(getattr(bureau.door(clerk), action), number, reason="x")
    assert refusal(decide).code == "decision.needs_supervisor"
    bureau.door(clerk).recommend(number)
    bureau.door(other).claim(number)
    for each in (clerk, other):
        error = refusal(partial(getattr(bureau.door(each), action), number, reason="x"))
        assert (error.kind, error.code) == ("forbidden", "decision.needs_supervisor")


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_a_supervisor_does_not_decide_alone(bureau: Bureau, held: Held, action: str) -> None:
    boss = officer("supervisor")
    number = held(boss)
    error = refusal(partial(getattr(bureau.door(boss), action), number, reason="x"))
    assert (error.kind, error.code) == ("conflict", "decision.not_recommended")
    other = officer("supervisor")
    bureau.door(boss).recommend(number)
    bureau.door(other).claim(number)
    assert bureau.door(other).reject(number, reason="x")["status"] == "rejected"


@pytest.mark.parametrize("how", ["promoted", "both roles"])
def test_nobody_decides_what_he_recommended(bureau: Bureau, held: Held, how: str) -> None:
    clerk = officer(roles=BOTH) if how == "both roles" else officer()
    number = _recommended(bureau, held, clerk)
    boss = clerk if how == "both roles" else officer("supervisor", id=clerk.id)
    desk = bureau.door(boss)
    assert "approve" not in desk.claim(number)["allowed_actions"]
    for decide in (lambda: desk.approve(number), lambda: desk.reject(number, reason="x")):
        error = refusal(decide)
        assert (error.kind, error.code) == ("forbidden", "decision.own_recommendation")
    assert bureau.door(officer("supervisor")).claim(number, take_over=True)["recommended"]
    assert refusal(lambda: desk.approve(number)).code == "decision.own_recommendation"


def test_the_database_keeps_the_two_apart_too(
    bureau: Bureau, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = officer(roles=BOTH)
    number = _recommended(bureau, held, boss)
    bureau.door(boss).claim(number)
    monkeypatch.setattr("services.requests.domain.rules.require_decider", lambda *_: None)
    error = refusal(lambda: bureau.door(boss).approve(number))
    assert (error.kind, error.code) == ("forbidden", "decision.own_recommendation")
    with pytest.raises(IntegrityError):
        bureau.run("UPDATE service_request SET decided_by = recommended_by")
    assert bureau.scalar("SELECT status FROM service_request") == "under_review"


def test_what_is_recommended_waits_for_supervisors(bureau: Bureau, held: Held) -> None:
    clerk, reviewer, boss = officer(roles=BOTH), officer(), officer("supervisor")
    number = _recommended(bureau, held, clerk)
    for each, expected in ((reviewer, []), (boss, [number])):
        page = bureau.door(each).list_queue("unassigned")
        assert [item["number"] for item in page["items"]] == expected
        assert page["counts"]["unassigned"] == len(expected)
        assert all(item["recommended"] for item in page["items"])
    assert bureau.door(clerk).list_queue("mine")["items"] == []
    for none in (reviewer, clerk):
        assert refusal(bureau.door(none).take_next).code == "queue.empty"
    taken = bureau.door(boss).take_next()
    assert (taken["number"], taken["officer"]["id"]) == (number, boss.id)
    assert bureau.door(boss).approve(number)["status"] == "approved"


def test_taking_it_back_clears_the_recommendation(bureau: Bureau, held: Held, filer: Actor) -> None:
    clerk, boss = officer(), officer("supervisor")
    number = _recommended(bureau, held, clerk, action="reject", reason="x")
    assert bureau.door(filer).withdraw(number)["status"] == "withdrawn"
    seen = bureau.door(boss).get_for_review(number)
    assert (seen["recommendation"], seen["recommended"]) == (None, False)


def test_giving_it_back_clears_the_recommendation(bureau: Bureau, held: Held, filer: Actor) -> None:
    clerk, boss = officer(), officer("supervisor")
    number = _recommended(bureau, held, clerk)
    desk = bureau.door(boss)
    desk.claim(number)
    assert desk.return_request(number, fields=["addressee"], reason="x")["recommendation"] is None
    bureau.door(filer).submit(number)
    assert desk.claim(number)["recommended"] is False
    assert refusal(lambda: desk.approve(number)).code == "decision.not_recommended"
    bureau.door(clerk).claim(number, take_over=True)
    bureau.door(clerk).recommend(number)
    desk.claim(number)
    assert desk.approve(number)["status"] == "approved"


def test_reopening_asks_for_two_again(bureau: Bureau, held: Held) -> None:
    clerk, boss = officer(), officer("supervisor")
    number = _recommended(bureau, held, clerk)
    desk = bureau.door(boss)
    desk.claim(number)
    desk.reject(number, reason="x")
    assert desk.reopen(number, reason="y")["recommendation"] is None
    assert refusal(lambda: desk.approve(number)).code == "decision.not_recommended"


def test_why_it_is_recommended_is_not_told_to_whom_it_concerns(
    bureau: Bureau, held: Held, filer: Actor
) -> None:
    clerk = officer()
    number = _recommended(bureau, held, clerk, action="reject", reason="سبب داخلي")
    seen = bureau.door(filer).get_request(number)
    assert (seen["status_history"][-1]["action"], seen["status"]) == ("recommend", "under_review")
    own = bureau.door(officer(civil_id=filer.person["civil_id"])).get_for_review(number)
    for each in (seen, own, *bureau.news(number)):
        assert "سبب داخلي" not in str(each)
    shown = bureau.door(officer()).get_for_review(number)
    assert shown["status_history"][-1]["reason"]["ar"] == "سبب داخلي"
    assert own["recommendation"] is None
    bureau.door(officer("supervisor")).claim(number)


def test_recommended_by_many_at_once_is_recommended_once(bureau: Bureau, held: Held) -> None:
    clerk = officer()
    number = held(clerk)
    results = together(10, lambda _: bureau.door(clerk).recommend(number))
    assert sum(not isinstance(each, PortalError) for each in results) == 1
    assert {each.code for each in results if isinstance(each, Conflict)} == {"decision.already_recommended"}
    assert bureau.scalar("SELECT count(*) FROM history_entry WHERE action = 'recommend'") == 1
