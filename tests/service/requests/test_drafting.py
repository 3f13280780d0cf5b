"""Drafts: opened with a number, saved in part, never losing what was typed, thrown away."""

from datetime import UTC, datetime

import pytest

from chassis.actor import Actor
from tests.service.requests.conftest import (
    COMPLETE,
    Bureau,
    Hands,
    applicant,
    faults,
    officer,
    refusal,
    together,
)


def test_opening_gives_a_number_and_what_the_account_knows(bureau: Bureau, hands: Hands) -> None:
    hands.set(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    someone = applicant()
    opened = bureau.door(someone).open_request(service_type="broker_exam", broker_type="representative")
    assert (opened["number"], opened["status"], opened["version"]) == ("CE/1/26", "draft", 1)
    assert opened["fields"]["broker_type"] == "representative"
    assert opened["fields"]["name_ar"] == {
        "first": "أحمد",
        "second": None,
        "third": None,
        "fourth": "العتيبي",
    }
    assert opened["fields"]["civil_id"] == opened["civil_id"] == someone.person["civil_id"]
    assert opened["fields"]["mobile"] == "+96550012345"
    assert opened["fields"]["nationality"] is None
    assert opened["next_page"] == "names"
    assert opened["allowed_actions"] == ["edit", "attach", "submit", "delete"]
    assert opened["waiting_for"]["who"] == "applicant"
    assert [slot["slot"] for slot in opened["documents"]] == ["civil_id_copy", "photo", "good_conduct"]
    assert [(each["status"], each["by_role"]) for each in opened["status_history"]] == [
        ("draft", "candidate")
    ]
    assert bureau.door(someone).get_request("CE-1-26") == opened


def test_series_is_gapless_under_parallel_opening_and_begins_anew_each_year(
    bureau: Bureau, hands: Hands
) -> None:
    people = [applicant() for _ in range(12)]

    def open_four(person: int) -> list[str]:
        door = bureau.door(people[person])
        return [door.open_request(service_type="broker_exam")["number"] for _ in range(4)]

    hands.set(datetime(2026, 12, 31, 20, 0, tzinfo=UTC))
    given = [number for numbers in together(12, open_four) for number in numbers]
    assert sorted(given) == sorted(f"CE/{serial}/26" for serial in range(1, 49))
    hands.set(datetime(2026, 12, 31, 21, 0, tzinfo=UTC))
    assert bureau.door(people[0]).open_request(service_type="broker_exam")["number"] == "CE/1/27"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"service_type": "fishing"}, {"/service_type": "field.not_a_choice"}),
        ({}, {"/service_type": "field.required"}),
        ({"service_type": "broker_exam", "colour": "x"}, {"/colour": "field.unknown"}),
        (
            {"service_type": "broker_exam", "license_number": "01/209/1/2026"},
            {"/license_number": "field.unknown"},
        ),
        ({"service_type": "broker_exam", "broker_type": "x"}, {"/broker_type": "field.not_a_choice"}),
        ({"service_type": 5}, {"/service_type": "field.invalid"}),
    ],
)
def test_what_open_request_does_not_take(bureau: Bureau, arguments: dict, expected: dict) -> None:
    assert faults(lambda: bureau.door(applicant()).open_request(**arguments)) == expected


def test_who_may_not_open(bureau: Bureau) -> None:
    def refused(actor: Actor, **more: str) -> str:
        return refusal(lambda: bureau.door(actor).open_request(service_type="broker_exam", **more)).code

    assert refused(officer()) == "permission.missing"
    importer = applicant(person={"civil_id": "288020122596", "legal_entity": "importer"})
    assert refused(importer) == "request.legal_entity"
    assert refused(applicant("general_user", office="o1"), office="o2") == "request.not_for_you"
    assert refused(applicant(), on_behalf_of="somebody") == "request.not_for_you"
    assert bureau.scalar("SELECT count(*) FROM service_request") == 0


