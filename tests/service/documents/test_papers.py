"""Papers are made once per content, to a signed order, and kept for some days."""

import base64
import threading
from datetime import timedelta

import pytest

from chassis import clock, grants
from chassis.actor import ANONYMOUS, Actor
from chassis.db import transaction
from chassis.errors import Forbidden, Invalid, NotSignedIn, Unavailable
from contracts.permissions import Role
from services.documents import domain
from services.documents.usecases import papers
from tests.factories.orders import PAPERS, request_paper

KEPT = timedelta(days=7)
EXAMINER = Actor(kind="person", id="account-9", roles=frozenset({Role.EXAMINER}), session="s")


@pytest.fixture(autouse=True)
def _short_wait(monkeypatch):
    monkeypatch.setattr(domain, "PAPER_WAIT", timedelta(seconds=0.3))


def order_text(desk, key="content-1", *, data=None, paper="request", signed_with=None):
    claims = {"paper": paper, "key": key, "data": data or request_paper()}
    expires_at = clock.real_now() + timedelta(seconds=60)
    return grants.issue(signed_with or desk.settings.GRANT_KEY, claims, expires_at)


def ordered(desk, key="content-1"):
    with pytest.raises(Unavailable) as error:
        desk.service().get_paper(order=order_text(desk, key))
    return error.value


def lease(desk, now=None):
    with transaction(desk.engine) as session:
        return papers.lease_papers(session, 10, now or clock.real_now())


def made(desk, rendering, now=None):
    with transaction(desk.engine) as session:
        papers.record_made(session, rendering, now=now or clock.real_now(), kept_for=KEPT)


def failed(desk, rendering, *, is_final=True):
    with transaction(desk.engine) as session:
        papers.record_failure(session, rendering, is_final=is_final, now=clock.real_now())


def test_a_paper_asked_for_before_it_is_there_is_being_made(desk):
    error = ordered(desk)
    assert (error.code, error.facts) == ("paper.being_made", {"retry_after": 1})
    paper = desk.paper("content-1")
    assert (paper.state, paper.filename) == ("ordered", "CE-8-26.pdf")
    assert paper.data["number"] == "CE/8/26"


def test_a_made_paper_has_an_address_and_its_data_is_forgotten(desk):
    ordered(desk)
    (rendering,) = lease(desk)
    made(desk, rendering)
    answer = desk.service().get_paper(order=order_text(desk))
    assert f"/papers/{rendering.stored_key}?" in answer["url"]
    assert "CE-8-26.pdf" in answer["url"]
    assert answer["expires_in"] <= 60
    assert desk.paper("content-1").data is None


def test_who_waits_gets_it_as_soon_as_it_is_made(desk, monkeypatch):
    monkeypatch.setattr(domain, "PAPER_WAIT", timedelta(seconds=10))
    answers = []
    service = desk.service()
    waiting = threading.Thread(target=lambda: answers.append(service.get_paper(order=order_text(desk))))
    waiting.start()
    end = clock.real_now() + timedelta(seconds=5)
    while not (renderings := lease(desk)):
        assert clock.real_now() < end
    made(desk, renderings[0])
    waiting.join(5)
    assert answers[0]["url"]
    assert service.printer.times == 1


