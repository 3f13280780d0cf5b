"""Correction as the applicant answers it: what is unlocked can be changed, nothing else; old files are kept."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from chassis.errors import PortalError
from tests.service.requests.conftest import Bureau, Hands, applicant, faults, officer, refusal, together


def _slot(request: dict[str, Any], code: str) -> list[str]:
    files = next(slot["files"] for slot in request["documents"] if slot["slot"] == code)
    return [file["id"] for file in files]


def test_no_field_but_the_marked_ones_changes(bureau: Bureau) -> None:
    someone, clerk = applicant(), officer()
    number = bureau.returned(clerk, someone, fields=["address", "notes"], reason="x")
    door = bureau.door(someone)
    before = door.get_request(number)
    save = partial(door.save_fields, number, version=before["version"])
    assert faults(lambda: save(fields={"email": "b@example.com", "address": "السالمية", "mobile": "x"})) == {
        "/fields/email": "field.locked",
        "/fields/mobile": "field.locked",
    }
    assert faults(lambda: save(fields={"civil_id": "1", "colour": "x"})) == {
        "/fields/civil_id": "field.locked",
        "/fields/colour": "field.locked",
    }
    typed = {"email": "b@", "address": "x", "colour": "x"}
    refused = faults(lambda: save(fields={"address": "x"}, raw=typed))
    assert refused == {"/fields/address": "field.too_short"}
    after = door.get_request(number)
    assert (after["fields"], after["raw"]) == (before["fields"], {"address": "x"})
    saved = save(fields={"address": "السالمية، قطعة 1"}, raw={"address": "السالمية", "email": "b@"})
    assert (saved["raw"], saved["version"]) == ({}, before["version"] + 1)
    assert saved["fields"] == {**before["fields"], "address": "السالمية، قطعة 1"}
    assert refusal(lambda: save(fields={"address": "حولي"})).code == "conflict.stale"


def test_no_slot_but_the_marked_ones_changes(bureau: Bureau) -> None:
    someone, clerk = applicant(), officer()
    number = bureau.returned(clerk, someone, documents=["photo"], reason="x")
    door = bureau.door(someone)
    before = door.get_request(number)
    (card,), (photo,) = _slot(before, "civil_id_copy"), _slot(before, "photo")
    for call in (
        lambda: bureau.attach(someone, number, "civil_id_copy"),
        lambda: bureau.attach(someone, number, "good_conduct"),
        lambda: door.change_document(card, name="بطاقة"),
        lambda: door.change_document(card, slot="photo"),
        lambda: door.change_document(photo, slot="good_conduct"),
        lambda: door.detach_document(card),
    ):
        assert faults(call) == {"/slot": "field.locked"}
    assert door.get_request(number)["documents"] == before["documents"]
    assert door.change_document(photo, name="صورتي")["name"] == "صورتي"
    assert refusal(lambda: door.delete_draft(number)).code == "request.not_draft"
    strange = bureau.door(applicant())
    assert refusal(lambda: strange.save_fields(number, fields={}, version=1)).code == "request.unknown"
    assert refusal(lambda: strange.detach_document(photo)).code == "document.unknown"


def test_what_lapsed_meanwhile_is_unlocked_too(bureau: Bureau, hands: Hands) -> None:
    hands.set(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    someone, clerk = applicant(), officer()
    number = bureau.sent(someone, civil_id_expiry="2026-11-26")
    bureau.door(clerk).claim(number)
    bureau.door(clerk).return_request(number, fields=["address"], reason="x")
    door = bureau.door(someone)
    hands.pass_by(days=2)
    assert door.get_request(number)["unlocked"]["fields"] == ["address"]
    hands.pass_by(days=1)  # the last day that the card is valid
    seen = door.get_request(number)
    assert seen["unlocked"]["fields"] == ["address", "civil_id_expiry"]
    assert faults(lambda: door.submit(number)) == {"/fields/civil_id_expiry": "field.not_after_today"}
    save = partial(door.save_fields, number)
    mistyped = save(fields={"civil_id_expiry": "2035-01-31"}, version=seen["version"])
    assert mistyped["unlocked"]["fields"] == ["address", "civil_id_expiry"]  # until it is sent
    save(fields={"civil_id_expiry": "2036-01-31", "address": "السالمية"}, version=mistyped["version"])
    assert door.submit(number)["status"] == "submitted"
    changes = {each["field"]: each for each in bureau.door(clerk).get_for_review(number)["changes"]}
    assert (changes["civil_id_expiry"]["before"], changes["civil_id_expiry"]["after"]) == (
        "2026-11-26",
        "2036-01-31",
    )
    assert (changes["civil_id_expiry"]["reason"], changes["address"]["after"]) == (None, "السالمية")
    assert len(changes) == 2


def test_the_old_file_is_kept_for_officers_alone(bureau: Bureau) -> None:
    someone, clerk, examiner = applicant(), officer(), officer("examiner")
    number = bureau.returned(clerk, someone, documents=["photo", "good_conduct"], reason="x")
    door, desk = bureau.door(someone), bureau.door(clerk)
    (old,) = _slot(door.get_request(number), "photo")
    new = bureau.attach(someone, number, "photo")
    assert _slot(door.get_request(number), "photo") == [new]
    bad = bureau.attach(someone, number, "good_conduct", "refused")
    assert refusal(lambda: door.submit(number)).faults[0].pointer == "/documents/good_conduct"
    paper = bureau.attach(someone, number, "good_conduct")
    door.submit(number)
    assert refusal(lambda: door.open_document(old, verb="read")).code == "document.unknown"
    assert refusal(lambda: door.detach_document(old)).code == "document.unknown"
    assert refusal(lambda: bureau.door(examiner).open_document(old, verb="read")).kind == "forbidden"
    for each in (old, new, paper):
        assert desk.open_document(each, verb="read")["document"]["id"] == each
    photo, conduct = desk.get_for_review(number)["changes"]
    assert [[file["id"] for file in photo[side]] for side in ("before", "after")] == [[old], [new]]
    assert [[file["id"] for file in conduct[side]] for side in ("before", "after")] == [[], [paper]]
    detached = [
        each["data"]["document_ids"] for each in bureau.news(number) if "document_ids" in each["data"]
    ]
    assert detached == [[bad]]  # what an officer saw stays


def test_taking_out_what_an_officer_saw_keeps_it_too(bureau: Bureau) -> None:
    someone, clerk = applicant(), officer()
    number = bureau.returned(clerk, someone, documents=["photo"], reason="x")
    door, desk = bureau.door(someone), bureau.door(clerk)
    (old,) = _slot(door.get_request(number), "photo")
    door.detach_document(old)
    assert refusal(lambda: door.submit(number)).faults[0].pointer == "/documents/photo"
    unseen = bureau.attach(someone, number, "photo")
    door.detach_document(unseen)
    new = bureau.attach(someone, number, "photo")
    door.submit(number)
    (photo,) = desk.get_for_review(number)["changes"]
    assert [[file["id"] for file in photo[side]] for side in ("before", "after")] == [[old], [new]]
    assert desk.open_document(old, verb="download")["document"]["id"] == old
    assert refusal(lambda: desk.open_document(unseen, verb="read")).code == "document.unknown"
    assert bureau.audited(number).count("document.replace") == 1


def test_a_file_that_was_found_clean_only_by_asking_replaces_the_old_one(bureau: Bureau) -> None:
    someone, clerk = applicant(), officer()
    number = bureau.returned(clerk, someone, documents=["photo"], reason="x")
    (old,) = _slot(bureau.door(someone).get_request(number), "photo")
    new = bureau.attach(someone, number, "photo", "scanning")
    bureau.documents.states[new]["state"] = "clean"  # its event has not arrived yet
    assert _slot(bureau.door(someone).submit(number), "photo") == [new]
    bureau.tell(number, new, "clean")
    (photo,) = bureau.door(clerk).get_for_review(number)["changes"]
    assert [[file["id"] for file in photo[side]] for side in ("before", "after")] == [[old], [new]]


def test_a_second_round_marks_and_compares_anew(bureau: Bureau) -> None:
    someone, clerk = applicant(), officer()
    number = bureau.returned(clerk, someone, fields=["address"], documents=["photo"], reason="x")
    door, desk = bureau.door(someone), bureau.door(clerk)
    first = bureau.attach(someone, number, "photo")
    version = door.get_request(number)["version"]
    door.save_fields(number, fields={"address": "السالمية"}, version=version)
    door.submit(number)
    desk.claim(number)
    desk.return_request(number, documents=["photo"], reason_code="unreadable", working_days=2)
    seen = door.get_request(number)
    assert seen["unlocked"] == {"fields": [], "slots": ["photo"]}
    assert seen["correction"]["working_days"] == 2
    locked = faults(lambda: door.save_fields(number, fields={"address": "x" * 9}, version=seen["version"]))
    assert locked == {"/fields/address": "field.locked"}
    second = bureau.attach(someone, number, "photo")
    door.submit(number)
    (photo,) = desk.get_for_review(number)["changes"]
    assert [[file["id"] for file in photo[side]] for side in ("before", "after")] == [[first], [second]]
    assert bureau.scalar("SELECT corrections FROM service_request") == 2
    assert bureau.scalar("SELECT count(*) FROM correction WHERE ended_at IS NULL") == 0


def test_sent_again_twice_at_once_is_sent_once(bureau: Bureau) -> None:
    someone, clerk = applicant(), officer()
    number = bureau.returned(clerk, someone)
    results = together(10, lambda _: bureau.door(someone).submit(number))
    codes = [each.code for each in results if isinstance(each, PortalError)]
    assert codes == ["request.already_submitted"] * 9
    assert bureau.scalar("SELECT corrections FROM service_request") == 1
    assert [each["name"] for each in bureau.news(number)].count("requests.request_submitted") == 2


@pytest.mark.parametrize("status", ["submitted", "under_review", "rejected"])
def test_nothing_is_unlocked_when_it_is_not_returned(bureau: Bureau, status: str) -> None:
    someone, clerk = applicant(), officer()
    number = bureau.returned(clerk, someone)
    bureau.door(someone).submit(number)
    if status != "submitted":
        bureau.door(clerk).claim(number)
    if status == "rejected":
        bureau.door(clerk).reject(number, reason="x")
    door = bureau.door(someone)
    seen = door.get_request(number)
    assert (seen["status"], seen["unlocked"]) == (status, {"fields": [], "slots": []})
    (photo,) = _slot(seen, "photo")
    for call in (
        lambda: door.save_fields(number, fields={"address": "حولي"}, version=seen["version"]),
        lambda: bureau.attach(someone, number, "photo"),
        lambda: door.change_document(photo, name="x"),
        lambda: door.detach_document(photo),
    ):
        assert refusal(call).code == "request.not_draft"
    door_raw = partial(door.save_fields, number, fields={}, raw={"address": "x"}, version=seen["version"])
    assert refusal(door_raw).code == "request.not_draft"
    assert bureau.scalar("SELECT raw FROM service_request") == {}