def test_saving_takes_any_subset_and_counts_versions(bureau: Bureau) -> None:
    someone = applicant()
    door = bureau.door(someone)
    opened = door.open_request(service_type="broker_exam")
    saved = door.save_fields(opened["number"], fields={"mobile": "٩٠٠١٢٣٤٥", "notes": ""}, version=1)
    assert (saved["version"], saved["fields"]["mobile"]) == (2, "+96590012345")
    emptied = door.save_fields(opened["number"], fields={"mobile": None}, version=2)
    assert emptied["fields"]["mobile"] is None
    assert emptied["applicant_name"] == dict.fromkeys(("ar", "en"), someone.name)
    whole = door.save_fields(opened["number"], fields=COMPLETE, version=3)
    assert whole["next_page"] == "documents"
    assert whole["applicant_name"] == {"ar": "أحمد العتيبي", "en": "Ahmad Al-Otaibi"}


def test_wrong_values_are_refused_whole_and_what_was_typed_is_kept(bureau: Bureau) -> None:
    someone = applicant()
    door = bureau.door(someone)
    number = door.open_request(service_type="broker_exam")["number"]
    raw = {
        "mobile": "5001",
        "address": "حولي",
        "civil_id_expiry": {"day": "31", "month": "2", "year": "2030"},
    }
    wrong = {"mobile": "5001", "address": "حولي", "civil_id_expiry": "2030-2-31"}
    assert faults(lambda: door.save_fields(number, fields=wrong, version=1, raw=raw)) == {
        "/fields/mobile": "mobile.not_kuwaiti",
        "/fields/civil_id_expiry": "field.not_date",
    }
    kept = door.get_request(number)
    assert (kept["version"], kept["fields"]["address"], kept["raw"]) == (1, None, raw)
    right = {"mobile": "50012345", "address": "حولي", "civil_id_expiry": "2030-02-28"}
    assert door.save_fields(number, fields=right, version=1, raw=raw)["raw"] == {}


def test_raw_text_of_a_stale_page_is_not_kept_and_odd_raw_does_no_harm(bureau: Bureau) -> None:
    door = bureau.door(applicant())
    number = door.open_request(service_type="broker_exam")["number"]
    door.save_fields(number, fields={"notes": "x"}, version=1)
    stale = refusal(lambda: door.save_fields(number, fields={"notes": "y"}, version=1, raw={"notes": "y"}))
    assert (stale.code, stale.facts) == ("conflict.stale", {"current_version": 2})
    assert door.get_request(number)["raw"] == {}
    odd = {"mobile": 5, "notes": "a\x00b\ud800", "nothing": "x", "civil_id": "x", "address": "y" * 9000}
    assert (
        refusal(lambda: door.save_fields(number, fields={"mobile": 5}, version=2, raw=odd)).kind == "invalid"
    )
    raw = door.get_request(number)["raw"]
    assert (raw["mobile"], raw["notes"], len(raw["address"])) == ("", "ab", 5000)
    assert set(raw) == {"mobile", "notes", "address"}


@pytest.mark.parametrize(
    ("arguments", "pointer"),
    [
        ({"fields": {}}, "/version"),
        ({"version": 1}, "/fields"),
        ({"fields": [], "version": 1}, "/fields"),
        ({"fields": {}, "version": "1"}, "/version"),
        ({"fields": {}, "version": 1, "status": "passed"}, "/status"),
        ({"fields": {"status": "passed"}, "version": 1}, "/fields/status"),
        ({"fields": {"applicant_id": "x"}, "version": 1}, "/fields/applicant_id"),
    ],
)
def test_bad_bodies_of_save(bureau: Bureau, arguments: dict, pointer: str) -> None:
    door = bureau.door(applicant())
    number = door.open_request(service_type="broker_exam")["number"]
    assert set(faults(lambda: door.save_fields(number, **arguments))) == {pointer}


