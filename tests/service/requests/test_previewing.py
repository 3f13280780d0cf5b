"""What a decision would tell, word for word as it is told then; looking changes nothing."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from chassis.actor import Actor
from tests.service.requests.conftest import Bureau, Hands, applicant, faults, officer, refusal

DECISIONS: dict[str, dict[str, Any]] = {
    "approve": {"note": "مطابق"},
    "reject": {"reason_code": "civil_id_expired", "note": "x"},
    "return": {
        "items": [{"field": "address", "note": "ناقص"}, {"slot": "photo", "reason_code": "unreadable"}],
        "reason": "يرجى التصحيح",
        "working_days": 3,
    },
    "reopen": {"reason": "خطأ في الفحص"},
}
METHODS = {"return": "return_request"}


def _everything(bureau: Bureau) -> list[Any]:
    tables = ["service_request", "history_entry", "correction", "correction_mark", "note", "attachment"]
    kept = {name: bureau.rows(f"SELECT t::text FROM {name} t ORDER BY 1") for name in tables}
    counts = bureau.rows("SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM audit_entry)")
    return [kept, counts]


def _ready(bureau: Bureau, action: str, boss: Actor, someone: Actor) -> str:
    number = bureau.claimed(boss, someone)
    if action == "reopen":
        bureau.door(boss).reject(number, reason="x")
    return number


@pytest.mark.parametrize("action", DECISIONS)
def test_what_is_shown_is_what_is_told(bureau: Bureau, hands: Hands, action: str) -> None:
    hands.set(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    someone, boss = applicant(), officer("supervisor")
    number = _ready(bureau, action, boss, someone)
    before = _everything(bureau)
    door, given = bureau.door(boss), DECISIONS[action]
    shown = door.preview_decision(number.replace("/", "-"), action, given)["news"]
    assert door.preview_decision(number, action, given)["news"] == shown
    assert _everything(bureau) == before
    getattr(door, METHODS.get(action, action))(number, **given)
    told = bureau.news(number)[-1]
    assert len(bureau.news(number)) == before[1][0][0] + 1
    assert (shown["event"], shown["aggregate"]) == (told["name"], number)
    assert {**shown["data"], "seq": None} == {**told["data"], "seq": None}
    assert shown["data"]["service_type"] == "broker_exam"


@pytest.mark.parametrize("action", DECISIONS)
def test_what_the_decision_refuses_is_not_shown(bureau: Bureau, action: str) -> None:
    someone, boss = applicant(), officer("supervisor")
    number = _ready(bureau, action, boss, someone)
    given = DECISIONS[action]
    step = METHODS.get(action, action)
    before = _everything(bureau)
    actors = {
        "own": officer("supervisor", civil_id=someone.person["civil_id"]),
        "other": officer("supervisor"),
        "examiner": officer("examiner"),
        "applicant": someone,
    }
    expected = {"own": "decision.own_request", "other": "request.not_yours"}
    for name, actor in actors.items():
        if (name, action) == ("other", "reopen"):
            continue  # any supervisor may
        error = refusal(partial(bureau.door(actor).preview_decision, number, action, given))
        assert error.code == expected.get(name, "permission.missing")
        assert refusal(partial(getattr(bureau.door(actor), step), number, **given)).code == error.code
    door = bureau.door(boss)
    stale = refusal(lambda: door.preview_decision(number, action, {**given, "version": 1}))
    assert stale.code == "conflict.stale"
    assert refusal(lambda: door.preview_decision("CE/99/26", action, given)).code == "request.unknown"
    assert _everything(bureau) == before


def test_reopening_is_shown_to_supervisors_alone(bureau: Bureau) -> None:
    clerk = officer()
    number = bureau.claimed(clerk)
    bureau.door(clerk).reject(number, reason="x")
    preview = partial(bureau.door(clerk).preview_decision, number, "reopen", {"reason": "y"})
    assert refusal(preview).code == "permission.missing"


def test_what_is_missing_is_named_before(bureau: Bureau) -> None:
    clerk = officer()
    number = bureau.claimed(clerk)
    preview = partial(bureau.door(clerk).preview_decision, number)
    assert faults(lambda: preview("reject", {})) == {"/reason": "reason.required"}
    assert faults(lambda: preview("return", {})) == {"/items": "correction.empty"}
    assert faults(lambda: preview("approve", {"colour": 1})) == {"/colour": "field.unknown"}
    assert faults(lambda: preview("recommend", {})) == {"/action": "field.not_a_choice"}
    assert set(faults(lambda: preview("approve", "x"))) == {"/decision"}
    draft = bureau.draft(applicant())["number"]
    hidden = partial(bureau.door(clerk).preview_decision, draft, "approve", {})
    assert refusal(hidden).code == "request.unknown"
