"""Effects of approved requests: each once, or refused with the reason; and what checking beforehand says."""

from datetime import timedelta
from typing import Any

import pytest

from chassis import ids
from services.licensing.usecases.registering import Stops
from tests.service.licensing.conftest import START, Register, refusal, together

NEXT_YEAR = (START + timedelta(days=700)).isoformat()
GUARANTEE = {"number": "LG 9", "bank": "KFH", "amount": "2500.5", "expires_on": NEXT_YEAR}


def answers(register: Register) -> list[tuple[str, str, Any]]:
    """Number of the request, what became of it, and why not."""
    told = [each for each in register.news() if "effect_" in each["name"]]
    return [(each["aggregate"], each["name"].partition("_")[2], each["data"].get("code")) for each in told]


def test_a_renewal_changes_the_end_and_answers_with_what_is_now(register: Register) -> None:
    number = register.license()
    register.approve(number.replace("/", "-"), "RN/7/26", seq=4, valid_until=NEXT_YEAR)
    found = register.get(number)
    assert (found["valid_until"], found["version"], found["status"]) == (NEXT_YEAR, 2, "active")
    assert register.history(number) == [("imported", "active"), ("renewed", "active")]
    (told,) = register.news("effect_applied")
    assert (told["aggregate"], told["seq"]) == ("RN/7/26", 4)
    assert told["data"]["result"] == {"version": 2, "status": "active", "valid_until": NEXT_YEAR}
    assert told["actor"] == {"kind": "system", "id": "system:licensing", "office": None}
    assert register.rows("SELECT action, actor_id, facts->>'request' FROM audit_entry") == [
        ("license.renew", "system:licensing", "RN/7/26")
    ]


def test_everything_that_comes_with_a_renewal_is_taken(register: Register, hands) -> None:
    civil = register.broker(
        civil_id_expiry=START + timedelta(days=1), passport_expiry=START + timedelta(days=1)
    )
    number = register.license(civil_id=civil, valid_until=START + timedelta(days=1))
    hands.pass_by(days=3)
    register.work_off()
    assert [each["code"] for each in register.get(number)["causes"]] == [
        "license_expired",
        "civil_id_lapsed",
        "passport_lapsed",
    ]
    register.approve(
        number,
        valid_until=NEXT_YEAR,
        civil_id_expiry=NEXT_YEAR,
        passport_number="p7654321",
        passport_expiry=NEXT_YEAR,
        mobile="٥٠٠١٢٣٤٥",
        email="Broker@EXAMPLE.com",
        guarantee=GUARANTEE,
    )
    found = register.get(number)
    assert (found["status"], found["guarantee"]["number"]) == ("active", "LG 9")
    facts = register.door().facts([number])["items"][0]
    assert facts["broker"]["passport_number"] == "P7654321"
    assert (facts["broker"]["mobile"], facts["broker"]["email"]) == ("+96550012345", "Broker@example.com")
    assert facts["guarantee"]["amount"] == "2500.500"


def test_twice_in_a_row_works_and_a_shorter_one_does_not(register: Register) -> None:
    number = register.license()
    later = (START + timedelta(days=1100)).isoformat()
    register.approve(number, "RN/1/26", valid_until=NEXT_YEAR)
    register.approve(number, "RN/2/26", valid_until=later)
    register.approve(number, "RN/3/26", valid_until=NEXT_YEAR)
    assert register.get(number)["valid_until"] == later
    assert answers(register) == [
        ("RN/1/26", "applied", None),
        ("RN/2/26", "applied", None),
        ("RN/3/26", "refused", "license.not_extended"),
    ]


def test_the_same_approval_is_applied_once_however_often_it_comes(register: Register) -> None:
    number = register.license()
    message_id = ids.new_id()
    for again in (message_id, message_id, ids.new_id()):
        register.approve(number, message_id=again, valid_until=NEXT_YEAR)
    assert register.history(number).count(("renewed", "active")) == 1
    assert len(answers(register)) == 1


