"""Who sees what: the matrix of people and requests, in every doorway; search; pages that stay stable."""

from functools import partial
from typing import Any

import pytest

from chassis.actor import ANONYMOUS, Actor
from chassis.errors import NotSignedIn
from tests.service.requests.conftest import Bureau, applicant, civil_id, faults, officer, refusal

A, B = "office-a", "office-b"


class People:
    """Two offices, a candidate, an officer; each applicant with a draft."""

    def __init__(self, bureau: Bureau):
        self.general_a = applicant("general_user", office=A)
        self.additional_a = applicant("additional_user", office=A)
        self.other_additional_a = applicant("additional_user", office=A)
        self.general_b = applicant("general_user", office=B)
        self.candidate = applicant()
        self.other_candidate = applicant()
        self.owners = {
            name: bureau.draft(who)["number"] for name, who in vars(self).items() if isinstance(who, Actor)
        }


SEES = {
    "general_a": {"general_a", "additional_a", "other_additional_a"},
    "additional_a": {"additional_a"},
    "other_additional_a": {"other_additional_a"},
    "general_b": {"general_b"},
    "candidate": {"candidate"},
    "other_candidate": {"other_candidate"},
}


@pytest.fixture
def people(bureau: Bureau) -> People:
    """The matrix's people."""
    return People(bureau)


def _calls(door: Any, number: str, document_id: str) -> dict[str, Any]:
    return {
        "get_request": lambda: door.get_request(number),
        "save_fields": lambda: door.save_fields(
            number, fields={"notes": "x"}, version=99, raw={"notes": "x"}
        ),
        "list_checks": lambda: door.list_checks(number),
        "submit": lambda: door.submit(number),
        "withdraw": lambda: door.withdraw(number),
        "order_paper": lambda: door.order_paper(number),
        "delete_draft": lambda: door.delete_draft(number),
        "attach_document": lambda: door.attach_document(
            number, slot="photo", filename="x.jpg", content_type="image/jpeg"
        ),
        "change_document": lambda: door.change_document(document_id, name="x"),
        "detach_document": lambda: door.detach_document(document_id),
        "open_document": lambda: door.open_document(document_id, verb="read"),
        "complete_document": lambda: door.open_document(document_id, verb="complete"),
    }


def test_each_sees_his_own_and_a_general_user_his_office(bureau: Bureau, people: People) -> None:
    for name, sees in SEES.items():
        listed = bureau.door(getattr(people, name)).list_requests()["items"]
        assert {item["number"] for item in listed} == {people.owners[owner] for owner in sees}


def test_all_that_is_not_his_is_not_there(bureau: Bureau, people: People) -> None:
    files = {
        name: bureau.attach(getattr(people, name), number, "photo") for name, number in people.owners.items()
    }
    versions = bureau.rows(
        "SELECT number, version, raw::text, updated_at FROM service_request ORDER BY number"
    )
    for name, sees in SEES.items():
        for owner in set(SEES) - sees:
            calls = _calls(bureau.door(getattr(people, name)), people.owners[owner], files[owner])
            for method, call in calls.items():
                assert refusal(call).kind == "not_found", (name, owner, method)
    after = bureau.rows("SELECT number, version, raw::text, updated_at FROM service_request ORDER BY number")
    assert after == versions
    assert bureau.scalar("SELECT count(*) FROM attachment") == len(files)


def test_same_answer_for_the_unknown_and_the_strange(bureau: Bureau, people: People) -> None:
    door = bureau.door(people.candidate)
    strange = refusal(lambda: door.get_request(people.owners["general_b"]))
    for number in ("CE/999/26", "nonsense", "", "CE/1\x00/26", "x" * 5000):
        unknown = refusal(partial(door.get_request, number))
        assert (unknown.kind, unknown.code, unknown.facts) == (strange.kind, strange.code, strange.facts)
    for document in ("x", "\x00", None):
        assert refusal(partial(door.open_document, document, verb="read")).code == "document.unknown"


