"""Entering the register: the same again changes nothing, a changed date looks anew at all that hangs on it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from chassis.errors import PortalError
from services.licensing.domain.status import HOLDING, Facts, Status, status_of
from services.licensing.models import License
from services.licensing.store.standing import Day, status_on
from services.licensing.usecases.registering import Put, Stops
from tests.service.licensing.conftest import AHMAD, AHMAD_EN, START, Register, refusal, together


def test_the_same_again_changes_nothing(register: Register) -> None:
    entries: dict[str, dict[str, Any]] = {
        "office": {"code": "C-7", "name_ar": "مكتب", "name_en": "Office", "commercial_registration": "1"},
        "broker": {"civil_id": "288020122596", "name_ar": AHMAD, "name_en": AHMAD_EN, "nationality": "KW"},
        "guarantee": {
            "office_code": "C-7",
            "number": "LG 1",
            "bank": "KFH",
            "amount": Decimal("5000.5"),
            "expires_on": START,
        },
        "license": {
            "number": "01/209/000001/2020",
            "civil_id": "288020122596",
            "broker_type": "general_broker",
            "office_code": "C-7",
            "valid_until": START,
            "guarantee_number": "LG 1",
            "stops": Stops(suspended_from=START),
        },
    }
    for expected in (Put.ADDED, Put.SAME, Put.SAME):
        for kind, values in entries.items():
            assert register.put(kind, **values)[1] is expected, kind
    assert register.history("01/209/000001/2020") == [("imported", "suspended")]
    assert register.scalar("SELECT version FROM license") == 1
    assert register.news() == []  # what it is at its beginning is news to nobody


def test_what_an_entry_does_not_say_is_kept(register: Register) -> None:
    number = register.license(stops=Stops(cancelled_on=START))
    row = register.rows("SELECT civil_id, full_name_en FROM broker")[0]
    register.put("broker", civil_id=row.civil_id, name_ar=AHMAD, name_en=AHMAD_EN)
    _, done = register.put(
        "license",
        number=number,
        civil_id=row.civil_id,
        broker_type="general_broker",
        office_code="C-1",
        valid_until=START + timedelta(days=300),
    )
    assert done is Put.SAME
    assert register.status(number) == "cancelled"
    assert register.scalar("SELECT passport_number FROM broker") == "P1234567"


def test_each_change_is_one_line_of_history(register: Register, hands) -> None:
    civil = register.broker()
    number = register.license(civil_id=civil)
    entry = {
        "number": number,
        "civil_id": civil,
        "broker_type": "general_broker",
        "office_code": "C-1",
        "valid_until": START + timedelta(days=300),
    }
    hands.pass_by(days=1)
    for stops in (Stops(suspended_from=hands.today), Stops(), Stops(cancelled_on=hands.today)):
        assert register.put("license", **entry, stops=stops)[1] is Put.CHANGED
        assert register.put("license", **entry, stops=stops)[1] is Put.SAME
    assert [status for _, status in register.history(number)] == [
        "active",
        "suspended",
        "active",
        "cancelled",
    ]
    assert register.get(number)["version"] == 4


def test_one_guarantee_covers_several_and_one_update_brings_all_back(register: Register, hands) -> None:
    office_id = register.office("C-1")
    register.hear_member(office_id, "general-1")
    guarantee_id = register.guarantee("C-1", "LG 40", expires_on=START + timedelta(days=5))
    covered = [register.license("C-1", guarantee_number="LG 40") for _ in range(12)]
    other = register.license("C-1")
    hands.pass_by(days=6)
    assert {register.status(number) for number in covered} == {"on_hold"}
    register.work_off()
    assert len(register.news("license_held")) == 12
    register.guarantee("C-1", "LG 40", expires_on=START + timedelta(days=700))
    assert {register.status(number) for number in covered} == {"active"}
    released = register.news("license_released")
    assert sorted(each["aggregate"] for each in released) == sorted(covered)
    assert all(each["recipients"] == ["general-1"] for each in released)
    assert register.history(covered[0]) == [
        ("imported", "active"),
        ("by_date", "on_hold"),
        ("guarantee_updated", "active"),
    ]
    assert register.history(other) == [("imported", "active")]
    found = register.door().get_guarantee(guarantee_id)
    assert sorted(each["number"] for each in found["licenses"]) == sorted(covered)
    assert (found["version"], found["is_lapsed"]) == (2, False)


def test_a_hold_that_no_job_saw_is_written_before_it_is_cured(register: Register, hands) -> None:
    register.put("office", code="C-1", name_ar="مكتب", name_en="Office")
    register.guarantee("C-1", "LG 1", expires_on=START + timedelta(days=5))
    number = register.license("C-1", guarantee_number="LG 1")
    hands.pass_by(days=9)
    register.guarantee("C-1", "LG 1", expires_on=START + timedelta(days=700))
    lines = register.door().license_history(number)["items"]
    assert [(each["cause"], each["status"], each["on"]) for each in reversed(lines)] == [
        ("imported", "active", "2026-03-01"),
        ("by_date", "on_hold", "2026-03-07"),
        ("guarantee_updated", "active", "2026-03-10"),
    ]
    names = [each["name"] for each in register.news()]
    assert names == ["licensing.license_held", "licensing.license_released"]


def test_a_renewed_card_of_the_broker_is_looked_at_for_each_of_his_licenses(
    register: Register, hands
) -> None:
    civil = register.broker(civil_id_expiry=START + timedelta(days=5))
    numbers = [register.license("C-1", civil_id=civil), register.license("C-2", civil_id=civil)]
    hands.pass_by(days=6)
    assert {register.status(number) for number in numbers} == {"on_hold"}
    register.broker(civil_id=civil, civil_id_expiry=START + timedelta(days=700))
    assert {register.status(number) for number in numbers} == {"active"}
    assert register.history(numbers[1])[-1] == ("broker_updated", "active")


def test_a_number_that_cannot_be_one_becomes_a_legacy_number(register: Register) -> None:
    register.license(number="01/000/000041/2020")
    civil = register.broker()
    first = register.license(number="ج-7 قديم", civil_id=civil)
    assert first == "01/000/000042/2026"
    assert register.license(number="ج-7 قديم", civil_id=civil) == first
    found = register.door().list_licenses(q="قديم")["items"]
    assert [each["number"] for each in found] == [first]
    assert found[0]["legacy_number"] == "ج-7 قديم"
    assert register.license(number="x y", customs_office="209").startswith("01/209/")


def test_what_it_names_must_be_there(register: Register) -> None:
    civil, number = register.broker(), register.license()
    entry = {
        "number": "02/1",
        "civil_id": civil,
        "broker_type": "representative",
        "office_code": "C-1",
        "valid_until": START,
    }
    for changes, code in (
        ({"office_code": "C-404"}, "office.unknown"),
        ({"civil_id": "288020122596"}, "broker.unknown"),
        ({"guarantee_number": "LG 404"}, "guarantee.unknown"),
        ({"general_license_number": "01/404"}, "license.unknown"),
        ({"number": number}, "license.of_another_broker"),
    ):
        wanted = {**entry, **changes}
        assert refusal(lambda wanted=wanted: register.put("license", **wanted)).code == code  # type: ignore[misc]
    assert register.put("license", **entry, general_license_number=number)[1] is Put.ADDED
    assert register.get("02/1")["general_broker"]["number"] == number


def test_twins_enter_one(register: Register) -> None:
    register.put("office", code="C-1", name_ar="مكتب", name_en="Office")
    broker = {"civil_id": "288020122596", "name_ar": AHMAD, "name_en": AHMAD_EN}
    answers = together(6, lambda _: register.put("broker", **broker)[1])
    assert sorted(answers) == [Put.ADDED, *[Put.SAME] * 5]
    entry = {
        "number": "01/1",
        "civil_id": "288020122596",
        "broker_type": "general_broker",
        "office_code": "C-1",
        "valid_until": START,
    }
    answers = together(6, lambda _: register.put("license", **entry))
    refused = [each for each in answers if isinstance(each, PortalError)]
    assert {each.code for each in refused} <= {"database.busy"}
    assert register.scalar("SELECT count(*) FROM license") == 1
    assert register.scalar("SELECT count(*) FROM license_state") == 1


def test_whoever_waits_for_a_license_takes_the_dates_that_came_meanwhile(register: Register) -> None:
    civil = register.broker()
    number = register.license(civil_id=civil)
    entry = {
        "number": number,
        "civil_id": civil,
        "broker_type": "general_broker",
        "office_code": "C-1",
        "valid_until": START + timedelta(days=555),
    }
    card = {"civil_id": civil, "name_ar": AHMAD, "name_en": AHMAD_EN}
    with register.meanwhile(lambda: register.put("license", **entry)) as session:
        register.enter(session, "broker", **card, civil_id_expiry=START + timedelta(days=77))
    found = register.get(number)
    assert found["valid_until"] == (START + timedelta(days=555)).isoformat()
    assert found["civil_id_expiry"] == (START + timedelta(days=77)).isoformat()
    assert found["version"] == 3


def test_whoever_changes_a_guarantee_sees_the_license_that_came_under_it_meanwhile(
    register: Register,
) -> None:
    register.put("office", code="C-1", name_ar="مكتب", name_en="Office")
    register.guarantee("C-1", "LG 1", expires_on=START + timedelta(days=9))
    first, civil = register.license("C-1", guarantee_number="LG 1"), register.broker()
    end = START + timedelta(days=600)
    with register.meanwhile(lambda: register.guarantee("C-1", "LG 1", expires_on=end)) as session:
        entry = {
            "number": "01/2",
            "civil_id": civil,
            "broker_type": "general_broker",
            "office_code": "C-1",
            "valid_until": end,
            "guarantee_number": "LG 1",
        }
        register.enter(session, "license", **entry)
    for number in (first, "01/2"):
        assert register.get(number)["guarantee"]["expires_on"] == end.isoformat()


def test_a_license_that_is_entered_while_its_guarantee_changes_gets_the_new_date(register: Register) -> None:
    """Each kept date is that of its guarantee and of its broker, whoever was first."""
    register.put("office", code="C-1", name_ar="مكتب", name_en="Office")
    register.guarantee("C-1", "LG 1", expires_on=START + timedelta(days=1))
    civil = [register.broker() for _ in range(8)]

    def work(turn: int) -> None:
        if turn % 2:
            register.license("C-1", civil_id=civil[turn], guarantee_number="LG 1", number=f"01/{turn}")
        else:
            register.guarantee("C-1", "LG 1", expires_on=START + timedelta(days=100 + turn))
            register.broker(civil_id=civil[turn + 1], civil_id_expiry=START + timedelta(days=50 + turn))

    for _ in range(3):
        for answer in together(8, work):
            assert answer is None or answer.code == "database.busy"
    apart = register.rows(
        "SELECT l.number FROM license l JOIN guarantee g ON g.id = l.guarantee_id JOIN broker b"
        " ON b.id = l.broker_id WHERE l.guarantee_expires_on <> g.expires_on"
        " OR l.civil_id_expiry <> b.civil_id_expiry"
    )
    assert apart == []
    assert register.scalar("SELECT count(*) FROM license") == 4


days = st.none() | st.integers(-12, 12).map(lambda n: START + timedelta(days=n))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {
            "valid_until": days.filter(lambda day: day is not None),
            "guarantee_expires_on": days,
            "civil_id_expiry": days,
            "passport_expiry": days,
            "deactivated_from": days,
            "deactivated_until": days,
            "suspended_from": days,
            "cancelled_on": days,
        }
    ),
    st.frozensets(st.sampled_from(sorted(HOLDING))),
)
def test_the_rule_in_sql_is_the_rule_of_the_domain(register: Register, dates, hold_on) -> None:
    if dates["deactivated_from"] is None:
        dates["deactivated_until"] = None
    if register.scalar("SELECT count(*) FROM license") == 0:
        register.license()
    with Session(register.engine) as session:
        license = session.query(License).one()
        for name, day in dates.items():
            setattr(license, name, day)
        if dates["guarantee_expires_on"] is None:
            license.guarantee = None
        found = session.query(status_on(Day(START, hold_on))).select_from(License).scalar()
        session.rollback()
    assert Status(found) is status_of(Facts(**dates), START, hold_on).status


@pytest.mark.parametrize("hold_on", ["", "civil_id", "guarantee,civil_id,passport"])
def test_a_list_by_status_agrees_with_each_license(register: Register, hands, hold_on) -> None:
    register.settings = replace(register.settings, HOLD_ON=hold_on)
    register.put("office", code="C-1", name_ar="مكتب", name_en="Office")
    for n in range(12):
        register.guarantee("C-1", f"LG {n}", expires_on=START + timedelta(days=n))
        stops = Stops(
            deactivated_from=START + timedelta(days=2),
            deactivated_until=START + timedelta(days=n),
        )
        register.license(
            "C-1",
            guarantee_number=f"LG {n}",
            valid_until=START + timedelta(days=12 - n),
            stops=stops if n % 2 else None,
        )
    for _ in range(4):
        hands.pass_by(days=3)
        door = register.door()
        whole = {each["number"]: each["status"] for each in door.list_licenses()["items"]}
        for status in Status:
            listed = {each["number"] for each in door.list_licenses(status=status.value)["items"]}
            assert listed == {number for number, found in whole.items() if found == status}
        if hands.today.day % 2:
            register.work_off()
