"""Files: slots, versions, names, grants, and what documents tells, even twice."""

from datetime import timedelta
from typing import Any

import pytest

from chassis import clock, grants, ids
from chassis.errors import Unavailable
from services.requests.domain import files
from tests.service.requests.conftest import Bureau, applicant, faults, officer, refusal


def _slot(request: dict[str, Any], code: str) -> dict[str, Any]:
    return next(slot for slot in request["documents"] if slot["slot"] == code)


def test_attaching_asks_documents_for_an_address(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.draft(someone)["number"]
    before = bureau.door(someone).get_request(number)
    answer = bureau.door(someone).attach_document(
        number.replace("/", "-"),
        slot="photo",
        filename="وجه.png",
        content_type="image/png",
        size=5,
        sha256="A" * 64,
    )
    assert answer["upload"]["method"] == "POST"
    assert bureau.documents.calls == [
        (
            "start_upload",
            {
                "owner": number,
                "slot": "photo",
                "filename": "وجه.png",
                "content_types": ["image/png", "image/jpeg", "image/heic"],
                "max_bytes": 10_485_760,
                "size": 5,
                "sha256": "a" * 64,
            },
        )
    ]
    after = bureau.door(someone).get_request(number)
    assert after["version"] == before["version"]  # a form that is open beside it stays good
    (file,) = _slot(after, "photo")["files"]
    assert (file["id"], file["name"], file["state"]) == (answer["id"], "صورة شخصية", "awaiting_upload")
    english = bureau.door(applicant(id=someone.id, language="en"))
    english.attach_document(number, slot="civil_id_copy", filename="x.pdf", content_type="application/pdf")
    assert (
        _slot(english.get_request(number), "civil_id_copy")["files"][0]["name"] == "Copy of the civil ID card"
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"slot": "passport_copy"}, {"/slot": "field.not_a_choice"}),
        ({"content_type": "application/pdf"}, {"/content_type": "document.wrong_type"}),
        ({"content_type": "text/html"}, {"/content_type": "document.wrong_type"}),
        ({"size": 10_485_761}, {"/size": "document.too_large"}),
        ({"size": -1}, {"/size": "field.invalid"}),
        ({"sha256": "xyz"}, {"/sha256": "field.invalid"}),
        ({"filename": ""}, {"/filename": "field.required"}),
        ({"filename": "a\x00.jpg"}, {"/filename": "field.invalid"}),
        ({"name": "x" * 201}, {"/name": "field.too_long"}),
        ({"state": "clean"}, {"/state": "field.unknown"}),
    ],
)
def test_what_is_not_attached(bureau: Bureau, changes: dict[str, Any], expected: dict[str, str]) -> None:
    someone = applicant()
    number = bureau.draft(someone)["number"]
    arguments = {"slot": "photo", "filename": "x.jpg", "content_type": "image/jpeg", **changes}
    assert faults(lambda: bureau.door(someone).attach_document(number, **arguments)) == expected
    assert bureau.documents.calls == []
    assert bureau.scalar("SELECT count(*) FROM attachment") == 0


