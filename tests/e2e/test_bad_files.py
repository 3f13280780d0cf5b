"""Files that are not what they should be are refused by what they are, with a code that says why."""

from typing import Any

import pytest
import requests

from tests.e2e.bad_input_cases import FILES
from tests.e2e.portal import Portal, Refused, path, send_to_store
from tests.e2e.problems import problem
from tests.e2e.visitors import Program
from tests.factories.people import Person, pdf


@pytest.mark.parametrize("case", FILES, ids=[f"{f[4]}-{n}" for n, f in enumerate(FILES)])
def test_a_bad_file_is_refused_by_what_it_is(
    own: Portal, candidate: Person, draft: dict[str, Any], case: Any
) -> None:
    slot, filename, kind, content, code = case
    document = own.upload(candidate.token, draft, slot, content, filename=filename, content_type=kind)
    with pytest.raises(AssertionError):
        own.wait_clean(candidate.token, document)
    found = own.call("GET", f"/documents/{document}", token=candidate.token)
    assert (found["state"], found["code"]) == ("refused", code)
    with pytest.raises(Refused) as caught:
        own.call("GET", f"/documents/{document}/content", token=candidate.token, wanted=302)
    assert caught.value.status in (404, 409)


def test_an_announcement_that_cannot_be_is_refused(program: Program, draft: dict[str, Any]) -> None:
    fine = {"slot": "civil_id_copy", "filename": "a.pdf", "content_type": "application/pdf", "size": 100}
    for changed in (
        {"size": 11 * 1024 * 1024}, {"size": -1}, {"size": 10**30}, {"content_type": "text/html"}, {"slot": "nothing"},
        {"filename": ""}, {"filename": "a" * 5000}, {"sha256": "zz"}, {"content_type": ""}, {"size": "1"},
        {"filename": None}, {"surprise": 1},
    ):  # fmt: skip
        told = problem(program.call("POST", f"{path(draft)}/documents", {**fine, **changed}), 422)
        assert told["errors"], changed


def _announce(program: Program, draft: dict[str, Any], **facts: Any) -> dict[str, Any]:
    fine = {"slot": "good_conduct", "filename": "a.pdf", "content_type": "application/pdf"}
    answer = program.call("POST", f"{path(draft)}/documents", {**fine, **facts})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_an_empty_or_too_large_file_does_not_get_in(program: Program, draft: dict[str, Any]) -> None:
    """The store itself refuses what the signed policy does not allow."""
    for content in (b"", b"%PDF-1.4 " + b"0" * (10 * 1024 * 1024 + 1)):
        upload = _announce(program, draft)["upload"]
        with pytest.raises((AssertionError, requests.ConnectionError)):
            send_to_store(upload, content, "a.pdf", "application/pdf")


def test_a_file_that_was_never_sent_is_missing(own: Portal, program: Program, draft: dict[str, Any]) -> None:
    announced = _announce(program, draft)
    answer = program.call("POST", f"/documents/{announced['id']}/complete", {})
    assert answer.status_code in (202, 409, 422)
    with pytest.raises(AssertionError):
        own.wait_clean(program.token, announced["id"])
    found = program.call("GET", f"/documents/{announced['id']}").json()
    assert found["state"] in ("awaiting_upload", "refused")


def test_another_file_than_announced_is_refused(own: Portal, program: Program, draft: dict[str, Any]) -> None:
    content = pdf("another")
    announced = _announce(program, draft, sha256="0" * 64, size=len(content))
    try:
        send_to_store(announced["upload"], content, "a.pdf", "application/pdf")
    except AssertionError:
        return  # the policy holds the digest already
    program.call("POST", f"/documents/{announced['id']}/complete", {})
    with pytest.raises(AssertionError):
        own.wait_clean(program.token, announced["id"])
    assert program.call("GET", f"/documents/{announced['id']}").json()["code"] == "document.hash_differs"
