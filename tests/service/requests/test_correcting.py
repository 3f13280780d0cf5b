"""Correction as the officer asks for it: what is marked and why, by when, and old beside new when it comes back."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.service.requests.conftest import Bureau, Hands, applicant, faults, officer, refusal

WORDS = {"ar": "الوثيقة غير واضحة.", "en": "The document is not readable."}


def _own(text: str) -> dict[str, str]:
    return {"ar": text, "en": text}


def _file(request: dict[str, Any], slot: str) -> str:
    (file,) = next(each["files"] for each in request["documents"] if each["slot"] == slot)
    return file["id"]


def test_marks_by_field_slot_and_file_each_with_its_reason(bureau: Bureau, hands: Hands) -> None:
    hands.set(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))  # a Monday
    someone, clerk = applicant(), officer()
    number = bureau.claimed(clerk, someone)
    desk = bureau.door(clerk)
    card = _file(desk.get_for_review(number), "civil_id_copy")
    items = [
        {"field": "address", "note": "اسم المنطقة ناقص"},
        {"slot": "photo", "reason_code": "unreadable"},
        {"document_id": card, "reason_code": "expired", "note": "انتهت أمس"},
    ]
    done = desk.return_request(number, items=items, note="للزملاء")
    assert (done["status"], done["due_on"], done["waiting_for"]["who"]) == ("returned", None, "applicant")
    assert (done["officer"]["id"], [note["text"] for note in done["notes"]]) == (clerk.id, ["للزملاء"])
    seen = bureau.door(someone).get_request(number)
    assert seen["unlocked"] == {"fields": ["address"], "slots": ["civil_id_copy", "photo"]}
    assert seen["allowed_actions"] == ["edit", "attach", "submit", "withdraw", "print"]
    assert (seen["lines"], seen["next_page"]) == (["submitted", "under_review", "returned"], "contact")
    told = seen["correction"]
    marks = [(m["kind"], m["target"], m["reason_code"], m["reason"]) for m in told.pop("items")]
    assert marks == [
        ("field", "address", None, _own("اسم المنطقة ناقص")),
        ("slot", "photo", "unreadable", WORDS),
        ("slot", "civil_id_copy", "expired", _own("انتهت أمس")),
    ]
    assert told == {
        "message": None,
        "due_on": "2026-11-30",  # five working days: Tuesday to Thursday, Sunday, Monday
        "working_days": 5,
        "returned_at": "2026-11-23T09:00:00.000Z",
        "answered_at": None,
    }
    news = bureau.news(number)[-1]
    assert (news["name"], news["recipients"]) == ("requests.request_returned", [someone.id])
    facts = {name: news["data"][name] for name in ("items", "reason", "working_days", "due_on")}
    assert facts == {"items": 3, "reason": None, "working_days": 5, "due_on": "2026-11-30"}
    assert bureau.audited(number)[-2:] == ["request.return", "request.note"]
    assert clerk.name not in str(seen)


def test_the_short_form_has_one_reason_for_all(bureau: Bureau) -> None:
    someone, clerk = applicant(), officer()
    number = bureau.claimed(clerk, someone)
    card = _file(bureau.door(clerk).get_for_review(number), "civil_id_copy")
    short = {"fields": ["name_ar", "email"], "documents": ["photo", card], "reason_code": "unreadable"}
    bureau.door(clerk).return_request(number, **short, working_days=1)
    seen = bureau.door(someone).get_request(number)
    assert seen["unlocked"] == {"fields": ["email", "name_ar"], "slots": ["civil_id_copy", "photo"]}
    assert (seen["correction"]["message"], seen["correction"]["working_days"]) == (WORDS, 1)
    last = seen["status_history"][-1]
    assert (last["action"], last["reason_code"], last["reason"]) == ("return", "unreadable", WORDS)
    assert bureau.news(number)[-1]["data"]["reason"] == WORDS


def test_what_is_marked_twice_is_one_mark(bureau: Bureau) -> None:
    someone, clerk = applicant(), officer()
    number = bureau.claimed(clerk, someone)
    items = [{"slot": "photo", "note": "x"}, {"field": "email", "note": "y"}, {"slot": "photo", "note": "z"}]
    bureau.door(clerk).return_request(number, items=items)
    marks = bureau.door(someone).get_request(number)["correction"]["items"]
    assert sorted((mark["target"], mark["reason"]["ar"]) for mark in marks) == [
        ("email", "y"),
        ("photo", "z"),
    ]


@pytest.mark.parametrize(
    ("given", "code", "expected"),
    [
        ({}, "correction.empty", {"/items": "correction.empty"}),
        ({"items": [], "reason": "x"}, "correction.empty", {"/items": "correction.empty"}),
        ({"items": [{"field": "colour", "note": "x"}]}, None, {"/items/0/field": "field.not_a_choice"}),
        ({"items": [{"field": "civil_id", "note": "x"}]}, None, {"/items/0/field": "field.not_a_choice"}),
        ({"items": [{"slot": "passport", "note": "x"}]}, None, {"/items/0/slot": "field.not_a_choice"}),
        (
            {"items": [{"field": "email", "note": "x"}, {"document_id": "d-1", "note": "x"}]},
            None,
            {"/items/1/document_id": "field.not_a_choice"},
        ),
        (
            {"items": [{"field": "email", "reason_code": "conditions_not_met"}]},  # it is one of rejections
            None,
            {"/items/0/reason_code": "field.not_a_choice"},
        ),
        ({"items": [{"note": "x"}]}, None, {"/items/0": "correction.one_target"}),
        ({"items": [{"field": "email", "slot": "photo"}]}, None, {"/items/0": "correction.one_target"}),
        ({"items": [{"field": "email", "because": "x"}]}, None, {"/items/0/because": "field.unknown"}),
        ({"fields": ["colour"], "reason": "x"}, None, {"/fields/0": "field.not_a_choice"}),
        (
            {"documents": ["photo", "passport", "0-0"], "reason": "x"},
            None,
            {"/documents/1": "field.not_a_choice", "/documents/2": "field.not_a_choice"},
        ),
        ({"fields": ["email"], "reason_code": "ugly"}, None, {"/reason_code": "field.not_a_choice"}),
        (
            {"items": [{"field": "email"}, {"slot": "photo", "note": "x"}]},
            "reason.required",
            {"/items/0/reason_code": "reason.required", "/reason": "reason.required"},
        ),
        ({"fields": ["email"], "reason": " "}, "reason.required", {"/reason": "reason.required"}),
        (
            {"fields": ["email"], "reason": "x", "working_days": 0},
            None,
            {"/working_days": "field.out_of_range"},
        ),
        (
            {"fields": ["email"], "reason": "x", "working_days": 61},
            None,
            {"/working_days": "field.out_of_range"},
        ),
        ({"fields": ["email"], "reason": "x", "working_days": "5"}, None, {"/working_days": "field.invalid"}),
    ],
)
def test_what_is_no_correction(
    bureau: Bureau, given: dict[str, Any], code: str | None, expected: dict[str, str]
) -> None:
    clerk = officer()
    number = bureau.claimed(clerk)
    error = refusal(lambda: bureau.door(clerk).return_request(number, **given))
    assert (error.code, error.kind) == (code or "input.invalid", "invalid")
    assert {fault.pointer: fault.code for fault in error.faults} == expected
    assert bureau.door(clerk).get_for_review(number)["status"] == "under_review"
    assert bureau.scalar("SELECT count(*) FROM correction") == 0


def test_the_longest_and_the_shortest_time(bureau: Bureau, hands: Hands) -> None:
    hands.set(datetime(2026, 11, 26, 9, 0, tzinfo=UTC))  # a Thursday
    clerk = officer()
    for days, due_on in ((1, "2026-11-29"), (60, "2027-02-18")):
        number = bureau.returned(clerk, fields=["email"], reason="x", working_days=days)
        assert bureau.door(clerk).get_for_review(number)["correction"]["due_on"] == due_on


def test_a_file_of_another_request_cannot_be_marked(bureau: Bureau) -> None:
    clerk = officer()
    stranger = _file(bureau.door(clerk).get_for_review(bureau.claimed(clerk)), "photo")
    number = bureau.claimed(clerk)
    items = [{"document_id": stranger, "note": "x"}]
    refused = faults(lambda: bureau.door(clerk).return_request(number, items=items))
    assert refused == {"/items/0/document_id": "field.not_a_choice"}


def test_who_may_give_it_back_and_when(bureau: Bureau) -> None:
    someone, clerk = applicant(), officer()
    number = bureau.sent(someone)
    what = {"fields": ["email"], "reason": "x"}
    assert (
        refusal(lambda: bureau.door(clerk).return_request(number, **what)).code == "request.not_under_review"
    )
    version = bureau.door(clerk).claim(number)["version"]
    other, own = bureau.door(officer("supervisor")), bureau.door(officer(civil_id=someone.person["civil_id"]))
    assert refusal(lambda: other.return_request(number, **what)).code == "request.not_yours"
    assert refusal(lambda: own.return_request(number, **what)).code == "decision.own_request"
    assert refusal(lambda: bureau.door(someone).return_request(number, **what)).kind == "forbidden"
    stale = refusal(lambda: bureau.door(clerk).return_request(number, **what, version=version - 1))
    assert stale.code == "conflict.stale"
    assert bureau.door(clerk).return_request(number, **what, version=version)["version"] == version + 1
    for again in (
        lambda: bureau.door(clerk).return_request(number, **what),
        lambda: bureau.door(clerk).approve(number),
        lambda: bureau.door(clerk).claim(number),
        lambda: bureau.door(clerk).unassign(number),
    ):
        assert refusal(again).code == "request.not_under_review"


def test_old_beside_new_and_the_same_officer(bureau: Bureau, hands: Hands) -> None:
    hands.set(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    someone, clerk, boss = applicant(), officer(), officer("supervisor")
    items = [
        {"field": "name_ar", "note": "ناقص"},
        {"field": "notes", "note": "x"},
        {"slot": "photo", "note": "y"},
    ]
    number = bureau.returned(clerk, someone, items=items)
    desk, door = bureau.door(clerk), bureau.door(someone)
    before = desk.get_for_review(number)
    assert (before["changes"], desk.list_queue("mine")["items"]) == ([], [])
    old = _file(before, "photo")
    hands.pass_by(days=1)
    fields = {"name_ar": {"second": "علي"}, "notes": "صححت"}
    version = door.save_fields(number, fields=fields, version=before["version"])["version"]
    new = bureau.attach(someone, number, "photo")
    sent = door.submit(number, version=version)
    assert (sent["status"], sent["submitted_at"]) == ("submitted", "2026-11-23T09:00:00.000Z")
    assert (sent["correction"], sent["unlocked"]) == (None, {"fields": [], "slots": []})
    (item,) = desk.list_queue("mine")["items"]
    assert (item["number"], item["corrected"], item["officer"]["id"]) == (number, True, clerk.id)
    assert bureau.door(boss).list_queue("unassigned")["items"] == []
    assert refusal(lambda: bureau.door(boss).claim(number)).code == "request.not_yours"
    seen = desk.claim(number)
    assert seen["correction"]["answered_at"] == "2026-11-24T09:00:00.000Z"
    name, notes, photo = seen["changes"]
    empty = dict.fromkeys(("first", "second", "third", "fourth"))
    assert (name["field"], name["reason"]) == ("name_ar", _own("ناقص"))
    assert name["before"] == {**empty, "first": "أحمد", "fourth": "العتيبي"}
    assert name["after"] == {**empty, "first": "أحمد", "second": "علي", "fourth": "العتيبي"}
    assert name["after"] == seen["fields"]["name_ar"]
    assert (notes["field"], notes["before"], notes["after"]) == ("notes", None, "صححت")
    assert ("field" in photo, photo["slot"], photo["label"]["en"]) == (False, "photo", "Personal photo")
    assert [[file["id"] for file in photo[side]] for side in ("before", "after")] == [[old], [new]]
    assert [each["action"] for each in seen["status_history"]][-4:] == ["claim", "return", "submit", "claim"]
    assert desk.approve(number)["status"] == "preliminarily_approved"


def test_it_keeps_its_place_among_those_who_wait(bureau: Bureau) -> None:
    someone, clerk, other = applicant(), officer(), officer()
    number = bureau.returned(clerk, someone)
    later = bureau.claimed(clerk)
    bureau.door(someone).submit(number)
    listed = bureau.door(clerk).list_queue("mine")["items"]
    assert [item["number"] for item in listed] == [number, later]
    assert bureau.door(other).claim(number, take_over=True)["officer"]["id"] == other.id
    bureau.door(other).unassign(number)
    bureau.sent()
    assert bureau.door(officer()).take_next()["number"] == number
