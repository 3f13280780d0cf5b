"""The Bureau's calendar: holidays entered late put off what is due, weeks with other hours close earlier."""

from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest

from contracts.permissions import STAFF, Role
from tests.service.requests.conftest import Bureau, Hands, applicant, faults, officer, refusal

SUNDAY = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
DAY = {"name_ar": "عطلة", "name_en": "A holiday"}


def _due(bureau: Bureau, number: str) -> Any:
    return bureau.scalar("SELECT due_on FROM service_request WHERE number = :n", n=number)


def test_a_holiday_puts_off_what_is_due_on_it_and_after(bureau: Bureau, hands: Hands) -> None:
    hands.set(SUNDAY)
    first = bureau.sent()  # ten working days: Sunday the 15th
    hands.pass_by(days=1)
    second = bureau.sent()  # Monday the 16th
    door = bureau.door(officer("administrator"))
    assert (_due(bureau, first), _due(bureau, second)) == (date(2026, 11, 15), date(2026, 11, 16))

    door.add_closing(day="2026-11-16", **DAY)
    assert (_due(bureau, first), _due(bureau, second)) == (date(2026, 11, 15), date(2026, 11, 17))
    door.add_closing(day="2026-11-10", until="2026-11-12", **DAY)
    assert (_due(bureau, first), _due(bureau, second)) == (date(2026, 11, 19), date(2026, 11, 22))
    door.add_closing(day="2026-11-10", **DAY)  # known already
    door.add_closing(day="2026-11-13", **DAY)  # a Friday
    assert (_due(bureau, first), _due(bureau, second)) == (date(2026, 11, 19), date(2026, 11, 22))
    third = bureau.sent()
    assert _due(bureau, third) == _due(bureau, second)


def test_what_is_decided_keeps_its_day(bureau: Bureau, hands: Hands) -> None:
    hands.set(SUNDAY)
    clerk = officer()
    number = bureau.claimed(clerk)
    bureau.door(clerk).reject(number, reason="لا")
    bureau.door(officer("administrator")).add_closing(day="2026-11-10", **DAY)
    assert _due(bureau, number) == date(2026, 11, 15)


def test_weeks_with_other_hours(bureau: Bureau, hands: Hands) -> None:
    hands.set(SUNDAY)
    door = bureau.door(officer("administrator"))
    door.add_closing(day="2026-11-20", until="2026-12-18", closes_at="13:00", **DAY)
    items = door.list_closings()["items"]
    assert {
        "day": "2026-11-20",
        "until": "2026-12-18",
        "closes_at": "13:00",
        "name": {"ar": "عطلة", "en": "A holiday"},
    } in items
    examiner = bureau.door(officer("examiner"))
    form = {"broker_type": "general_broker", "place_ar": "قاعة", "place_en": "Hall", "seats": 2}
    inside = examiner.open_exam_session(held_at="2026-12-10T06:00:00Z", **form)
    after = examiner.open_exam_session(held_at="2026-12-29T06:00:00Z", **form)
    assert inside["confirm_until"] == "2026-12-07T10:00:00.000Z"  # three working days before, 13:00 in Kuwait
    assert after["confirm_until"] == "2026-12-24T11:30:00.000Z"


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"day": "2026-11-01"}, ("/day", "field.not_after_today")),
        ({"day": "2026-11-10", "until": "2026-11-09"}, ("/until", "field.invalid")),
        ({"day": "2026-11-10", "until": "2027-11-09"}, ("/until", "field.invalid")),
        ({"day": "the tenth"}, ("/day", "field.not_date")),
        ({"day": "2026-11-10", "closes_at": "25:00"}, ("/closes_at", "field.not_hour")),
        ({"day": "2026-11-10", "name_ar": ""}, ("/name_ar", "field.required")),
    ],
)
def test_what_is_no_closing(
    bureau: Bureau, hands: Hands, given: dict[str, Any], fault: tuple[str, str]
) -> None:
    hands.set(SUNDAY)
    door = bureau.door(officer("administrator"))
    assert fault in faults(lambda: door.add_closing(**{**DAY, **given})).items()


def test_administrators_alone_change_it(bureau: Bureau) -> None:
    for role in sorted(STAFF - {Role.ADMINISTRATOR}):
        door = bureau.door(officer(role))
        refused = refusal(partial(door.add_closing, day="2030-01-06", **DAY))
        assert refused.kind == "forbidden"
        assert door.list_closings() == {"items": []}
    assert refusal(lambda: bureau.door(applicant()).list_closings()).kind == "forbidden"