def test_documents_being_away_attaches_nothing(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.draft(someone)["number"]
    bureau.documents._answers = {"start_upload": Unavailable("service.unavailable")}
    assert refusal(lambda: bureau.attach(someone, number, "photo")).code == "service.unavailable"
    assert bureau.scalar("SELECT count(*) FROM attachment") == 0


def test_a_new_file_takes_the_place_of_the_old_when_it_is_clean(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.draft(someone)["number"]
    door = bureau.door(someone)
    old = bureau.attach(someone, number, "photo")
    new = bureau.attach(someone, number, "photo", "scanning")
    assert [file["id"] for file in _slot(door.get_request(number), "photo")["files"]] == [old, new]
    bureau.tell(number, new, "clean")
    assert [file["id"] for file in _slot(door.get_request(number), "photo")["files"]] == [new]
    assert bureau.scalar("SELECT replaced_at IS NOT NULL FROM attachment WHERE id = :i", i=old)
    assert refusal(lambda: door.open_document(old, verb="read")).code == "document.unknown"
    assert bureau.news(number) == []  # a version is kept


def test_a_refused_one_leaves_the_old_and_goes_with_the_next(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.draft(someone)["number"]
    door = bureau.door(someone)
    old = bureau.attach(someone, number, "photo")
    bad = bureau.attach(someone, number, "photo", "refused")
    states = [
        (file["id"], file["state"], file["code"])
        for file in _slot(door.get_request(number), "photo")["files"]
    ]
    assert states == [(old, "clean", None), (bad, "refused", "document.wrong_type")]
    new = bureau.attach(someone, number, "photo", "uploaded")
    assert [file["id"] for file in _slot(door.get_request(number), "photo")["files"]] == [old, new]
    assert bureau.news(number)[-1]["data"]["document_ids"] == [bad]


def test_news_that_come_twice_late_or_for_nothing_do_no_harm(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.draft(someone)["number"]
    photo = bureau.attach(someone, number, "photo", "scanning")
    message_id = ids.new_id()
    bureau.tell(number, photo, "clean", message_id)
    bureau.run("UPDATE attachment SET name = 'kept'")
    bureau.run("UPDATE attachment SET state = 'scanning'")
    bureau.tell(number, photo, "clean", message_id)
    assert bureau.scalar("SELECT state FROM attachment") == "scanning"  # the second was passed over
    bureau.door(someone).detach_document(photo)
    bureau.tell(number, photo, "clean")
    assert bureau.scalar("SELECT count(*) FROM attachment") == 0


def test_a_slow_old_file_does_not_push_out_the_newer(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.draft(someone)["number"]
    slow = bureau.attach(someone, number, "photo", "scanning")
    quick = bureau.attach(someone, number, "photo")
    bureau.tell(number, slow, "clean")
    shown = _slot(bureau.door(someone).get_request(number), "photo")["files"]
    assert [file["id"] for file in shown] == [quick]


def test_renaming_and_moving(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.draft(someone)["number"]
    door = bureau.door(someone)
    card = bureau.attach(someone, number, "civil_id_copy")
    assert door.change_document(card, name="  بطاقتي \u202e")["name"] == "بطاقتي"
    assert door.change_document(card, slot="good_conduct")["slot"] == "good_conduct"
    assert faults(lambda: door.change_document(card, slot="bank_guarantee")) == {
        "/slot": "field.not_a_choice"
    }
    assert faults(lambda: door.change_document(card, name="")) == {"/name": "field.required"}
    paper = bureau.attach(someone, number, "civil_id_copy", "scanning", content_type="application/pdf")
    assert faults(lambda: door.change_document(paper, slot="photo")) == {"/slot": "document.wrong_type"}
    standing = bureau.attach(someone, number, "photo")
    assert door.change_document(card, slot="photo")["slot"] == "photo"
    shown = _slot(door.get_request(number), "photo")["files"]
    assert [file["id"] for file in shown] == [card]
    assert bureau.scalar("SELECT replaced_at IS NOT NULL FROM attachment WHERE id = :i", i=standing)


def test_detaching_lets_the_file_go(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.draft(someone)["number"]
    photo = bureau.attach(someone, number, "photo")
    assert bureau.door(someone).detach_document(photo) == {}
    (told,) = bureau.news(number)
    assert (told["name"], told["data"]["document_ids"]) == ("requests.documents_detached", [photo])
    assert refusal(lambda: bureau.door(someone).detach_document(photo)).code == "document.unknown"


def test_nothing_of_what_was_sent_is_changed(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.sent(someone)
    door = bureau.door(someone)
    photo = _slot(door.get_request(number), "photo")["files"][0]["id"]
    for call in (
        lambda: door.change_document(photo, name="x"),
        lambda: door.detach_document(photo),
        lambda: door.open_document(photo, verb="complete"),
    ):
        assert refusal(call).code == "request.not_draft"
    assert bureau.door(someone).open_document(photo, verb="download")["document"]["state"] == "clean"


def test_a_request_takes_a_bounded_number_of_files(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_PER_REQUEST", 3)
    someone = applicant()
    number = bureau.draft(someone)["number"]
    for _ in range(3):
        bureau.attach(someone, number, "photo")
    assert refusal(lambda: bureau.attach(someone, number, "photo")).code == "document.slot_full"


def test_a_grant_names_one_thing_for_a_minute(bureau: Bureau) -> None:
    someone, key = applicant(), bureau.settings.GRANT_KEY
    number = bureau.draft(someone)["number"]
    photo = bureau.attach(someone, number, "photo", "awaiting_upload", filename="IMG_1.JPG")
    door = bureau.door(someone)
    opened = door.open_document(photo, verb="complete")
    assert (opened["document"]["number"], opened["document"]["slot"]) == (number, "photo")
    claims = grants.check(key, opened["grant"], clock.real_now())
    assert claims == {
        "document_id": photo,
        "verb": "complete",
        "actor": someone.id,
        "filename": "صورة شخصية.JPG",
    }
    assert (
        refusal(lambda: grants.check(key, opened["grant"], clock.real_now() + timedelta(seconds=62))).code
        == "grant.invalid"
    )
    assert _slot(door.get_request(number), "photo")["files"][0]["state"] == "uploaded"
    assert set(faults(lambda: door.open_document(photo, verb="burn"))) == {"/verb"}


def test_an_officer_opens_files_of_what_was_sent_and_completes_none(bureau: Bureau) -> None:
    someone, clerk = applicant(), officer()
    number = bureau.sent(someone)
    door = bureau.door(clerk)
    photo = _slot(door.get_for_review(number), "photo")["files"][0]["id"]
    assert door.open_document(photo, verb="read")["document"]["id"] == photo
    assert refusal(lambda: door.open_document(photo, verb="complete")).kind == "forbidden"
    assert (
        refusal(lambda: bureau.door(officer("examiner")).open_document(photo, verb="read")).kind
        == "forbidden"
    )
