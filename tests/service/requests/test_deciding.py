"""Decisions: made once, with a reason, on the present picture, and by somebody it does not concern."""

from functools import partial
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from chassis.errors import PortalError
from tests.service.requests.conftest import Bureau, applicant, officer, refusal, together


def test_preliminary_approval(bureau: Bureau) -> None:
    someone, clerk = applicant(), officer()
    number = bureau.claimed(clerk, someone)
    done = bureau.door(clerk).approve(number, note="وثائق مطابقة")
    assert (done["status"], done["due_on"]) == ("preliminarily_approved", None)
    assert [note["text"] for note in done["notes"]] == ["وثائق مطابقة"]
    seen = bureau.door(someone).get_request(number)
    assert seen["waiting_for"]["text"]["ar"] == "بانتظار نشر إعلان الامتحان"
    assert seen["lines"] == ["submitted", "under_review", "preliminarily_approved"]
    assert [step["state"] for step in seen["steps"]][:4] == ["done", "done", "now", "next"]
    assert (seen["status_history"][-1]["by_role"], seen["allowed_actions"]) == (
        "reviewer",
        ["withdraw", "print"],
    )
    told = bureau.news(number)[-1]
    assert (told["name"], told["seq"]) == ("requests.request_preliminarily_approved", done["version"])
    assert (bureau.audited(number)[-2:]) == ["request.approve", "request.note"]
    for call in (
        lambda: bureau.door(clerk).approve(number),
        lambda: bureau.door(clerk).reject(number, reason="x"),
        lambda: bureau.door(officer()).approve(number, version=1),
        lambda: bureau.door(officer()).claim(number, take_over=True),
    ):
        assert refusal(call).code == "request.already_decided"


@pytest.mark.parametrize(
    ("given", "code", "arabic"),
    [
        (
            {"reason_code": "documents_unreadable"},
            "documents_unreadable",
            "الوثائق المرفقة غير واضحة أو غير مكتملة.",
        ),
        ({"reason": "البطاقة قديمة"}, None, "البطاقة قديمة"),
        ({"reason_code": "civil_id_expired", "reason": "انتهت أمس"}, "civil_id_expired", "انتهت أمس"),
    ],
)
def test_rejection_gives_its_reason(
    bureau: Bureau, given: dict[str, str], code: str | None, arabic: str
) -> None:
    someone, clerk = applicant(), officer()
    number = bureau.claimed(clerk, someone)
    assert bureau.door(clerk).reject(number, **given)["status"] == "rejected"
    last = bureau.door(someone).get_request(number)["status_history"][-1]
    assert (last["reason_code"], last["reason"]["ar"]) == (code, arabic)
    told = bureau.news(number)[-1]
    assert (told["name"], told["data"]["reason_code"]) == ("requests.request_rejected", code)
    assert told["data"]["reason"] == last["reason"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "reason.required"),
        ({"reason": "  "}, "reason.required"),
        ({"reason_code": "ugly"}, "input.invalid"),
    ],
)
def test_no_rejection_without_reason(bureau: Bureau, given: dict[str, str], code: str) -> None:
    clerk = officer()
    number = bureau.claimed(clerk)
    assert refusal(lambda: bureau.door(clerk).reject(number, **given)).code == code
    assert bureau.door(clerk).get_for_review(number)["status"] == "under_review"


def test_no_decision_before_it_is_taken_up_or_on_an_old_picture(bureau: Bureau) -> None:
    clerk = officer()
    number = bureau.sent()
    assert refusal(lambda: bureau.door(clerk).approve(number)).code == "request.not_under_review"
    version = bureau.door(clerk).claim(number)["version"]
    stale = refusal(lambda: bureau.door(clerk).approve(number, version=version - 1))
    assert (stale.code, stale.facts) == ("conflict.stale", {"current_version": version})
    assert bureau.door(clerk).approve(number, version=version)["version"] == version + 1


def test_fifty_decisions_at_once_are_one(bureau: Bureau) -> None:
    clerk = officer()
    number = bureau.claimed(clerk)

    def decide(n: int) -> Any:
        door = bureau.door(clerk)
        return door.approve(number) if n % 2 else door.reject(number, reason="x")

    results = together(50, decide)
    assert sum(not isinstance(each, PortalError) for each in results) == 1
    codes = {each.code for each in results if isinstance(each, PortalError)}
    assert codes == {"request.already_decided"}
    decided = "SELECT count(*) FROM history_entry WHERE action IN ('approve', 'reject')"
    assert bureau.scalar(decided) == 1


@pytest.mark.parametrize("own", ["account", "civil_id"])
def test_nobody_decides_his_own(bureau: Bureau, own: str) -> None:
    someone, clerk = applicant(), officer()
    number = bureau.claimed(clerk, someone)
    same = {"id": someone.id} if own == "account" else {"civil_id": someone.person["civil_id"]}
    self_officer = officer(**same)
    door = bureau.door(self_officer)
    for call in (
        lambda: door.claim(number, take_over=True),
        lambda: door.approve(number),
        lambda: door.reject(number, reason="x"),
        lambda: door.add_note(number, "x"),
    ):
        assert refusal(call).code == "decision.own_request"
    bureau.door(clerk).add_note(number, "سر")
    seen = door.get_for_review(number)
    assert (seen["notes"], seen["allowed_actions"]) == ([], ["print"])
    bureau.run("UPDATE service_request SET officer_id = :o WHERE number = :n", o=self_officer.id, n=number)
    assert refusal(lambda: door.approve(number)).code == "decision.own_request"


def test_the_database_refuses_ones_own_decision_too(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    someone = applicant()
    number = bureau.claimed(officer(), someone)
    monkeypatch.setattr("services.requests.domain.rules.require_disinterested", lambda *_: None)
    for self_officer in (officer(id=someone.id), officer(civil_id=someone.person["civil_id"])):
        bureau.run("UPDATE service_request SET officer_id = :o", o=self_officer.id)
        assert refusal(partial(bureau.door(self_officer).approve, number)).code == "decision.own_request"
    with pytest.raises(IntegrityError):
        bureau.run("UPDATE service_request SET status = 'rejected'")
    with pytest.raises(IntegrityError):
        bureau.run("UPDATE service_request SET decided_by = opened_by")
    assert bureau.scalar("SELECT status FROM service_request") == "under_review"
