"""What identity tells of offices and members, twice and in any order; the newest stays."""

import itertools

import pytest

from tests.service.licensing.conftest import Register, member, refusal, together


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])))
def test_the_newest_names_stay_in_whatever_order_they_come(register: Register, order) -> None:
    for seq in (*order, *order):
        register.hear_office("office-1", seq, code="P-1", name_ar=f"مكتب {seq}", name_en=f"Office {seq}")
    assert register.rows("SELECT id, code, name_en, seq FROM office") == [("office-1", "P-1", "Office 3", 3)]


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])))
def test_the_newest_place_of_a_member_stays(register: Register, order) -> None:
    kinds = {1: ("general", True), 2: ("additional", True), 3: ("additional", False)}
    for seq in (*order, *order):
        kind, is_active = kinds[seq]
        register.hear_member("office-1", "account-1", seq, member_id="m-1", kind=kind, is_active=is_active)
    assert register.rows("SELECT kind, is_active, seq FROM member") == [("additional", False, 3)]


def test_the_same_message_twice_is_one(register: Register) -> None:
    for name in ("First", "Second"):
        register.hear_office("office-1", 1, "message-1", code="P-1", name_en=name)
    assert register.scalar("SELECT name_en FROM office") == "First"
    assert register.scalar("SELECT count(*) FROM inbox") == 1


def test_an_imported_office_becomes_identitys_when_it_hears_the_code(register: Register) -> None:
    number = register.license("C-1")
    general = member("office-1")
    assert refusal(lambda: register.door(general).get_license(number)).code == "license.unknown"
    register.hear_office("office-1", 1, code="P-10001")
    assert register.door(general).list_licenses()["items"] == []
    register.hear_office("office-1", 2, code="C-1", name_en="Confirmed Office")
    register.hear_office("office-1", 1, code="P-10001")  # late
    assert register.door(general).get_license(number)["office"]["name_en"] == "Confirmed Office"
    assert register.scalar("SELECT code FROM office WHERE id = 'office-1'") == "C-1"


def test_names_that_identity_told_are_not_overwritten_by_an_import(register: Register) -> None:
    register.hear_office("office-1", code="C-1", name_en="Told")
    register.put("office", code="C-1", name_ar="قديم", name_en="Old", general_broker_civil_id="288020122596")
    assert register.rows("SELECT name_en, general_broker_civil_id FROM office") == [("Told", "288020122596")]


def test_offices_and_members_told_at_once_are_kept_once(register: Register) -> None:
    def hear(turn: int) -> None:
        register.hear_office("office-1", turn + 1, code="P-1", name_en=f"Office {turn + 1}")
        register.hear_member("office-1", "account-1", turn + 1, member_id="m-1")

    assert together(6, hear) == [None] * 6
    assert register.rows("SELECT name_en, seq FROM office") == [("Office 6", 6)]
    assert register.rows("SELECT seq FROM member") == [(6,)]