def test_two_pages_of_one_draft_do_not_overwrite_each_other(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.door(someone).open_request(service_type="broker_exam")["number"]
    results = together(
        10, lambda n: bureau.door(someone).save_fields(number, fields={"notes": str(n)}, version=1)
    )
    assert sorted(getattr(each, "code", "saved") for each in results) == ["conflict.stale"] * 9 + ["saved"]


def test_checks_before_send(bureau: Bureau) -> None:
    someone = applicant()
    door = bureau.door(someone)
    number = door.open_request(service_type="broker_exam")["number"]

    def failing() -> set[str]:
        return {check["code"] for check in door.list_checks(number)["items"] if not check["passed"]}

    assert failing() == {"fields_complete", "civil_id_valid", "documents_complete"}
    door.save_fields(number, fields=COMPLETE, version=1)
    assert failing() == {"documents_complete"}
    for slot in ("civil_id_copy", "photo"):
        bureau.attach(someone, number, slot)
    assert failing() == set()
    check = door.list_checks(number)["items"][0]
    assert all(check[key][language] for key in ("message", "fix") for language in ("ar", "en"))
    bureau.sent(applicant(civil_id=someone.person["civil_id"]))
    assert failing() == {"no_earlier_request"}


def test_deleting_a_draft_lets_its_files_go(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.draft(someone)["number"]
    kept = [bureau.attach(someone, number, "photo"), bureau.attach(someone, number, "photo")]
    assert bureau.door(someone).delete_draft(number) == {}
    assert refusal(lambda: bureau.door(someone).get_request(number)).code == "request.unknown"
    (told,) = [each for each in bureau.news(number) if each["name"] == "requests.documents_detached"]
    assert told["data"]["document_ids"] == kept
    for table in ("attachment", "history_entry", "service_request"):
        assert bureau.scalar(f"SELECT count(*) FROM {table}") == 0
    assert refusal(lambda: bureau.door(someone).delete_draft(number)).code == "request.unknown"
    assert bureau.audited(number)[-1] == "request.delete"


def test_what_was_sent_is_neither_edited_nor_deleted(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.sent(someone)
    door = bureau.door(someone)
    version = door.get_request(number)["version"]
    for call in (
        lambda: door.save_fields(number, fields={"notes": "x"}, version=version, raw={"notes": "x"}),
        lambda: door.delete_draft(number),
        lambda: bureau.attach(someone, number, "good_conduct"),
    ):
        assert refusal(call).code == "request.not_draft"
    assert door.get_request(number)["raw"] == {}


def test_an_untouched_draft_goes_after_a_reminder(bureau: Bureau, hands: Hands) -> None:
    hands.set(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    someone = applicant()
    number = bureau.draft(someone)["number"]
    bureau.sent()
    reminders, removals = ("due_reminders", "remind"), ("due_removals", "remove")
    hands.pass_by(days=52)
    assert bureau.work_off(*reminders) == 0
    hands.pass_by(days=1, minutes=1)
    assert bureau.work_off(*reminders) == 1
    assert bureau.work_off(*reminders) == 0
    assert bureau.work_off(*removals) == 0
    (told,) = bureau.news(number)
    assert (told["name"], told["recipients"]) == ("requests.draft_expiring", [someone.id])
    assert told["data"]["removed_on"] == "2027-01-22"
    assert bureau.door(someone).get_request(number)["expires_on"] == "2027-01-22"
    hands.pass_by(days=6)
    assert bureau.work_off(*removals) == 0
    hands.pass_by(days=1)
    assert bureau.work_off(*removals) == 1
    assert refusal(lambda: bureau.door(someone).get_request(number)).code == "request.unknown"
    assert bureau.scalar("SELECT count(*) FROM service_request") == 1
    assert bureau.door(someone).open_request(service_type="broker_exam")["number"] == "CE/1/27"


def test_touching_a_draft_starts_its_time_anew(bureau: Bureau, hands: Hands) -> None:
    hands.set(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    someone = applicant()
    draft = bureau.draft(someone)
    hands.pass_by(days=54)
    assert bureau.work_off("due_reminders", "remind") == 1
    saved = bureau.door(someone).save_fields(draft["number"], fields={"notes": "x"}, version=draft["version"])
    assert saved["expires_on"] is None
    hands.pass_by(days=10)
    assert bureau.work_off("due_removals", "remove") == 0
    assert bureau.work_off("due_reminders", "remind") == 0