def test_two_at_once_are_one(register: Register) -> None:
    number = register.license()
    for turn in range(5):
        end = (START + timedelta(days=700 + turn)).isoformat()
        told = f"RN/{turn}/26"
        outcome = together(6, lambda _, told=told, end=end: register.approve(number, told, valid_until=end))  # type: ignore[misc]
        assert outcome == [None] * 6
        assert answers(register)[turn:] == [(told, "applied", None)]
    assert register.get(number)["version"] == 6


def test_renewals_of_different_requests_at_once_each_happen_and_none_is_lost(register: Register) -> None:
    number = register.license()
    ends = [(START + timedelta(days=700 + turn)).isoformat() for turn in range(6)]
    together(6, lambda turn: register.approve(number, f"RN/{turn}/26", valid_until=ends[turn]))
    assert register.get(number)["valid_until"] == max(ends)
    told = answers(register)
    assert len(told) == 6
    assert {code for _, what, code in told if what == "refused"} <= {"license.not_extended"}
    applied = sum(what == "applied" for _, what, _ in told)
    assert register.get(number)["version"] == 1 + applied


def test_a_refused_effect_leaves_nothing_behind_and_may_come_again(register: Register, hands) -> None:
    register.put("office", code="C-1", name_ar="مكتب", name_en="Office")
    register.guarantee("C-1", "LG 1", expires_on=START + timedelta(days=5))
    number = register.license("C-1", guarantee_number="LG 1")
    hands.pass_by(days=6)
    given = {"valid_until": NEXT_YEAR, "passport_number": "X9999999"}
    register.approve(number, seq=5, **given)
    (told,) = register.news("effect_refused")
    assert told["data"] == {
        "effect": "license.renew",
        "license_number": number,
        "code": "guarantee.lapsed",
        "facts": {"causes": ["guarantee_lapsed"]},
    }
    assert register.get(number)["version"] == 1
    assert register.scalar("SELECT passport_number FROM broker") == "P1234567"
    register.approve(number, seq=5, **given)  # the old news once more
    register.approve(number, seq=4, **given)
    assert len(answers(register)) == 1
    register.approve(number, seq=9, guarantee=GUARANTEE, **given)  # decided anew
    register.approve(number, seq=9, guarantee=GUARANTEE, **given)
    assert [what for _, what, _ in answers(register)] == ["refused", "applied"]
    assert register.rows("SELECT result, code, seq FROM effect") == [("applied", None, 9)]
    register.approve(number, seq=12, valid_until=(START + timedelta(days=999)).isoformat())
    assert len(answers(register)) == 2  # an applied one is not done again, whatever is told


@pytest.mark.parametrize(
    ("stops", "days", "data", "code"),
    [
        ({"cancelled_on": START}, 300, {}, "license.not_renewable"),
        ({"cancelled_on": START}, 300, {"guarantee": GUARANTEE}, "license.not_renewable"),
        ({"suspended_from": START}, 300, {}, "license.not_renewable"),
        ({"deactivated_from": START}, 300, {}, "license.not_renewable"),
        ({}, -366, {}, "license.not_renewable"),
        ({}, -365, {}, None),
        ({}, 300, {"valid_until": "2026-03-01"}, "license.not_extended"),
        ({}, 300, {"valid_until": "tomorrow"}, "input.invalid"),
        ({}, 300, {"valid_until": None}, "input.invalid"),
        ({}, 300, {"civil_id_expiry": "2026-02-28"}, "civil_id.lapsed"),
        ({}, 300, {"passport_expiry": "2026-02-28"}, "passport.lapsed"),
        ({}, 300, {"guarantee": {**GUARANTEE, "expires_on": "2026-02-28"}}, "guarantee.lapsed"),
        ({}, 300, {"guarantee": {**GUARANTEE, "amount": "-1"}}, "input.invalid"),
        ({}, 300, {"guarantee": {**GUARANTEE, "number": ""}}, "input.invalid"),
        ({}, 300, {"passport_number": "ب12"}, "input.invalid"),
        ({}, 300, {"status": "active"}, "input.invalid"),
    ],
)
def test_checking_says_what_applying_would_say_and_does_nothing(
    register: Register, stops, days, data, code
) -> None:
    number = register.license(valid_until=START + timedelta(days=days), stops=Stops(**stops))
    given = {"valid_until": NEXT_YEAR, **data}
    before = register.rows("SELECT * FROM license"), register.rows("SELECT * FROM guarantee")

    def check() -> dict[str, Any]:
        return register.door().check("license.renew", number, given)

    assert check() == {} if code is None else refusal(check).code == code
    assert before == (register.rows("SELECT * FROM license"), register.rows("SELECT * FROM guarantee"))
    assert register.news() == []
    register.approve(number, **given)
    if code is not None:
        assert before == (register.rows("SELECT * FROM license"), register.rows("SELECT * FROM guarantee"))
    assert [(what, why) for _, what, why in answers(register)] == [
        ("refused", code) if code else ("applied", None)
    ]