def test_one_content_is_made_once_however_many_ask(desk):
    threads = [threading.Thread(target=ordered, args=(desk,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lease(desk)) == 1
    assert lease(desk) == []


def test_another_content_is_another_paper(desk):
    ordered(desk, "content-1")
    ordered(desk, "content-2")
    assert {rendering.key for rendering in lease(desk)} == {"content-1", "content-2"}


def test_a_try_that_lost_its_lease_does_not_count(desk):
    ordered(desk)
    now = clock.real_now()
    (slow,) = lease(desk, now)
    (quick,) = lease(desk, now + timedelta(seconds=30))
    made(desk, quick)
    made(desk, slow)
    made(desk, quick)
    assert desk.paper("content-1").stored_key == quick.stored_key
    assert slow.stored_key in desk.doomed()
    assert quick.stored_key not in desk.doomed()


def test_a_paper_that_cannot_be_made_is_given_up_and_may_be_ordered_again(desk):
    ordered(desk)
    now = clock.real_now()
    for step in range(domain.MOST_TRIES):
        (rendering,) = lease(desk, now + timedelta(minutes=step))
        failed(desk, rendering)
    assert ordered(desk).code == "paper.failed"
    assert desk.paper("content-1").data is None
    with transaction(desk.engine) as session:
        later = clock.real_now() + domain.FAILED_PAPER_REST
        order = {"paper": "request", "key": "content-1", "data": request_paper()}
        assert papers.order_paper(session, order, now=later).state == "ordered"


def test_a_store_that_is_away_is_no_reason_to_give_up(desk):
    ordered(desk)
    now = clock.real_now()
    for step in range(domain.MOST_TRIES + 2):
        (rendering,) = lease(desk, now + timedelta(minutes=step))
        failed(desk, rendering, is_final=False)
    assert desk.paper("content-1").state == "ordered"


def test_papers_are_removed_after_their_days(desk):
    ordered(desk)
    (rendering,) = lease(desk)
    made(desk, rendering)
    over = clock.real_now() + KEPT + timedelta(minutes=1)
    with transaction(desk.engine) as session:
        assert papers.list_old_papers(session, 10, clock.real_now()) == []
        assert papers.list_old_papers(session, 10, over) == [["request", "content-1"]]
        papers.remove_paper(session, "request", "content-1", now=clock.real_now())
    assert desk.paper("content-1") is not None
    with transaction(desk.engine) as session:
        papers.remove_paper(session, "request", "content-1", now=over)
    assert desk.paper("content-1") is None
    (moment,) = desk.doomed()[rendering.stored_key]
    assert moment > over + domain.ADDRESS_TIME


def test_nothing_is_printed_without_a_signed_order(desk):
    forged = base64.b64encode(b"another key of thirty-two bytes!").decode()
    with pytest.raises(Forbidden, match=r"grant\.invalid"):
        desk.service().get_paper(order=order_text(desk, signed_with=forged))
    with pytest.raises(NotSignedIn):
        desk.service(ANONYMOUS).get_paper(order=order_text(desk))


@pytest.mark.parametrize(
    ("paper", "for_candidates", "for_examiners"),
    [
        ("request", True, False),
        ("admission_slip", True, False),
        ("attendance_sheet", False, True),
        ("final_list", False, True),
    ],
)
def test_each_paper_is_for_those_who_may_have_its_kind(desk, paper, for_candidates, for_examiners):
    order = order_text(desk, paper=paper, data=PAPERS[paper]())
    for service, is_allowed in ((desk.service(), for_candidates), (desk.service(EXAMINER), for_examiners)):
        with pytest.raises(Unavailable if is_allowed else Forbidden) as error:
            service.get_paper(order=order)
        assert error.value.code == ("paper.being_made" if is_allowed else "permission.missing")


def test_a_grant_for_a_document_is_no_order(desk):
    with pytest.raises(Invalid, match=r"paper\.unknown"):
        desk.service().get_paper(order=desk.grant("id", "download"))


@pytest.mark.parametrize("missing", ["number", "status", "printed_at", "rows", "verify_path"])
def test_an_incomplete_order_is_refused(desk, missing):
    data = request_paper()
    del data[missing]
    with pytest.raises(Invalid) as error:
        desk.service().get_paper(order=order_text(desk, data=data))
    assert [fault.pointer for fault in error.value.faults] == [f"/{missing}"]


def test_the_code_leads_nowhere_but_into_the_portal(desk):
    data = {**request_paper(), "verify_path": "//evil.example/"}
    with pytest.raises(Invalid):
        desk.service().get_paper(order=order_text(desk, data=data))