def test_a_general_user_works_on_what_his_people_opened(bureau: Bureau, people: People) -> None:
    number = people.owners["additional_a"]
    door = bureau.door(people.general_a)
    assert door.save_fields(number, fields={"notes": "x"}, version=2)["version"] == 3
    for slot in ("civil_id_copy", "photo"):
        bureau.attach(people.general_a, number, slot)
    assert door.submit(number)["status"] == "submitted"
    told = bureau.news(number)[-1]
    assert told["recipients"] == [people.general_a.id, people.additional_a.id]


def test_work_for_another_company_is_not_shown(bureau: Bureau, people: People) -> None:
    both = applicant("additional_user", office=A)
    number = bureau.draft(both)["number"]
    elsewhere = applicant("additional_user", office=B, id=both.id, civil_id=both.person["civil_id"])
    assert bureau.door(elsewhere).get_request(number)["number"] == number  # he is its subject
    bureau.run("UPDATE service_request SET applicant_id = 'colleague' WHERE number = :n", n=number)
    assert refusal(lambda: bureau.door(elsewhere).get_request(number)).code == "request.unknown"
    assert bureau.door(both).get_request(number)["number"] == number


@pytest.mark.parametrize(
    ("actor", "kind"),
    [(ANONYMOUS, "not_signed_in"), (officer(), "forbidden"), (officer("examiner"), "forbidden")],
)
def test_applicants_doorways_are_for_applicants(bureau: Bureau, actor: Actor, kind: str) -> None:
    number = bureau.ready(applicant())
    for method, call in _calls(bureau.door(actor), number, "x").items():
        if method not in ("order_paper", "open_document", "complete_document") or actor is ANONYMOUS:
            assert refusal(call).kind == kind, method


@pytest.mark.parametrize(
    "actor", [ANONYMOUS, applicant(), applicant("general_user", office=A), officer("examiner")]
)
def test_the_bureaus_doorways_are_for_its_deciders(bureau: Bureau, actor: Actor) -> None:
    number = bureau.sent()
    door = bureau.door(actor)
    calls = [
        lambda: door.list_queue("all"),
        lambda: door.get_for_review(number),
        door.take_next,
        lambda: door.claim(number),
        lambda: door.unassign(number),
        lambda: door.add_note(number, "x"),
        lambda: door.approve(number),
        lambda: door.reject(number, reason="x"),
    ]
    expected = "not_signed_in" if actor is ANONYMOUS else "forbidden"
    assert {refusal(call).kind for call in calls} == {expected}


