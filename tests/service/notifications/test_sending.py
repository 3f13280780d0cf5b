"""What is due is sent once, by one sender, in the language of the person; what fails is tried again or ended."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from chassis import clock, failpoints
from chassis.db import TransactionOpen, transaction
from chassis.errors import Unavailable
from contracts import identity as news_of_identity
from contracts import requests
from services.notifications import domain, usecases
from services.notifications.domain import EMAILS, LANES, TEXTS, Channel, Lane, Outcome, Parcel, Result, Rule
from services.notifications.renderer import templates
from services.notifications.senders.post import make_post
from tests.service.notifications.facts import code, contact, later, news, rejected, submitted


def _lease(engine, lane: Lane, limit: int = 1, at=None) -> list[list[Parcel]]:
    with Session(engine) as session:
        bundles = usecases.lease_bundles(session, lane, limit, at or clock.real_now())
        session.commit()
        return bundles


def _work(service, engine, at=None) -> int:
    """What all workers would do until nothing is due at that moment; how many deliveries were taken."""
    taken = 0
    for lane in LANES:
        while bundles := _lease(engine, lane, at=at):
            for bundle in bundles:
                taken += len(bundle)
                service._send(bundle)
    return taken


# ---------------------------------------------------------------------------------------------- what arrives


def test_an_email_arrives_in_the_language_of_its_reader(service, engine, catcher, deliveries) -> None:
    service.tell(submitted("ar-reader", "en-reader"))
    _work(service, engine)
    mails = {mail.to: mail for mail in catcher.mailbox.list()}
    assert mails["ar-reader@people.example"].subject == "تم تقديم طلبكم \u2068CE/8/26\u2069"
    english = mails["en-reader@people.example"]
    assert english.subject == "Your request \u2068CE/8/26\u2069 was sent"
    assert "https://portal.example/requests/CE-8-26" in english.text
    assert "Clearing Agent Exam Request" in english.text
    assert "07/12/2026" in english.text
    assert "فاطمة العلي" in english.text  # a name is a name in every language
    assert english.html.startswith("<!doctype html>")
    rows = {row.id: row for row in deliveries()}
    assert {mail.id for mail in mails.values()} == {f"<{row}@portal.example>" for row in rows}
    assert {(row.state, row.attempts, row.error) for row in rows.values()} == {("sent", 1, None)}


def test_an_sms_arrives_with_our_id_and_the_providers_is_kept(service, engine, catcher, deliveries) -> None:
    service.tell(rejected("filer"))
    _work(service, engine)
    (text,) = [message for message in catcher.mailbox.list() if message.channel == "sms"]
    (row,) = [row for row in deliveries() if row.channel == "sms"]
    assert text.to == "+96550001234"
    assert (text.id, row.provider_id) == (row.id, row.id)
    assert "CE/8/26" in text.text
    assert "الصورة غير واضحة" not in text.text  # the reason is read behind the login, or in the mail


def test_a_code_is_opened_only_when_it_is_sent_and_then_erased(
    service, engine, sealer, catcher, deliveries
) -> None:
    service.tell_code(code(sealer.seal("482913")))
    service.tell_code(code(sealer.seal("771204"), "sms"))
    assert _work(service, engine) == 2
    by_channel = {message.channel: message for message in catcher.mailbox.list()}
    assert "482913" in by_channel["email"].text
    assert "10 دقائق" in by_channel["email"].text
    assert "771204" in by_channel["sms"].text
    assert [(row.state, row.sealed) for row in deliveries()] == [("sent", None)] * 2
    assert all("482913" not in str(vars(row)) for row in deliveries())


def test_a_reset_link_arrives_whole(service, engine, sealer, catcher) -> None:
    data = {"sealed": sealer.seal("tokenTOKEN42"), "minutes": 30}
    service.tell_code(news(news_of_identity.PasswordResetRequested.NAME, data=data))
    _work(service, engine)
    (mail,) = catcher.mailbox.list()
    assert "https://portal.example/password-resets/tokenTOKEN42\n" in mail.text
    assert 'href="https://portal.example/password-resets/tokenTOKEN42"' in mail.html


def test_a_stranger_cannot_write_to_an_address_by_way_of_his_name(
    service, engine, sealer, catcher, identity
) -> None:
    unverified = contact("account-1", verified=False, name="Win a prize")
    identity._answers = {"contacts": {"items": [unverified]}}
    service.tell_code(code(sealer.seal("482913")))
    _work(service, engine)
    (mail,) = catcher.mailbox.list()
    assert "prize" not in mail.text + mail.html + mail.subject


# ------------------------------------------------------------------------------------- what is not to be sent


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"verified": False}, "contact.unverified"),
        ({"email": None}, "contact.missing"),
        ({"email": "a@b.example\r\nBcc: thief@x.example"}, "address.invalid"),
    ],
)
def test_a_contact_that_cannot_be_used_ends_the_delivery(
    *, service, engine, deliveries, identity, facts: dict, error: str
) -> None:
    identity._answers = {"contacts": {"items": [contact("account-1", **facts)]}}
    service.tell(submitted())
    _work(service, engine)
    assert [(row.state, row.error, row.attempts) for row in deliveries()] == [("failed", error, 1)]


def test_an_account_that_is_gone_ends_the_delivery(service, engine, deliveries, identity) -> None:
    identity._answers = {"contacts": {"items": []}}
    service.tell(submitted())
    _work(service, engine)
    assert [(row.state, row.error) for row in deliveries()] == [("failed", "contact.missing")]


def test_an_expired_code_is_not_sent_any_more(service, engine, sealer, catcher, deliveries) -> None:
    service.tell_code(code(sealer.seal("482913"), minutes=0))
    _work(service, engine)
    (row,) = deliveries()
    assert (row.state, row.error, row.sealed) == ("failed", "code.expired", None)
    assert catcher.mailbox.list() == []


def test_only_the_newest_code_of_a_channel_is_sent(service, engine, sealer, catcher, deliveries) -> None:
    older, newer = code(sealer.seal("111111")), code(sealer.seal("222222"))
    other_channel = code(sealer.seal("333333"), "sms")
    for message in (other_channel, newer, older):  # in any order
        service.tell_code(message)
    _work(service, engine)
    assert sorted(row.error or "" for row in deliveries()) == ["", "", "code.replaced"]
    texts = "".join(message.text for message in catcher.mailbox.list())
    assert "111111" not in texts
    assert "222222" in texts
    assert "333333" in texts


def test_a_code_that_cannot_be_opened_ends_its_delivery(service, engine, deliveries) -> None:
    service.tell_code(code("bm90IHNlYWxlZCBieSB1cywgc3VyZWx5IG5vdA=="))
    _work(service, engine)
    assert [(row.state, row.error, row.sealed) for row in deliveries()] == [
        ("failed", "code.unreadable", None)
    ]


# --------------------------------------------------------------------------------------- leases and retries


def _lose(engine) -> Parcel:
    """Lease one, never answer, and let the next sender find that the lease has ended."""
    ((lost,),) = _lease(engine, EMAILS)
    assert _lease(engine, EMAILS, at=later(seconds=31)) == []
    return lost


def test_a_leased_delivery_belongs_to_one_sender_until_its_lease_ends(service, engine, deliveries) -> None:
    service.tell(submitted())
    ((lost,),) = _lease(engine, EMAILS)
    assert _lease(engine, EMAILS, at=later(seconds=29)) == []
    assert deliveries()[0].state == "leased"
    assert _lease(engine, EMAILS, at=later(seconds=31)) == []
    assert (deliveries()[0].state, deliveries()[0].error) == ("waiting", "sender.lost")
    ((taken_over,),) = _lease(engine, EMAILS, at=later(seconds=37))
    assert (taken_over.id, taken_over.attempts) == (lost.id, lost.attempts + 1)


def test_what_kills_its_senders_is_not_tried_in_a_hot_loop(service, engine, deliveries) -> None:
    service.tell(submitted())
    at, tries = clock.real_now(), 0
    while at < later(minutes=10):
        tries += len(_lease(engine, EMAILS, at=at))
        at += timedelta(seconds=1)
    assert 3 <= tries <= 5


def test_a_sender_whose_lease_ended_cannot_spoil_the_new_one(service, engine, deliveries) -> None:
    service.tell(submitted())
    late = _lose(engine)
    ((present,),) = _lease(engine, EMAILS, at=later(seconds=37))
    service._record(late, Outcome(Result.REFUSED, "recipient.refused"))
    assert deliveries()[0].state == "leased"
    service._record(present, Outcome(Result.SENT))
    service._record(late, Outcome(Result.LATER, "provider.unreachable"))
    assert (deliveries()[0].state, deliveries()[0].error) == ("sent", None)


def test_a_sender_that_dies_after_sending_sends_only_the_same_message_again(
    service, engine, catcher, deliveries, monkeypatch
) -> None:
    service.tell(submitted())
    (bundle,) = _lease(engine, EMAILS)
    with monkeypatch.context() as faults:
        faults.setattr(failpoints, "_act", failpoints._act)  # so that it is put back
        failpoints.arm("after_send=error:1", "test")
        with pytest.raises(failpoints.Injected):
            service._send(bundle)
    assert deliveries()[0].state == "leased"
    _lease(engine, EMAILS, at=later(seconds=31))
    _work(service, engine, at=later(seconds=37))
    assert deliveries()[0].state == "sent"
    assert len({mail.id for mail in catcher.mailbox.list()}) == 1
    assert len(catcher.mailbox.list()) == 2


def test_a_late_success_is_still_true(service, engine, deliveries) -> None:
    service.tell(submitted())
    late = _lose(engine)
    service._record(late, Outcome(Result.SENT))
    assert deliveries()[0].state == "sent"


def test_a_refusal_for_now_is_tried_again_with_growing_pauses(service, engine, catcher, deliveries) -> None:
    catcher.mailbox.set_fault("email", "refuse")
    service.tell(submitted())
    at, pauses = clock.real_now(), []
    for _attempt in range(4):
        assert _work(service, engine, at=at) == 1
        (row,) = deliveries()
        assert (row.state, row.error) == ("waiting", "message.postponed")
        pauses.append((row.next_at - clock.real_now()).total_seconds())
        at = row.next_at
    assert pauses == pytest.approx([5, 30, 120, 600], abs=3)  # the machine may be slow
    assert _work(service, engine, at=at - timedelta(seconds=1)) == 0
    catcher.mailbox.set_fault("email", "none")
    assert _work(service, engine, at=at) == 1
    assert (deliveries()[0].state, deliveries()[0].attempts, deliveries()[0].error) == ("sent", 5, None)
    assert len(catcher.mailbox.list()) == 1


def test_what_never_goes_is_given_up_in_the_end(service, engine, catcher, deliveries) -> None:
    catcher.mailbox.set_fault("sms", "refuse")
    service.tell(rejected())
    for _attempt in range(20):
        _work(service, engine, at=later(days=2))
    text = next(row for row in deliveries() if row.channel == "sms")
    assert (text.state, text.error) == ("gave_up", "provider.refuses")
    assert text.attempts == len(domain.PAUSES) + 1
    assert text.finished_at is not None


def test_a_delivery_whose_senders_all_died_is_given_up(service, engine, deliveries) -> None:
    service.tell(submitted())
    for day in range(1, 60):
        _lease(engine, EMAILS, at=later(days=day))
    assert (deliveries()[0].state, deliveries()[0].error) == ("gave_up", "sender.lost")


def test_a_failed_sms_becomes_an_email_where_email_was_no_channel(
    service, engine, catcher, deliveries, monkeypatch
) -> None:
    only_sms = Rule(channels=frozenset({Channel.SMS}), link="/requests/{number}")
    monkeypatch.setitem(domain.RULES, requests.RequestRejected.NAME, only_sms)
    catcher.mailbox.set_fault("sms", "refuse")
    service.tell(rejected())
    for _attempt in range(12):
        _work(service, engine, at=later(days=2))
    assert [(row.channel, row.state) for row in deliveries()] == [("sms", "gave_up"), ("email", "sent")]
    assert len({row.event_id for row in deliveries()}) == 1


def test_a_code_never_moves_to_another_channel(service, engine, sealer, catcher, deliveries) -> None:
    catcher.mailbox.set_fault("sms", "refuse")
    service.tell_code(code(sealer.seal("482913"), "sms"))
    for _attempt in range(20):
        _work(service, engine, at=later(hours=1))
    assert [(row.channel, row.state, row.sealed) for row in deliveries()] == [("sms", "gave_up", None)]


def test_while_identity_is_down_nothing_is_counted(service, engine, identity, deliveries, catcher) -> None:
    answers, identity._answers = identity._answers, {"contacts": Unavailable("bus.timeout")}
    service.tell(submitted())
    _work(service, engine)
    (row,) = deliveries()
    assert (row.state, row.attempts, row.error) == ("waiting", 0, "bus.timeout")
    identity._answers = answers
    _work(service, engine, at=later(seconds=6))
    assert (deliveries()[0].state, deliveries()[0].error) == ("sent", None)


def test_when_the_provider_is_down_only_the_first_of_a_bundle_is_counted(
    service, engine, settings, deliveries
) -> None:
    service.post = make_post(replace(settings, SMTP_URL="smtp://127.0.0.1:1"), templates())
    service.tell(submitted(*(f"reader-{n}" for n in range(EMAILS.bundle))))
    (bundle,) = _lease(engine, EMAILS)
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
        taken = sum(pool.map(lambda _: _work(service, engine), range(8)))
    assert taken == 60
    assert len(catcher.mailbox.list()) == 60
    assert {(row.state, row.attempts) for row in deliveries()} == {("sent", 1)}


def test_news_of_one_request_arrive_in_their_order(service, engine, catcher) -> None:
    service.tell(rejected("filer", seq=4))
    service.tell(submitted("filer", seq=2))
    service.tell(submitted("filer", seq=3, number="CE/9/26"))
    first = _lease(engine, EMAILS)
    assert sorted(str(parcel.number) for parcel in first[0]) == ["CE/8/26", "CE/9/26"]
    assert {parcel.event for parcel in first[0]} == {requests.RequestSubmitted.NAME}
    service._send(first[0])
    ((second,),) = _lease(engine, EMAILS)
    assert second.event == requests.RequestRejected.NAME


def test_an_sms_does_not_wait_for_the_emails_of_its_request(service, engine) -> None:
    service.tell(submitted("filer", seq=2))
    service.tell(rejected("filer", seq=4))
    assert _lease(engine, TEXTS)


def test_contacts_are_asked_for_a_whole_bundle_at_once(service, engine, identity) -> None:
    service.tell(submitted("b", "a", "c"))
    _work(service, engine)
    assert identity.calls == [("contacts", {"account_ids": ["a", "b", "c"]})]


@pytest.mark.parametrize("lane", [EMAILS, TEXTS], ids=["email", "sms"])
def test_nothing_is_sent_inside_a_transaction(service, engine, lane: Lane) -> None:
    service.tell(rejected())
    (bundle,) = _lease(engine, lane)
    with transaction(engine), pytest.raises(TransactionOpen):
        list(service.post.deliver(bundle, {"account-1": domain.Contact(**contact("account-1"))}))
