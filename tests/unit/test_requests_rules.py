"""Files in slots, earlier requests, who may file, who may decide, what is offered to whom."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chassis.actor import Actor
from chassis.errors import Conflict, Forbidden, Invalid
from services.requests.catalog import catalog
from services.requests.domain import checks, files, offers, rules
from services.requests.domain.definition import ServiceType, Slot
from services.requests.domain.life import Action, Status
from services.requests.domain.rules import Concern, Desk, Ended

EXAM = catalog().get("broker_exam").definition
RULE = EXAM.one_at_a_time
TODAY = date(2026, 11, 23)
ONE, MANY = Slot(code="photo"), Slot(code="other", most=10)


@dataclass
class File:
    """As an attachment."""

    id: str
    state: str = "clean"
    slot: str = "photo"
    placed_at: datetime = datetime(2026, 11, 23, tzinfo=UTC)


def _actor(**facts: Any) -> Actor:
    person = {"civil_id": "288020122596", "legal_entity": "clearing_agent"}
    given: dict[str, Any] = {
        "kind": "person",
        "id": "a1",
        "roles": frozenset({"candidate"}),
        "person": person,
    }
    return Actor(**{**given, **facts})


def test_a_new_file_pushes_out_only_what_came_to_nothing() -> None:
    standing = [File("1"), File("2", "awaiting_upload"), File("3", "refused"), File("4", "uploaded")]
    assert [file.id for file in files.make_room(ONE, standing)] == ["2", "3"]


def test_a_slot_for_many_is_full_at_its_number() -> None:
    assert files.make_room(MANY, [File(str(n)) for n in range(9)]) == []
    with pytest.raises(Conflict) as refusal:
        files.make_room(MANY, [File(str(n)) for n in range(10)])
    assert (refusal.value.code, refusal.value.facts) == ("document.slot_full", {"maximum": 10})


def test_the_clean_one_placed_last_stays() -> None:
    early = File("9", placed_at=datetime(2026, 11, 22, tzinfo=UTC))
    assert files.replaced(ONE, [File("1"), early, File("2", "refused")]) == [early]
    assert files.replaced(MANY, [File("1"), early]) == []


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([], "document.required"),
        (["awaiting_upload"], "document.required"),
        (["refused"], "document.refused"),
        (["refused", "uploaded"], None),
        (["scanning"], None),
        (["clean", "refused"], None),
    ],
)
def test_what_a_required_slot_lacks(states: list[str], code: str | None) -> None:
    others = [File("x", slot="civil_id_copy")]
    faults = files.faults_before_send(EXAM, [*others, *(File(str(n), s) for n, s in enumerate(states))])
    assert [(f.pointer, f.code) for f in faults] == ([("/documents/photo", code)] if code else [])


def test_a_refused_file_alone_in_an_optional_slot_is_not_passed_over() -> None:
    given = [File("1", slot="civil_id_copy"), File("2"), File("3", "refused", slot="good_conduct")]
    assert [f.pointer for f in files.faults_before_send(EXAM, given)] == ["/documents/good_conduct"]


def test_unknown_slot() -> None:
    with pytest.raises(Invalid):
        files.slot_of(EXAM, "bank_guarantee")


@pytest.mark.parametrize("status", sorted(Status))
def test_what_holds_the_civil_id(status: Status) -> None:
    free = {"draft", "rejected", "withdrawn", "failed", "absent", "lapsed", "approved", "completed"}
    held = not (status in free or status.startswith("awaiting"))
    key = rules.exclusive_key(EXAM, status, "288020122596")
    assert key == ("broker_exam:288020122596" if held else None)
    assert rules.exclusive_key(replace(EXAM, one_at_a_time=None), status, "288020122596") is None


@pytest.mark.parametrize(
    ("status", "days", "ago", "blocks"),
    [
        ("failed", 90, 89, True),
        ("failed", 90, 90, False),
        ("rejected", 0, 0, False),
        ("withdrawn", 0, 0, False),
        ("absent", -1, 10_000, True),
        ("lapsed", 1, 0, True),
    ],
)
def test_how_long_an_ended_request_blocks(status: str, days: int, ago: int, blocks: bool) -> None:
    assert RULE is not None
    earlier = [Ended(Status(status), TODAY - timedelta(days=ago))]
    assert rules.still_blocks(RULE, {status: days}, earlier, TODAY) is blocks
    assert rules.still_blocks(RULE, {}, earlier, TODAY) is False


def test_what_lapsed_before_any_exam_blocks_nobody_but_for_ever() -> None:
    assert RULE is not None
    earlier = [Ended(Status.LAPSED, None)]
    assert RULE.counts_from == "exam_on"
    assert rules.still_blocks(RULE, {"lapsed": 90}, earlier, TODAY) is False
    assert rules.still_blocks(RULE, {"lapsed": -1}, earlier, TODAY) is True


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"roles": frozenset({"reviewer"})}, "request.not_for_you"),
        ({"person": {"legal_entity": "clearing_agent"}}, "request.not_for_you"),
        ({"person": {"civil_id": "1", "legal_entity": "importer"}}, "request.legal_entity"),
    ],
)
def test_who_may_not_file(facts: dict, code: str) -> None:
    with pytest.raises(Forbidden) as refusal:
        rules.require_filer(EXAM, _actor(**facts))
    assert refusal.value.code == code


def test_who_may_file() -> None:
    for role in ("candidate", "general_user", "additional_user"):
        rules.require_filer(EXAM, _actor(roles=frozenset({role})))


@pytest.mark.parametrize(
    ("actor", "own"),
    [
        (_actor(id="filer", person={"civil_id": "9"}), True),
        (_actor(id="other", person={"civil_id": "1"}), True),
        (_actor(id="other", person={"civil_id": "9"}), False),
        (_actor(id="other", person={}), False),
    ],
)
def test_nobody_decides_his_own(actor: Actor, own: bool) -> None:
    concern = Concern(frozenset({"filer", "subject"}), "1")
    if own:
        with pytest.raises(Forbidden) as refusal:
            rules.require_disinterested(concern, actor)
        assert refusal.value.code == "decision.own_request"
    else:
        rules.require_disinterested(concern, actor)


def test_what_an_officer_is_offered() -> None:
    nobody = Concern(frozenset({"x"}), "1")
    officer = _actor(id="o", roles=frozenset({"reviewer"}), person={"civil_id": "9"})
    supervisor = replace(officer, roles=frozenset({"supervisor"}))

    def offered(status: str, holder: str | None, who: Actor = officer, concern: Concern = nobody) -> set[str]:
        return set(offers.to_officer(EXAM, Status(status), Desk(holder), concern, who)) - {"add_note"}

    mine = {"approve", "reject", "return", "unassign", "print"}
    assert offered("submitted", None) == {"claim", "print"}
    assert offered("submitted", None, supervisor) == {"claim", "assign", "print"}
    assert offered("submitted", "o") == {"claim", "print"}  # it came back corrected
    assert offered("submitted", "p") == {"take_over", "print"}
    assert offered("under_review", None) == {"take_over", "print"}
    assert offered("under_review", "o") == mine
    assert offered("under_review", "o", supervisor) == mine | {"assign"}
    assert offered("under_review", "p") == {"take_over", "print"}
    assert offered("under_review", "p", supervisor) == {"take_over", "unassign", "assign", "print"}
    assert offered("returned", "o", supervisor) == {"print"}
    assert offered("rejected", "o") == {"print"}
    assert offered("rejected", "o", supervisor) == {"reopen", "print"}
    assert offered("preliminarily_approved", None, supervisor) == {"reopen", "print"}
    assert offered("nominated", None, supervisor) == {"print"}
    assert offered("under_review", "o", supervisor, Concern(frozenset({"o"}), "1")) == {"print"}
    assert offered("under_review", "o", _actor(id="o", roles=frozenset({"examiner"}))) == {"print"}


def test_what_two_officers_are_offered() -> None:
    nobody, two = Concern(frozenset({"x"}), "1"), frozenset({Action.APPROVE, Action.REJECT})
    both = replace(EXAM, two_officers=two)
    reviewer = _actor(id="o", roles=frozenset({"reviewer"}), person={"civil_id": "9"})
    supervisor = replace(reviewer, roles=frozenset({"reviewer", "supervisor"}))

    def offered(recommended_by: str | None, who: Actor, definition: ServiceType = both) -> set[str]:
        desk = Desk("o", recommended_by)
        everything = set(offers.to_officer(definition, Status.UNDER_REVIEW, desk, nobody, who))
        return everything & {"recommend", "approve", "reject", "return"}

    assert offered(None, reviewer) == offered(None, supervisor) == {"recommend", "return"}
    assert offered("p", supervisor) == {"approve", "reject", "return"}
    assert offered("p", reviewer) == {"return"}
    assert offered("o", supervisor) == {"return"}  # nobody decides what he recommended himself
    for_rejections = replace(EXAM, two_officers=frozenset({Action.REJECT}))
    assert offered(None, reviewer, for_rejections) == {"recommend", "approve", "return"}


def test_what_an_applicant_is_offered() -> None:
    offered = {
        status: offers.to_applicant(EXAM, Status(status))
        for status in ("draft", "under_review", "returned", "nominated", "on_final_list", "rejected")
    }
    assert offered == {
        "draft": ["edit", "attach", "submit", "delete"],
        "under_review": ["withdraw", "print"],
        "returned": ["edit", "attach", "submit", "withdraw", "print"],
        "nominated": ["confirm_attendance", "withdraw", "print"],
        "on_final_list": ["admission_slip", "print"],
        "rejected": ["print"],
    }


def test_checks_answer_each_by_itself() -> None:
    case = checks.Case(
        definition=EXAM,
        values={"civil_id": "288020122596"},
        files=[File("1", "scanning")],
        legal_entity="importer",
        is_blocked=True,
        today=TODAY,
    )
    assert checks.answers(case) == [(check.code, False) for check in EXAM.checks]