def test_a_draft_is_not_the_bureaus(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.draft(someone)["number"]
    document_id = bureau.attach(someone, number, "photo")
    door = bureau.door(officer("supervisor"))
    for call in (
        lambda: door.get_for_review(number),
        lambda: door.claim(number),
        lambda: door.approve(number),
        lambda: door.add_note(number, "x"),
        lambda: door.order_paper(number),
        lambda: door.open_document(document_id, verb="read"),
    ):
        assert refusal(call).kind == "not_found"
    assert door.list_queue("all")["items"] == []


def test_anybody_reads_what_is_offered(bureau: Bureau) -> None:
    door = bureau.door(ANONYMOUS)
    assert [item["code"] for item in door.list_service_types()["items"]] == ["broker_exam"]
    assert door.get_service_type("broker_exam")["prefix"] == "CE"
    assert refusal(lambda: door.get_service_type("fishing")).code == "service_type.unknown"
    with pytest.raises(NotSignedIn):
        door.list_requests()


@pytest.mark.parametrize(
    ("name", "q"),
    [
        ({"first": "أحمد", "fourth": "العتيبي"}, "احمد"),
        ({"first": "أحمد", "fourth": "العتيبي"}, "العتيبى احمد"),
        ({"first": "فاطمة", "fourth": "الهاجري"}, "فاطمه"),
        ({"first": "مُحَمَّد", "fourth": "العلي"}, "محمد"),
        ({"first": "آمنة", "fourth": "سالم"}, "امن"),
        ({"first": "مؤيد", "fourth": "سالم"}, "مويد"),
        ({"first": "علي", "fourth": "سالم"}, "عل"),
        ({"first": "علي", "fourth": "سالم"}, "س"),
    ],
)
def test_search_finds_names_however_they_are_spelt(bureau: Bureau, name: dict[str, str], q: str) -> None:
    someone = applicant()
    number = bureau.draft(someone, name_ar=name)["number"]
    assert [item["number"] for item in bureau.door(someone).list_requests(q=q)["items"]] == [number]


def test_search_by_number_civil_id_and_latin_name_and_nothing_else(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.draft(someone)["number"]
    serial = number.split("/")[1]

    def found(q: str) -> bool:
        return bool(bureau.door(someone).list_requests(q=q)["items"])

    assert found(f"CE-{serial}-26")
    assert found(f"ce/{serial}/26")
    assert found(someone.person["civil_id"])
    assert found("otaibi")
    assert found("AHMAD otai")
    for nothing in ("%", "_", "\\", "zz", "ahmad zz", "taibi0", "bi"):
        assert not found(nothing), nothing


def test_filters(bureau: Bureau) -> None:
    someone = applicant("general_user", office=A)
    draft = bureau.draft(someone)["number"]
    sent = bureau.sent(someone)
    door = bureau.door(someone)

    def listed(**filters: Any) -> set[str]:
        return {item["number"] for item in door.list_requests(**filters)["items"]}

    assert listed() == {draft, sent}
    assert listed(status="draft") == {draft}
    assert listed(service_type="broker_exam", status="submitted") == {sent}
    assert listed(license_number="01/209/000123/2026") == set()
    moment = door.get_request(sent)["updated_at"]
    assert listed(updated_since=moment) == {sent}
    assert listed(updated_since="2020-01-01T00:00:00+03:00") == {draft, sent}


@pytest.mark.parametrize(
    ("arguments", "pointer"),
    [
        ({"limit": 0}, "/limit"),
        ({"limit": 101}, "/limit"),
        ({"limit": "10"}, "/limit"),
        ({"cursor": "rubbish"}, "/cursor"),
        ({"cursor": "WzFd"}, "/cursor"),
        ({"status": "sold"}, "/status"),
        ({"service_type": "fishing"}, "/service_type"),
        ({"updated_since": "yesterday"}, "/updated_since"),
        ({"updated_since": "2026-01-01T00:00:00"}, "/updated_since"),
        ({"q": "a\x00"}, "/q"),
        ({"q": "a\ud800"}, "/q"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_bad_lists(bureau: Bureau, arguments: dict[str, Any], pointer: str) -> None:
    assert set(faults(lambda: bureau.door(applicant()).list_requests(**arguments))) == {pointer}


def test_pages_are_stable_while_the_list_changes(bureau: Bureau) -> None:
    someone = applicant()
    door = bureau.door(someone)
    numbers = [door.open_request(service_type="broker_exam")["number"] for _ in range(12)]
    seen, cursor = [], None
    for turn in range(10):
        page = door.list_requests(limit=4, cursor=cursor)
        seen += [item["number"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
        door.open_request(service_type="broker_exam")  # a new one comes on top
        door.save_fields(numbers[turn], fields={"notes": "x"}, version=1)  # an old one changes
        if turn == 0:
            door.delete_draft(numbers[2])  # one that was not shown yet goes
    assert seen == [number for number in reversed(numbers) if number != numbers[2]]


def test_a_civil_id_given_by_a_stranger_does_not_show_his_request(bureau: Bureau) -> None:
    shared = civil_id()
    first, second = applicant(civil_id=shared), applicant(civil_id=shared)
    number = bureau.sent(first)
    assert refusal(lambda: bureau.door(second).get_request(number)).code == "request.unknown"
    assert bureau.door(second).list_requests(q=shared)["items"] == []
