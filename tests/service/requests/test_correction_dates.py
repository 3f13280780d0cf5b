"""The days of a correction: one reminder the day before, the last day counts, then it lapses; or it is withdrawn."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chassis.actor import system
from tests.service.requests.conftest import Bureau, Hands, applicant, officer, refusal

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REMIND = ("due_correction_reminders", "remind_correction")
LAPSE = ("due_correction_lapses", "lapse_correction")


def _told(bureau: Bureau, number: str) -> list[str]:
    return [each["name"].removeprefix("requests.") for each in bureau.news(number)]


def test_one_reminder_the_day_before(bureau: Bureau, hands: Hands) -> None:
    hands.set(MONDAY)
    someone = applicant()
    number = bureau.returned(officer(), someone)  # until Monday, 30 November
    hands.set(datetime(2026, 11, 28, 20, 59, tzinfo=UTC))  # 23:59 in Kuwait
    assert bureau.work_off(*REMIND) == 0
    hands.pass_by(minutes=1)
    assert [bureau.work_off(*REMIND) for _ in range(2)] == [1, 0]
    hands.pass_by(days=1)
    assert bureau.work_off(*REMIND) == 0
    told = bureau.news(number)[-1]
    assert (told["name"], told["recipients"]) == ("requests.correction_due", [someone.id])
    assert (told["data"]["due_on"], _told(bureau, number).count("correction_due")) == ("2026-11-30", 1)
    door = bureau.door(system("requests"))
    with door.db.begin() as session:
        door.remind_correction(session, bureau.scalar("SELECT id FROM service_request"))
    assert _told(bureau, number).count("correction_due") == 1  # the job's row may run again


def test_nobody_is_reminded_of_what_he_answered_or_what_is_over(bureau: Bureau, hands: Hands) -> None:
    hands.set(MONDAY)
    someone = applicant()
    answered, over = bureau.returned(officer(), someone), bureau.returned(officer())
    bureau.door(someone).submit(answered)
    hands.set(datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    assert bureau.work_off(*REMIND) == 0
    assert "correction_due" not in _told(bureau, answered) + _told(bureau, over)


def test_after_the_last_day_it_lapses_and_cannot_be_corrected(bureau: Bureau, hands: Hands) -> None:
    hands.set(MONDAY)
    someone, clerk = applicant(), officer()
    number = bureau.returned(clerk, someone)
    hands.set(datetime(2026, 11, 30, 20, 59, tzinfo=UTC))  # the last minute in Kuwait
    assert bureau.work_off(*LAPSE) == 0
    hands.pass_by(minutes=1)
    assert [bureau.work_off(*LAPSE) for _ in range(2)] == [1, 0]
    door = bureau.door(someone)
    seen = door.get_request(number)
    assert (seen["status"], seen["waiting_for"]["who"]) == ("lapsed", "nobody")
    assert (seen["unlocked"], seen["correction"]) == ({"fields": [], "slots": []}, None)
    assert seen["allowed_actions"] == ["print"]
    last = seen["status_history"][-1]
    assert (last["action"], last["by_role"]) == ("lapse", "system")
    told = bureau.news(number)[-1]
    assert (told["name"], told["data"]["cause"]) == ("requests.request_lapsed", "correction")
    photo = next(slot["files"][0]["id"] for slot in seen["documents"] if slot["slot"] == "photo")
    for call in (
        lambda: door.save_fields(number, fields={"address": "حولي"}, version=seen["version"]),
        lambda: bureau.attach(someone, number, "photo"),
        lambda: door.detach_document(photo),
    ):
        assert refusal(call).code == "request.not_draft"
    assert refusal(lambda: door.submit(number)).code == "request.already_submitted"
    assert refusal(lambda: door.withdraw(number)).code == "request.already_ended"
    assert refusal(lambda: bureau.door(officer("supervisor")).reopen(number, reason="x")).code == (
        "request.not_reopenable"
    )
    assert bureau.sent(someone) != number  # it came to nothing, so it blocks nobody


def test_sent_on_the_last_day_it_is_in_time(bureau: Bureau, hands: Hands) -> None:
    hands.set(MONDAY)
    someone = applicant()
    number = bureau.returned(officer(), someone)
    hands.set(datetime(2026, 11, 30, 20, 59, tzinfo=UTC))
    assert bureau.door(someone).submit(number)["status"] == "submitted"
    hands.pass_by(days=30)
    assert bureau.work_off(*LAPSE) == 0


def test_a_holiday_is_no_working_day_of_the_applicant_either(bureau: Bureau, hands: Hands) -> None:
    hands.set(MONDAY)
    bureau.run("INSERT INTO holiday VALUES ('2026-11-25', 'عطلة', 'Holiday')")
    clerk = officer()
    number = bureau.returned(clerk, fields=["email"], reason="x", working_days=2)
    assert bureau.door(clerk).get_for_review(number)["correction"]["due_on"] == "2026-11-26"


def test_withdrawn_while_it_is_returned(bureau: Bureau, hands: Hands) -> None:
    hands.set(MONDAY)
    someone, clerk = applicant(), officer()
    number = bureau.returned(clerk, someone)
    assert bureau.door(someone).withdraw(number)["status"] == "withdrawn"
    hands.pass_by(days=30)
    assert [bureau.work_off(*job) for job in (REMIND, LAPSE)] == [0, 0]
    seen = bureau.door(clerk).get_for_review(number)
    assert (seen["status"], seen["changes"], seen["correction"]["answered_at"]) == ("withdrawn", [], None)
    assert bureau.sent(someone)


@pytest.mark.parametrize("days", [1, 3])
def test_the_days_that_are_not_named_are_a_setting(bureau: Bureau, hands: Hands, days: int) -> None:
    hands.set(MONDAY)
    bureau.settings = replace(bureau.settings, CORRECTION_DAYS=days)
    number = bureau.returned(officer())
    seen = bureau.door(officer()).get_for_review(number)["correction"]
    assert (seen["working_days"], seen["due_on"]) == (days, {1: "2026-11-24", 3: "2026-11-26"}[days])