def test_what_is_wrong_in_the_data_is_named(register: Register) -> None:
    number = register.license()
    data: dict[str, Any] = {
        "valid_until": "x",
        "guarantee": {**GUARANTEE, "expires_on": None},
        "mobile": "123",
    }
    error = refusal(lambda: register.door().check("license.renew", number, data))
    assert {each.pointer: each.code for each in error.faults} == {
        "/data/valid_until": "field.invalid",
        "/data/guarantee/expires_on": "field.required",
        "/data/mobile": "mobile.not_kuwaiti",
    }
    register.approve(number, **data)
    assert sorted(register.news("effect_refused")[0]["data"]["facts"]["fields"]) == sorted(
        each.pointer for each in error.faults
    )


def test_an_unknown_license_or_effect_is_refused(register: Register) -> None:
    door = register.door()
    given: dict[str, Any] = {"valid_until": NEXT_YEAR}
    assert refusal(lambda: door.check("license.renew", "01/404", given)).code == "license.unknown"
    unknown = refusal(lambda: door.check("license.paint", "01/404", given))
    assert [each.pointer for each in unknown.faults] == ["/effect"]
    register.approve("01/404", **given)
    assert answers(register) == [("RN/1/26", "refused", "license.unknown")]
    with pytest.raises(KeyError):  # waits, parked, for a version that knows it
        register.approve("01/404", "RN/2/26", effect="license.paint")
    assert register.scalar("SELECT count(*) FROM effect") == 1


def test_a_guarantee_that_comes_with_one_renewal_covers_others_anew(register: Register, hands) -> None:
    register.put("office", code="C-1", name_ar="مكتب", name_en="Office")
    register.guarantee("C-1", "LG 9", expires_on=START + timedelta(days=5))
    numbers = [register.license("C-1", guarantee_number="LG 9") for _ in range(4)]
    hands.pass_by(days=6)
    register.work_off()
    register.approve(numbers[0], valid_until=NEXT_YEAR, guarantee=GUARANTEE)
    assert {register.status(number) for number in numbers} == {"active"}
    assert register.history(numbers[0])[-1] == ("renewed", "active")
    assert register.history(numbers[3])[-1] == ("guarantee_updated", "active")


def test_renewals_under_one_guarantee_at_once_do_not_stand_in_each_others_way(register: Register) -> None:
    register.put("office", code="C-1", name_ar="مكتب", name_en="Office")
    register.guarantee("C-1", "LG 9")
    numbers = [register.license("C-1", guarantee_number="LG 9") for _ in range(6)]

    def renew(turn: int) -> None:
        end = (START + timedelta(days=700 + turn)).isoformat()
        given = {**GUARANTEE, "expires_on": end}
        register.approve(numbers[turn], f"RN/{turn}/26", valid_until=end, guarantee=given)

    assert together(6, renew) == [None] * 6
    assert [what for _, what, _ in answers(register)] == ["applied"] * 6
    dates = register.rows("SELECT DISTINCT guarantee_expires_on FROM license")
    assert dates == register.rows("SELECT expires_on FROM guarantee")


def test_an_approval_meets_the_license_as_it_is_now_whatever_its_version(register: Register) -> None:
    civil = register.broker()
    number = register.license(civil_id=civil)
    register.broker(civil_id=civil, passport_expiry=START + timedelta(days=1900))  # version 2
    register.approve(number, valid_until=NEXT_YEAR)
    assert register.get(number)["version"] == 3
