"""From registration to the officer's preliminary approval, through the API alone."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.e2e.portal import Portal, Refused, new_key, path
from tests.factories.people import Person


def _status(portal: Portal, person: Person, request: dict) -> str:
    return portal.call("GET", path(request), token=person.token)["status"]


def test_a_candidate_registers_applies_and_is_approved_preliminarily(portal: Portal, accounts: dict) -> None:
    person = portal.newcomer()
    request = portal.submitted_exam(person)
    assert request["status"] == "submitted"
    assert portal.catcher.wait(person.email, channel="email", matching=request["number"])

    reviewer = portal.sign_in(accounts["reviewer"])
    staff_path = f"/office{path(request)}"
    claimed = portal.call("POST", f"{staff_path}/claim", {}, token=reviewer, key=new_key())
    assert claimed["status"] == "under_review"
    assert _status(portal, person, request) == "under_review"
    approved = portal.call("POST", f"{staff_path}/approve", {"version": claimed["version"]}, token=reviewer)
    assert approved["status"] == "preliminarily_approved"

    details = portal.call("GET", path(request), token=person.token)
    statuses = [step["status"] for step in details["status_history"]]
    assert statuses == ["draft", "submitted", "under_review", "preliminarily_approved"]
    assert details["status_history"][2]["by_role"] == "reviewer"
    assert portal.catcher.wait(person.email, channel="email", matching="(?i)preliminar")
    assert any(notice["number"] == request["number"] for notice in portal.notices(person.token))


def test_a_second_exam_request_of_the_same_civil_id_is_refused(portal: Portal) -> None:
    """At opening and, where its draft was opened before, at Send."""
    person = portal.newcomer()
    twin = Person(civil_id=person.civil_id)
    portal.register(twin)
    portal.verify(twin)
    portal.login(twin)
    draft = portal.open_exam(twin)
    portal.upload_required(twin, draft)
    portal.submitted_exam(person)
    for attempt in (lambda: portal.submit(twin, draft), lambda: portal.open_exam(twin)):
        with pytest.raises(Refused) as caught:
            attempt()
        assert (caught.value.status, caught.value.code) == (409, "exam.already_requested")


def test_fifty_parallel_sends_are_one(portal: Portal) -> None:
    person = portal.newcomer()
    request = portal.open_exam(person)
    portal.upload_required(person, request)
    key = new_key()

    def send(n: int) -> int:
        headers = {"Authorization": f"Bearer {person.token}", "Idempotency-Key": key if n % 2 else new_key()}
        url = f"{portal.url}/api/v1{path(request)}/submit"
        return requests.post(url, json={}, headers=headers, timeout=20).status_code

    with ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(send, range(50)))
    assert set(statuses) <= {200, 409, 429}, statuses
    assert 200 in statuses
    details = portal.call("GET", path(request), token=person.token)
    assert [step["status"] for step in details["status_history"]] == ["draft", "submitted"]
    mails = [m for m in portal.catcher.messages(person.email) if request["number"] in m["text"]]
    assert len(mails) <= 1


def test_what_belongs_to_others_is_not_there(portal: Portal, accounts: dict) -> None:
    person, stranger = portal.newcomer(), portal.newcomer()
    request = portal.submitted_exam(person)
    document = portal.call("GET", path(request), token=person.token)["documents"][0]["files"][0]["id"]
    office = portal.sign_in(accounts["other_office_general_user"])
    for token in (stranger.token, office):
        for target in (
            path(request),
            f"{path(request)}/print.pdf",
            f"{path(request)}/checks",
            f"/documents/{document}",
        ):
            with pytest.raises(Refused) as caught:
                portal.call("GET", target, token=token)
            assert caught.value.status == 404, target
    with pytest.raises(Refused) as caught:
        portal.call("GET", "/office/requests", token=stranger.token, queue="all")
    assert caught.value.status in (403, 404)
    for notice in portal.notices(person.token):
        with pytest.raises(Refused) as caught:
            portal.call("POST", f"/notices/{notice['id']}/read", {}, token=stranger.token)
        assert caught.value.status == 404
