"""The Bureau: queues with right counts, taking up, handing back, and what an officer sees."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.service.requests.conftest import Bureau, Hands, applicant, faults, officer, refusal, together

COUNTS = """
SELECT count(*) FILTER (WHERE officer_id = :me AND status IN ('submitted', 'under_review')),
       count(*) FILTER (WHERE status = 'submitted' AND officer_id IS NULL),
       count(*) FILTER (WHERE status IN ('submitted', 'under_review') AND due_on < :today),
       count(*) FILTER (WHERE status <> 'draft')
FROM service_request
"""


def _pages(door: Any, queue: str, **filters: Any) -> list[dict[str, Any]]:
    items, cursor = [], None
    while True:
        page = door.list_queue(queue, limit=2, cursor=cursor, **filters)
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            return items


def test_queue_counts_are_what_the_table_says(bureau: Bureau, hands: Hands) -> None:
    clerk, other = officer(), officer()
    hands.set(datetime(2026, 11, 2, 9, 0, tzinfo=UTC))
    late = [bureau.sent() for _ in range(3)]
    bureau.door(clerk).claim(late[0])
    bureau.door(other).claim(late[1])
    hands.set(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    fresh = [bureau.sent() for _ in range(4)]
    bureau.draft(applicant())
    bureau.door(clerk).claim(fresh[0])
    bureau.door(other).claim(fresh[1])
    bureau.door(other).reject(fresh[1], reason="no")
    door = bureau.door(clerk)
    (row,) = bureau.rows(COUNTS, me=clerk.id, today=datetime(2026, 11, 23).date())
    counts = dict(zip(("mine", "unassigned", "overdue", "all"), row, strict=True))
    assert counts == {"mine": 2, "unassigned": 3, "overdue": 3, "all": 7}
    for queue, expected in counts.items():
        assert door.list_queue(queue)["counts"] == counts
        assert len(_pages(door, queue)) == expected
    assert [item["number"] for item in _pages(door, "overdue")] == late
    assert [item["number"] for item in _pages(door, "unassigned")] == [late[2], *fresh[2:]]
    assert [item["number"] for item in _pages(door, "all")] == [*reversed(fresh), *reversed(late)]
    assert {item["number"] for item in _pages(door, "mine")} == {late[0], fresh[0]}


def test_a_line_of_the_queue(bureau: Bureau, hands: Hands) -> None:
    hands.set(datetime(2026, 11, 2, 9, 0, tzinfo=UTC))
    someone, clerk = applicant(), officer()
    number = bureau.claimed(clerk, someone)
    hands.set(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    (item,) = bureau.door(officer()).list_queue("overdue")["items"]
    assert item["number"] == number
    assert item["officer"] == {"id": clerk.id, "name": clerk.name}
    assert (item["age_days"], item["overdue"], item["due_on"]) == (21, True, "2026-11-16")
    assert item["civil_id"] == someone.person["civil_id"]
    assert item["applicant_name"] == {"ar": "أحمد العتيبي", "en": "Ahmad Al-Otaibi"}
    assert item["version"] == 4


def test_queue_filters_and_search(bureau: Bureau) -> None:
    clerk = officer()
    number = bureau.sent(applicant(), name_ar={"first": "إبراهيم", "fourth": "الحمد"})
    other = bureau.claimed(clerk)
    door = bureau.door(clerk)
    assert [item["number"] for item in _pages(door, "all", q="ابراهيم")] == [number]
    assert [item["number"] for item in _pages(door, "all", status="under_review")] == [other]
    assert [item["number"] for item in _pages(door, "all", service_type="broker_exam")] == [other, number]
    assert door.list_queue("all", q="ابراهيم")["counts"]["all"] == 2


@pytest.mark.parametrize(
    ("queue", "arguments", "pointer"),
    [
        ("yours", {}, "/queue"),
        ("all", {"cursor": "WyIyMDI2LTAxLTAxIiwiYSJd"}, "/cursor"),
        ("all", {"cursor": "WyJub3ciLCJhIl0"}, "/cursor"),
        ("all", {"limit": 1000}, "/limit"),
        ("all", {"colour": "x"}, "/colour"),
    ],
)
def test_bad_queues(bureau: Bureau, queue: str, arguments: dict[str, Any], pointer: str) -> None:
    assert set(faults(lambda: bureau.door(officer()).list_queue(queue, **arguments))) == {pointer}


def test_claiming(bureau: Bureau) -> None:
    someone, clerk, other = applicant(), officer(), officer("supervisor")
    number = bureau.sent(someone)
    held = bureau.door(clerk).claim(number)
    assert (held["status"], held["officer"]) == ("under_review", {"id": clerk.id, "name": clerk.name})
    assert held["allowed_actions"] == ["unassign", "approve", "reject", "return", "add_note", "print"]
    assert bureau.door(clerk).claim(number)["version"] == held["version"]
    seen = bureau.door(someone).get_request(number)
    assert seen["lines"] == ["submitted", "under_review"]
    assert "notes" not in seen
    assert clerk.name not in str(seen)
    told = bureau.news(number)[-1]
    assert (told["name"], told["recipients"]) == ("requests.request_claimed", [someone.id])
    error = refusal(lambda: bureau.door(other).claim(number))
    assert (error.code, error.facts) == ("request.not_yours", {"officer": clerk.name})
    stale = refusal(lambda: bureau.door(other).claim(number, version=1, take_over=True))
    assert (stale.code, stale.facts) == ("conflict.stale", {"current_version": held["version"]})
    taken = bureau.door(other).claim(number, version=held["version"], take_over=True)
    assert taken["officer"]["id"] == other.id
    assert refusal(lambda: bureau.door(clerk).approve(number)).code == "request.not_yours"
    assert len([each for each in bureau.news(number) if each["name"] == "requests.request_claimed"]) == 1
    assert bureau.audited(number)[-2:] == ["request.claim", "request.take_over"]


def test_one_request_has_one_officer(bureau: Bureau) -> None:
    clerks = [officer() for _ in range(10)]
    number = bureau.sent()
    results = together(10, lambda n: bureau.door(clerks[n]).claim(number))
    codes = sorted(getattr(each, "code", "mine") for each in results)
    assert codes == ["mine"] + ["request.not_yours"] * 9


def test_two_officers_get_different_ones(bureau: Bureau) -> None:
    numbers = [bureau.sent() for _ in range(12)]
    clerks = [officer() for _ in range(6)]

    def take(n: int) -> list[str]:
        door = bureau.door(clerks[n])
        return [door.take_next()["number"] for _ in range(2)]

    taken = [number for pair in together(6, take) for number in pair]
    assert sorted(taken) == sorted(numbers)
    assert refusal(lambda: bureau.door(clerks[0]).take_next()).code == "queue.empty"


def test_next_is_the_longest_waiting_and_never_ones_own(bureau: Bureau) -> None:
    clerk = officer()
    bureau.sent(applicant(civil_id=clerk.person["civil_id"]))
    bureau.sent(applicant(id=clerk.id))
    first, second = bureau.sent(), bureau.sent()
    door = bureau.door(clerk)
    assert door.take_next(service_type="broker_exam")["number"] == first
    assert door.take_next()["number"] == second
    assert refusal(door.take_next).code == "queue.empty"
    assert set(faults(lambda: door.take_next(service_type="x"))) == {"/service_type"}


def test_handing_back(bureau: Bureau) -> None:
    clerk, other, boss = officer(), officer(), officer("supervisor")
    number = bureau.claimed(clerk)
    assert refusal(lambda: bureau.door(other).unassign(number)).code == "request.not_yours"
    back = bureau.door(clerk).unassign(number)
    assert (back["status"], back["officer"]) == ("submitted", None)
    assert [each["action"] for each in back["status_history"]] == ["open", "submit", "claim", "unassign"]
    assert refusal(lambda: bureau.door(clerk).unassign(number)).code == "request.not_under_review"
    bureau.door(clerk).claim(number)
    assert bureau.door(boss).unassign(number)["status"] == "submitted"


def test_what_an_officer_sees(bureau: Bureau) -> None:
    someone, clerk = applicant(), officer()
    earlier = bureau.sent(someone)
    bureau.door(someone).withdraw(earlier)
    number = bureau.claimed(clerk, someone)
    bureau.door(clerk).add_note(number, "راجع الصورة")
    seen = bureau.door(clerk).get_for_review(number)
    assert [(note["by"], note["text"]) for note in seen["notes"]] == [(clerk.name, "راجع الصورة")]
    assert [each["by"] for each in seen["status_history"]] == [someone.name, someone.name, clerk.name]
    assert [(each["number"], each["status"]) for each in seen["duplicates"]] == [(earlier, "withdrawn")]
    assert all(check["passed"] for check in seen["checks"])
    assert [slot["slot"] for slot in seen["documents"] if slot["files"]] == ["civil_id_copy", "photo"]
    assert seen["fields"]["nationality"] == "KW"
    assert set(faults(lambda: bureau.door(clerk).add_note(number, " "))) == {"/text"}


def test_queue_pages_are_stable_while_others_work(bureau: Bureau) -> None:
    clerk, other = officer(), officer()
    numbers = [bureau.sent() for _ in range(8)]
    door, seen, cursor = bureau.door(clerk), [], None
    for turn in range(10):
        page = door.list_queue("all", limit=3, cursor=cursor)
        seen += [item["number"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
        bureau.door(other).claim(numbers[turn])
        bureau.sent()
    assert seen == numbers[::-1]
