"""Overdue requests: the supervisors who are known are told once, and again when it is late again."""

from datetime import UTC, datetime

from chassis.actor import system
from tests.service.requests.conftest import Bureau, Hands, applicant, officer

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # due in ten working days: Monday, 7 December
JOB = ("due_overdue_notices", "tell_overdue")


def _told(bureau: Bureau, number: str) -> list[dict]:
    return [each for each in bureau.news(number) if each["name"] == "requests.request_overdue"]


def test_the_supervisors_are_told_once(bureau: Bureau, hands: Hands) -> None:
    hands.set(MONDAY)
    boss, second, gone, late = (officer("supervisor", name=name) for name in "ABCD")
    for each in (boss, second, gone, officer(name="E")):
        bureau.know(each)
    bureau.know(gone, seq=5, roles=["examiner"])
    bureau.know(gone, seq=4, roles=["supervisor"])  # what came late is older
    waiting, held = bureau.sent(), bureau.claimed(officer())
    hands.set(datetime(2026, 12, 7, 20, 59, tzinfo=UTC))  # the last minute of the last day
    assert bureau.work_off(*JOB) == 0
    hands.pass_by(minutes=1)
    assert bureau.work_off(*JOB) == 2
    bureau.know(late)
    hands.pass_by(days=40)
    assert bureau.work_off(*JOB) == 0
    for number in (waiting, held):
        (told,) = _told(bureau, number)
        assert told["recipients"] == [boss.id, second.id]
        assert told["data"]["due_on"] == "2026-12-07"
        assert told["actor"]["kind"] == "system"
    listed = bureau.door(late).list_queue("overdue")["items"]
    assert [item["number"] for item in listed] == [waiting, held]


def test_the_row_of_the_job_may_run_again(bureau: Bureau, hands: Hands) -> None:
    hands.set(MONDAY)
    bureau.know(officer("supervisor"))
    number = bureau.sent()
    row = bureau.scalar("SELECT id FROM service_request")
    door = bureau.door(system("requests"))
    for days, expected in ((0, 0), (30, 1), (0, 1)):
        hands.pass_by(days=days)
        with door.db.begin() as session:
            door.tell_overdue(session, row)
        assert len(_told(bureau, number)) == expected


def test_nobody_is_told_of_what_is_decided_or_waits_for_the_applicant(bureau: Bureau, hands: Hands) -> None:
    hands.set(MONDAY)
    bureau.know(officer("supervisor"))
    clerk = officer()
    approved, rejected, gone = bureau.claimed(clerk), bureau.claimed(clerk), applicant()
    bureau.door(clerk).approve(approved)
    bureau.door(clerk).reject(rejected, reason="x")
    bureau.door(gone).withdraw(bureau.sent(gone))
    bureau.returned(clerk, fields=["email"], reason="x", working_days=60)
    bureau.draft(applicant())
    hands.pass_by(days=30)
    assert bureau.work_off(*JOB) == 0
    assert bureau.door(clerk).list_queue("overdue")["counts"]["overdue"] == 0


def test_told_again_after_it_was_returned_and_is_late_again(bureau: Bureau, hands: Hands) -> None:
    hands.set(MONDAY)
    bureau.know(officer("supervisor"))
    someone, clerk = applicant(), officer()
    number = bureau.claimed(clerk, someone)
    hands.set(datetime(2026, 11, 30, 9, 0, tzinfo=UTC))  # five days are spent
    bureau.door(clerk).return_request(number, fields=["email"], reason="x", working_days=60)
    hands.set(datetime(2026, 12, 20, 9, 0, tzinfo=UTC))
    assert bureau.work_off(*JOB) == 0
    assert bureau.door(someone).submit(number)["due_on"] == "2026-12-27"
    hands.set(datetime(2026, 12, 28, 9, 0, tzinfo=UTC))
    assert bureau.work_off(*JOB) == 1
    bureau.door(clerk).claim(number)
    bureau.door(clerk).return_request(number, fields=["email"], reason="x", working_days=60)
    hands.set(datetime(2027, 1, 3, 9, 0, tzinfo=UTC))
    assert bureau.work_off(*JOB) == 0
    sent = bureau.door(someone).submit(number)
    assert (sent["due_on"], sent["clock"]["spent_days"]) == ("2027-01-03", 11)  # its days are used up
    assert bureau.work_off(*JOB) == 0
    hands.pass_by(days=1)
    assert [bureau.work_off(*JOB) for _ in range(2)] == [1, 0]
    assert [each["data"]["due_on"] for each in _told(bureau, number)] == ["2026-12-27", "2027-01-03"]
