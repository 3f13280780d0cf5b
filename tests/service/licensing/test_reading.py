"""What people see of licenses: status and readiness of today, of any past day, search, pages, and whose they are."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from chassis import ids
from tests.service.licensing.conftest import START, Register, member, officer, refusal


def test_a_license_says_all_that_is_known_of_it(register: Register) -> None:
    office_id = register.office("C-1", general_broker_civil_id=None)
    civil = register.broker()
    guarantee_id = register.guarantee("C-1", "LG 1", expires_on=START + timedelta(days=200))
    number = register.license("C-1", civil_id=civil, guarantee_number="LG 1", customs_office="209")
    found = register.door(member(office_id)).get_license(number.replace("/", "-"))
    assert found["number"] == number
    assert found["broker"] == {
        "name_ar": "أحمد محمد العتيبي",
        "name_en": "Ahmad Mohammad Al-Otaibi",
        "civil_id": civil,
        "photo_url": None,
    }
    assert found["office"] == {"code": "C-1", "name_ar": "مكتب اللؤلؤة", "name_en": "Pearl Office"}
    assert (found["status"], found["causes"], found["version"]) == ("active", [], 1)
    assert found["status_name"] == {"ar": "نشطة", "en": "Active"}
    assert found["guarantee"] == {
        "id": guarantee_id,
        "number": "LG 1",
        "bank": "بنك الكويت الوطني",
        "amount": "10000.000",
        "expires_on": "2026-09-17",
    }
    assert found["readiness"] == {
        "ready": True,
        "until": "2026-09-17",
        "because": "guarantee",
        "fix": {"ar": "تحديث الضمان البنكي", "en": "Update the bank guarantee"},
    }
    assert found["general_broker"]["number"] == number
    assert "license_renewal" in found["allowed_types"]
    assert "license_reactivation" not in found["allowed_types"]


def test_a_representative_hangs_under_the_head_of_his_office(register: Register) -> None:
    head = register.broker(name_ar={"first": "يوسف"}, name_en={"first": "Yousef"})
    register.office("C-1", general_broker_civil_id=head)
    register.office("C-2")
    of_head = register.license("C-1", civil_id=head)
    under = register.license("C-1", broker_type="representative")
    alone = register.license("C-2", broker_type="representative")
    assert register.get(under)["general_broker"] == {
        "number": of_head,
        "name_ar": "يوسف",
        "name_en": "Yousef",
    }
    assert register.get(alone)["general_broker"] is None
    facts = {each["number"]: each for each in register.door().facts([under, alone])["items"]}
    assert facts[under]["general_broker"]["number"] == of_head
    assert facts[alone]["general_broker"] is None


def test_facts_come_in_one_batch_and_leave_out_what_is_unknown(register: Register) -> None:
    office_id = register.office("C-1")
    first, second = register.license("C-1"), register.license("C-9")
    items = register.door().facts([first.replace("/", "-"), second, "01/209/999999/2020", "?!"])["items"]
    assert {each["number"] for each in items} == {first, second}
    facts = {each["number"]: each for each in items}
    assert (facts[first]["office"], facts[second]["office"]) == (office_id, None)
    assert facts[first]["broker"]["name_ar"] == {"first": "أحمد", "second": "محمد", "fourth": "العتيبي"}
    assert refusal(lambda: register.door().facts(["x"] * 201)).code == "input.invalid"


def test_the_status_follows_the_calendar_though_no_job_runs(register: Register, hands) -> None:
    number = register.license(valid_until=START + timedelta(days=10))
    hands.pass_by(days=10)
    assert register.status(number) == "active"
    hands.pass_by(days=1)
    assert register.status(number) == "expired"
    assert register.get(number)["readiness"]["until"] == "2026-03-11"
    door = register.door()
    assert [each["number"] for each in door.list_licenses(status="expired")["items"]] == [number]
    assert door.list_licenses(status="active")["items"] == []


def test_the_status_on_any_past_day(register: Register, hands) -> None:
    civil = register.broker(passport_expiry=START + timedelta(days=20))
    register.license(civil_id=civil, number="01/209/000777/2020", guarantee_number=_lapsing(register))
    number = "01/209/000777/2020"
    hands.pass_by(days=30)
    register.broker(civil_id=civil, passport_expiry=START + timedelta(days=900))
    hands.pass_by(days=30)
    register.guarantee("C-1", "LG 7", expires_on=START + timedelta(days=900))
    hands.pass_by(days=30)
    expected = {
        START: ("active", []),
        START + timedelta(days=10): ("active", []),
        START + timedelta(days=11): ("on_hold", ["guarantee_lapsed"]),
        START + timedelta(days=20): ("on_hold", ["guarantee_lapsed"]),
        START + timedelta(days=21): ("on_hold", ["guarantee_lapsed", "passport_lapsed"]),
        START + timedelta(days=29): ("on_hold", ["guarantee_lapsed", "passport_lapsed"]),
        START + timedelta(days=30): ("on_hold", ["guarantee_lapsed"]),
        START + timedelta(days=59): ("on_hold", ["guarantee_lapsed"]),
        START + timedelta(days=60): ("active", []),
        START + timedelta(days=90): ("active", []),
    }
    for day, (status, causes) in expected.items():
        found = register.get(number, as_of=day.isoformat())
        assert (found["status"], [each["code"] for each in found["causes"]]) == (status, causes), day
    then = register.get(number, as_of=(START + timedelta(days=30)).isoformat())
    assert then["guarantee"]["expires_on"] == (START + timedelta(days=10)).isoformat()


def test_a_day_before_it_was_known_or_to_come_is_refused(register: Register) -> None:
    number = register.license()
    before = refusal(lambda: register.get(number, as_of="2026-02-28"))
    assert (before.kind, before.code, before.facts) == (
        "not_found",
        "license.not_known_then",
        {"known_from": "2026-03-01"},
    )
    to_come = refusal(lambda: register.get(number, as_of="2026-03-02"))
    assert [(each.pointer, each.code) for each in to_come.faults] == [("/as_of", "field.in_future")]
    assert refusal(lambda: register.get(number, as_of="March")).code == "input.invalid"


def test_others_of_the_office_see_it_and_other_offices_do_not(register: Register) -> None:
    mine, other = register.office("C-1"), register.office("C-2")
    number = register.license("C-1")
    for actor in (member(mine), member(mine, "additional_user"), officer(), officer("supervisor")):
        assert register.door(actor).get_license(number)["number"] == number
        assert [each["number"] for each in register.door(actor).list_licenses()["items"]] == [number]
        assert register.door(actor).license_history(number)["items"]
    guarantee_id = register.get(number)["guarantee"]["id"]
    for actor in (member(other), member(None, "candidate"), member(ids.new_id())):
        door = register.door(actor)
        for call in (door.get_license, door.license_history):
            assert refusal(partial(call, number)).code == "license.unknown"
        assert refusal(partial(door.get_guarantee, guarantee_id)).code == "guarantee.unknown"
        assert door.list_licenses()["items"] == door.list_guarantees()["items"] == []
    # Another office's filter shows nothing that is not one's own.
    assert register.door(member(other)).list_licenses(office="C-1")["items"] == []


def test_examiners_and_strangers_may_not_ask(register: Register) -> None:
    for actor in (officer("examiner"), officer("administrator")):
        assert refusal(register.door(actor).list_licenses).kind == "forbidden"


def test_a_broker_sees_his_own_by_the_account_tied_to_him_and_not_by_a_civil_id(register: Register) -> None:
    account, civil = ids.new_id(), register.broker()
    register.broker(civil_id=civil, account_id=account)
    register.office("C-1")
    number, others = register.license("C-1", civil_id=civil), register.license("C-1")
    himself = member(None, "candidate", id=account)
    claims = member(None, "candidate", person={"civil_id": civil})
    assert register.door(himself).get_license(number)["number"] == number
    assert refusal(lambda: register.door(himself).get_license(others)).code == "license.unknown"
    assert refusal(lambda: register.door(claims).get_license(number)).code == "license.unknown"
    guarantee_id = register.get(number)["guarantee"]["id"]
    found = register.door(himself).get_guarantee(guarantee_id)
    assert [each["number"] for each in found["licenses"]] == [number]
    assert [each["id"] for each in register.door(himself).list_guarantees()["items"]] == [guarantee_id]


def test_staff_narrow_by_office_code_or_id(register: Register) -> None:
    office_id = register.office("C-1")
    mine, other = register.license("C-1"), register.license("C-2")
    door = register.door()
    assert [each["number"] for each in door.list_licenses(office="C-1")["items"]] == [mine]
    assert [each["number"] for each in door.list_licenses(office=office_id)["items"]] == [mine]
    assert [each["number"] for each in door.list_licenses(office="C-2")["items"]] == [other]
    assert door.list_licenses(office="C-3")["items"] == []
    assert len(door.list_guarantees(office="C-1")["items"]) == 1


@pytest.mark.parametrize(
    ("q", "is_found"),
    [
        ("احمد", True),
        ("أحمد", True),
        ("إحمد", True),
        ("مُحَمَّد", True),
        ("عتيب", True),
        ("عت", False),  # short words are beginnings
        ("اح", True),
        ("otaibi ahmad", True),
        ("Al-Otaibi", True),
        ("000123", True),
        ("01-209-000123-2026", True),
        ("٠٠٠١٢٣", True),
        ("%", False),
        ("_hmad", False),
        ("fahad", False),
        ("احمد fahad", False),
    ],
)
def test_search_folds_letters_and_takes_parts_of_words(register: Register, q: str, is_found: bool) -> None:
    number = register.license(number="01/209/000123/2026")
    fatima = {"first": "فاطمة", "fourth": "الكندري"}
    register.license(
        civil_id=register.broker(name_ar=fatima, name_en={"first": "Fatima"}), number="02/209/7/2020"
    )
    found = [each["number"] for each in register.door().list_licenses(q=q)["items"]]
    assert (number in found) is is_found
    assert "02/209/7/2020" not in found or q == "%"


def test_a_changed_name_is_found_and_the_old_one_is_not(register: Register) -> None:
    civil = register.broker()
    number = register.license(civil_id=civil)
    register.broker(civil_id=civil, name_ar={"first": "بدر"}, name_en={"first": "Badr"})
    assert [each["number"] for each in register.door().list_licenses(q="بدر")["items"]] == [number]
    assert register.door().list_licenses(q="احمد")["items"] == []
    assert register.get(number)["version"] == 1  # no fact of the license changed


def test_pages_are_whole_and_stay_so_while_licenses_are_added(register: Register) -> None:
    names = ["بدر", "أحمد", "خالد", "إبراهيم", "فهد", "علي", "أحمد"]
    numbers = [register.license(civil_id=register.broker(name_ar={"first": name})) for name in names]
    door = register.door(member(register.office("C-1")))
    first = door.list_licenses(limit=3)
    register.license(civil_id=register.broker(name_ar={"first": "آب"}))  # before the cursor
    seen, cursor = [each["number"] for each in first["items"]], first["next"]
    while cursor:
        page = door.list_licenses(limit=3, cursor=cursor)
        seen += [each["number"] for each in page["items"]]
        cursor = page["next"]
    assert sorted(seen) == sorted(numbers)
    shown = [each["broker"]["name_ar"].replace("أ", "ا").replace("إ", "ا") for each in first["items"]]
    assert shown == ["ابراهيم", "احمد", "احمد"]
    assert refusal(lambda: door.list_licenses(cursor="nonsense")).code == "cursor.invalid"
    assert refusal(lambda: door.list_licenses(limit=101)).code == "limit.invalid"
    assert refusal(lambda: door.list_guarantees(cursor="WyJ4IiwieSJd")).code == "cursor.invalid"


def test_staff_see_the_newest_first(register: Register) -> None:
    numbers = [register.license(f"C-{n}") for n in range(5)]
    door, seen, cursor = register.door(), [], None
    while True:
        page = door.list_licenses(limit=2, cursor=cursor)
        seen += [each["number"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
        register.license()  # in front of the cursor
    assert seen == numbers[::-1]


def test_a_page_of_one_status_is_whole_whether_the_job_has_run_or_not(register: Register, hands) -> None:
    for day in range(8):
        register.license(valid_until=START + timedelta(days=day))
    hands.pass_by(days=3)
    register.work_off()
    hands.pass_by(days=3)  # three more have expired, and nobody has looked
    door, seen, cursor = register.door(), [], None
    while True:
        page = door.list_licenses(status="expired", limit=2, cursor=cursor)
        seen += [each["number"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert (len(seen), len(set(seen))) == (6, 6)
    assert len(door.list_licenses(status="active")["items"]) == 2


def test_history_comes_in_pages_the_latest_first(register: Register, hands) -> None:
    number = register.license(valid_until=START + timedelta(days=1))
    hands.pass_by(days=5)
    register.work_off()
    for seq in range(3):
        hands.pass_by(hours=1)
        end = START + timedelta(days=400 + seq)
        register.approve(number, f"RN/{seq + 1}/26", valid_until=end.isoformat())
    whole = register.door().license_history(number)["items"]
    assert [each["cause"] for each in whole] == ["renewed"] * 3 + ["by_date", "imported"]
    assert [each["status"] for each in whole] == ["active"] * 3 + ["expired", "active"]
    assert (whole[3]["on"], whole[3]["by_role"]) == ("2026-03-03", "system")
    seen, cursor = [], None
    while True:
        page = register.door().license_history(number, limit=2, cursor=cursor)
        seen += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == whole


def test_what_holds_is_a_setting(register: Register, hands) -> None:
    register.settings = replace(register.settings, HOLD_ON="civil_id")
    number = register.license(guarantee_number=_lapsing(register))
    hands.pass_by(days=30)
    assert register.status(number) == "active"


def _lapsing(register: Register) -> str:
    register.put("office", code="C-1", name_ar="مكتب", name_en="Office")
    register.guarantee("C-1", "LG 7", expires_on=START + timedelta(days=10))
    return "LG 7"
