"""Papers come out of the running service as PDF, once per content."""

import io
import time
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from chassis import clock, grants
from chassis.actor import Actor
from chassis.errors import Unavailable
from tests.factories.orders import PAPERS
from tests.integration.documents.conftest import APPLICANT, EXAMINER, Portal


def order(portal: Portal, key: str, paper: str = "request", **changes: Any) -> str:
    """A signed order as requests gives it."""
    claims = {"paper": paper, "key": key, "data": PAPERS[paper](**changes)}
    return grants.issue(portal.settings.GRANT_KEY, claims, clock.real_now() + timedelta(seconds=60))


def printed(portal: Portal, text: str, seconds: float = 20, actor: Actor = APPLICANT) -> str:
    """The address of the paper, asked for as the gateway does."""
    end = time.monotonic() + seconds
    while True:
        try:
            return portal.call("gateway", "get_paper", actor=actor, order=text)["url"]
        except Unavailable as error:
            if error.code != "paper.being_made" or time.monotonic() > end:
                raise
            time.sleep(error.facts["retry_after"])


def test_a_request_is_printed_once_per_content(portal):
    text = order(portal, "content-1")
    url = printed(portal, text)
    answer = portal.get(url)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert 'filename="CE-8-26.pdf"' in answer.headers["Content-Disposition"]
    assert "CE/8/26" in PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    began = time.monotonic()
    again = printed(portal, text)
    assert time.monotonic() - began < 1
    assert again.partition("?")[0] == url.partition("?")[0]
    changed = printed(portal, order(portal, "content-2", number="CE/9/26"))
    assert changed.partition("?")[0] != url.partition("?")[0]


def test_a_candidate_gets_the_slip(portal):
    answer = portal.get(printed(portal, order(portal, "slip-1", "admission_slip")))
    (page,) = PdfReader(io.BytesIO(answer.data)).pages
    assert "K7QF-M2XW" in page.extract_text()


@pytest.mark.parametrize("paper", ["attendance_sheet", "final_list"])
def test_an_examiner_gets_lists_of_two_hundred(portal, paper):
    text = order(portal, "long-1", paper, seats=200)
    answer = portal.get(printed(portal, text, 60, EXAMINER))
    assert 'filename="EXAM-2026-12-10.pdf"' in answer.headers["Content-Disposition"]
    pages = PdfReader(io.BytesIO(answer.data)).pages
    assert "CE/200/26" in pages[-1].extract_text()
