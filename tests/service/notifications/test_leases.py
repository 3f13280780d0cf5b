"""Leases, retries and many senders at once: each delivery is one sender's at a time and comes to an end."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from chassis import clock, failpoints
from chassis.db import TransactionOpen, transaction
from chassis.errors import Internal, Unavailable
from contracts import requests
from services.notifications import domain
from services.notifications.domain import EMAILS, TEXTS, Channel, Lane, Outcome, Parcel, Result, Rule
from services.notifications.renderer import templates
from services.notifications.senders.post import make_post
from tests.service.notifications.by_hand import lease, work
from tests.service.notifications.facts import code, contact, later, rejected, submitted

# --------------------------------------------------------------------------------------- leases and retries


def _lose(engine) -> Parcel:
    """Lease one, never answer, and let the next sender find that the lease has ended."""
    ((lost,),) = lease(engine, EMAILS)
    assert lease(engine, EMAILS, at=later(seconds=31)) == []
    return lost


def test_a_leased_delivery_belongs_to_one_sender_until_its_lease_ends(service, engine, deliveries) -> None:
    service.tell(submitted())
    ((lost,),) = lease(engine, EMAILS)
    assert lease(engine, EMAILS, at=later(seconds=29)) == []
    assert deliveries()[0].state == "leased"
    assert lease(engine, EMAILS, at=later(seconds=31)) == []
    assert (deliveries()[0].state, deliveries()[0].error) == ("waiting", "sender.lost")
    ((taken_over,),) = lease(engine, EMAILS, at=later(seconds=37))
    assert (taken_over.id, taken_over.attempts) == (lost.id, lost.attempts + 1)


def test_what_kills_its_senders_is_not_tried_in_a_hot_loop(service, engine, deliveries) -> None:
    service.tell(submitted())
    at, tries = clock.real_now(), 0
    while at < later(minutes=10):
        tries += len(lease(engine, EMAILS, at=at))
        at += timedelta(seconds=1)
    assert 3 <= tries <= 5


def test_a_sender_whose_lease_ended_cannot_spoil_the_new_one(service, engine, deliveries) -> None:
    service.tell(submitted())
    late = _lose(engine)
    ((present,),) = lease(engine, EMAILS, at=later(seconds=37))
    service._record(late, Outcome(Result.REFUSED, "recipient.refused"))
    assert deliveries()[0].state == "leased"
    service._record(present, Outcome(Result.SENT))
    service._record(late, Outcome(Result.LATER, "provider.unreachable"))
    assert (deliveries()[0].state, deliveries()[0].error) == ("sent", None)


def test_a_sender_that_dies_after_sending_sends_only_the_same_message_again(
    service, engine, catcher, deliveries, monkeypatch
) -> None:
    service.tell(submitted())
    (bundle,) = lease(engine, EMAILS)
    with monkeypatch.context() as faults:
        faults.setattr(failpoints, "_act", failpoints._act)  # so that it is put back
        failpoints.arm("after_send=error:1", "test")
        with pytest.raises(failpoints.Injected):
            service._send(bundle)
    assert deliveries()[0].state == "leased"
    lease(engine, EMAILS, at=later(seconds=31))
    work(service, engine, at=later(seconds=37))
    assert deliveries()[0].state == "sent"
    assert len({mail.id for mail in catcher.list()}) == 1
    assert len(catcher.list()) == 2


def test_a_late_success_is_still_true(service, engine, deliveries) -> None:
    service.tell(submitted())
    late = _lose(engine)
    service._record(late, Outcome(Result.SENT))
    assert deliveries()[0].state == "sent"


def test_a_refusal_for_now_is_tried_again_with_growing_pauses(service, engine, catcher, deliveries) -> None:
    catcher.set_fault("email", "refuse")
    service.tell(submitted())
    at, pauses = clock.real_now(), []
    for _attempt in range(4):
        assert work(service, engine, at=at) == 1
        (row,) = deliveries()
        assert (row.state, row.error) == ("waiting", "message.postponed")
        pauses.append((row.next_at - clock.real_now()).total_seconds())
        at = row.next_at
    assert pauses == pytest.approx([5, 30, 120, 600], abs=3)  # the machine may be slow
    assert work(service, engine, at=at - timedelta(seconds=1)) == 0
    catcher.set_fault("email", "none")
    assert work(service, engine, at=at) == 1
    assert (deliveries()[0].state, deliveries()[0].attempts, deliveries()[0].error) == ("sent", 5, None)
    assert len(catcher.list()) == 1


def test_what_never_goes_is_given_up_in_the_end(service, engine, catcher, deliveries) -> None:
    catcher.set_fault("sms", "refuse")
    service.tell(rejected())
    for _attempt in range(20):
        work(service, engine, at=later(days=2))
    text = next(row for row in deliveries() if row.channel == "sms")
    assert (text.state, text.error) == ("gave_up", "provider.refuses")
    assert text.attempts == len(domain.PAUSES) + 1
    assert text.finished_at is not None


def test_a_delivery_whose_senders_all_died_is_given_up(service, engine, deliveries) -> None:
    service.tell(submitted())
    for day in range(1, 60):
        lease(engine, EMAILS, at=later(days=day))
    assert (deliveries()[0].state, deliveries()[0].error) == ("gave_up", "sender.lost")


def test_a_failed_sms_becomes_an_email_where_email_was_no_channel(
    service, engine, catcher, deliveries, monkeypatch
) -> None:
    only_sms = Rule(channels=frozenset({Channel.SMS}), link="/requests/{number}")
    monkeypatch.setitem(domain.RULES, requests.RequestRejected.NAME, only_sms)
    catcher.set_fault("sms", "refuse")
    service.tell(rejected())
    for _attempt in range(12):
        work(service, engine, at=later(days=2))
    assert [(row.channel, row.state) for row in deliveries()] == [("sms", "gave_up"), ("email", "sent")]
    assert len({row.event_id for row in deliveries()}) == 1


def test_a_code_never_moves_to_another_channel(service, engine, sealer, catcher, deliveries) -> None:
    catcher.set_fault("sms", "refuse")
    service.tell_code(code(sealer.seal("482913"), "sms"))
    for _attempt in range(20):
        work(service, engine, at=later(hours=1))
    assert [(row.channel, row.state, row.sealed) for row in deliveries()] == [("sms", "gave_up", None)]


def test_while_identity_is_down_nothing_is_counted(service, engine, identity, deliveries, catcher) -> None:
    answers, identity._answers = identity._answers, {"contacts": Unavailable("bus.timeout")}
    service.tell(submitted())
    work(service, engine)
    (row,) = deliveries()
    assert (row.state, row.attempts, row.error) == ("waiting", 0, "bus.timeout")
    identity._answers = answers
    work(service, engine, at=later(seconds=6))
    assert (deliveries()[0].state, deliveries()[0].error) == ("sent", None)


def test_an_identity_that_fails_costs_a_try_and_not_the_lease(service, engine, deliveries, identity) -> None:
    answers, identity._answers = identity._answers, {"contacts": Internal("internal")}
    service.tell(submitted())
    work(service, engine)
    (row,) = deliveries()
    assert (row.state, row.attempts, row.error) == ("waiting", 1, "internal")
    identity._answers = answers
    work(service, engine, at=later(seconds=6))
    assert (deliveries()[0].state, deliveries()[0].error) == ("sent", None)


@pytest.mark.parametrize("moment", ["before_commit", "after_commit"])
def test_what_was_sent_is_written_down_although_the_database_failed_once(
    *, service, engine, deliveries, catcher, monkeypatch, moment: str
) -> None:
    service.tell(submitted())
    ((parcel,),) = lease(engine, EMAILS)
    faults = [failpoints.Injected(moment)]

    def fail_once(name: str) -> None:
        if name == moment and faults:
            raise faults.pop()

    monkeypatch.setattr(failpoints, "_act", fail_once)
    service._send([parcel])
    assert faults == []
    assert deliveries()[0].state == "sent"
    assert len(catcher.list()) == 1


def test_when_the_provider_is_down_only_the_first_of_a_bundle_is_counted(
    service, engine, settings, deliveries
) -> None:
    service.post = make_post(replace(settings, SMTP_URL="smtp://127.0.0.1:1"), templates())
    service.tell(submitted(*(f"reader-{n}" for n in range(EMAILS.bundle))))
    (bundle,) = lease(engine, EMAILS)
    service._send(bundle)
    rows = deliveries()
    assert sorted(row.attempts for row in rows) == [0] * (EMAILS.bundle - 1) + [1]
    assert {row.state for row in rows} == {"waiting"}
    assert {row.error for row in rows} == {None, "provider.unreachable"}


# ------------------------------------------------------------------------------------- many senders, one order


def test_parallel_senders_send_each_delivery_once(service, engine, catcher, deliveries) -> None:
    for each in range(60):
        service.tell(submitted(f"reader-{each}", number=f"CE/{each}/26"))
    with ThreadPoolExecutor(8) as pool:
        taken = sum(pool.map(lambda _: work(service, engine), range(8)))
    assert taken == 60
    assert len(catcher.list()) == 60
    assert {(row.state, row.attempts) for row in deliveries()} == {("sent", 1)}


def test_news_of_one_request_arrive_in_their_order(service, engine, catcher) -> None:
    service.tell(rejected("filer", seq=4))
    service.tell(submitted("filer", seq=2))
    service.tell(submitted("filer", seq=3, number="CE/9/26"))
    first = lease(engine, EMAILS)
    assert sorted(str(parcel.number) for parcel in first[0]) == ["CE/8/26", "CE/9/26"]
    assert {parcel.event for parcel in first[0]} == {requests.RequestSubmitted.NAME}
    service._send(first[0])
    ((second,),) = lease(engine, EMAILS)
    assert second.event == requests.RequestRejected.NAME


def test_an_sms_does_not_wait_for_the_emails_of_its_request(service, engine) -> None:
    service.tell(submitted("filer", seq=2))
    service.tell(rejected("filer", seq=4))
    assert lease(engine, TEXTS)


def test_contacts_are_asked_for_a_whole_bundle_at_once(service, engine, identity) -> None:
    service.tell(submitted("b", "a", "c"))
    work(service, engine)
    assert identity.calls == [("contacts", {"account_ids": ["a", "b", "c"]})]


@pytest.mark.parametrize("lane", [EMAILS, TEXTS], ids=["email", "sms"])
def test_nothing_is_sent_inside_a_transaction(service, engine, lane: Lane) -> None:
    service.tell(rejected())
    (bundle,) = lease(engine, lane)
    with transaction(engine), pytest.raises(TransactionOpen):
        list(service.post.deliver(bundle, {"account-1": domain.Contact(**contact("account-1"))}))
