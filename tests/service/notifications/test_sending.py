"""What is sent arrives in the language of its reader; what is not to be sent ends there."""

import pytest

from contracts import identity as news_of_identity
from contracts import requests
from tests.service.notifications.by_hand import work
from tests.service.notifications.facts import (
    ANNOUNCED,
    OVERDUE,
    RETURNED,
    code,
    contact,
    exam,
    news,
    rejected,
    submitted,
    told,
)

# ---------------------------------------------------------------------------------------------- what arrives


def test_an_email_arrives_in_the_language_of_its_reader(service, engine, catcher, deliveries) -> None:
    service.tell(submitted("ar-reader", "en-reader"))
    work(service, engine)
    mails = {mail.to: mail for mail in catcher.list()}
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
    work(service, engine)
    (text,) = [message for message in catcher.list() if message.channel == "sms"]
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
    assert work(service, engine) == 2
    by_channel = {message.channel: message for message in catcher.list()}
    assert "482913" in by_channel["email"].text
    assert "10 دقائق" in by_channel["email"].text
    assert "771204" in by_channel["sms"].text
    assert [(row.state, row.sealed) for row in deliveries()] == [("sent", None)] * 2
    assert all("482913" not in str(vars(row)) for row in deliveries())


def test_a_reset_link_arrives_whole(service, engine, sealer, catcher) -> None:
    data = {"sealed": sealer.seal("tokenTOKEN42"), "minutes": 30}
    service.tell_code(news(news_of_identity.PasswordResetRequested.NAME, data=data))
    work(service, engine)
    (mail,) = catcher.list()
    assert "https://portal.example/password-resets/tokenTOKEN42\n" in mail.text
    assert 'href="https://portal.example/password-resets/tokenTOKEN42"' in mail.html


@pytest.mark.parametrize(
    ("event", "path"),
    [
        (RETURNED, "/requests/CE-8-26"),
        (OVERDUE, "/office/requests/CE-8-26"),
        (ANNOUNCED, f"/exam-announcements/{ANNOUNCED.aggregate}"),
    ],
    ids=["request", "review", "announcement"],
)
def test_a_mail_leads_to_what_it_is_about(service, engine, catcher, event, path: str) -> None:
    service.tell(told(event, "reader"))
    work(service, engine)
    (mail,) = [message for message in catcher.list() if message.channel == "email"]
    assert f"https://portal.example{path}\n" in mail.text
    assert f'href="https://portal.example{path}"' in mail.html


def test_a_nomination_arrives_by_mail_and_sms_with_its_deadline(service, engine, catcher) -> None:
    service.tell(told(exam(requests.CandidateNominated, confirm_until="2026-12-07T11:30:00+00:00"), "reader"))
    work(service, engine)
    arrived = {message.channel: message.text for message in catcher.list()}
    assert set(arrived) == {"email", "sms"}
    assert all("07/12/2026 14:30" in text for text in arrived.values())
    assert "قاعة التدريب" in arrived["email"]


def test_a_stranger_cannot_write_to_an_address_by_way_of_his_name(
    service, engine, sealer, catcher, identity
) -> None:
    unverified = contact("account-1", verified=False, name="Win a prize")
    identity._answers = {"contacts": {"items": [unverified]}}
    service.tell_code(code(sealer.seal("482913")))
    work(service, engine)
    (mail,) = catcher.list()
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
    work(service, engine)
    assert [(row.state, row.error, row.attempts) for row in deliveries()] == [("failed", error, 1)]


def test_an_account_that_is_gone_ends_the_delivery(service, engine, deliveries, identity) -> None:
    identity._answers = {"contacts": {"items": []}}
    service.tell(submitted())
    work(service, engine)
    assert [(row.state, row.error) for row in deliveries()] == [("failed", "contact.missing")]


def test_an_expired_code_is_not_sent_any_more(service, engine, sealer, catcher, deliveries) -> None:
    service.tell_code(code(sealer.seal("482913"), minutes=0))
    work(service, engine)
    (row,) = deliveries()
    assert (row.state, row.error, row.sealed) == ("failed", "code.expired", None)
    assert catcher.list() == []


def test_only_the_newest_code_of_a_channel_is_sent(service, engine, sealer, catcher, deliveries) -> None:
    older, newer = code(sealer.seal("111111")), code(sealer.seal("222222"))
    other_channel = code(sealer.seal("333333"), "sms")
    for message in (other_channel, newer, older):  # in any order
        service.tell_code(message)
    work(service, engine)
    assert sorted(row.error or "" for row in deliveries()) == ["", "", "code.replaced"]
    texts = "".join(message.text for message in catcher.list())
    assert "111111" not in texts
    assert "222222" in texts
    assert "333333" in texts


def test_a_code_that_cannot_be_opened_ends_its_delivery(service, engine, deliveries) -> None:
    service.tell_code(code("bm90IHNlYWxlZCBieSB1cywgc3VyZWx5IG5vdA=="))
    work(service, engine)
    assert [(row.state, row.error, row.sealed) for row in deliveries()] == [
        ("failed", "code.unreadable", None)
    ]
