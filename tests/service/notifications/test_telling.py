"""News are noted once for each person and channel, however often and by however many they are heard."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from chassis.models import outbox
from contracts import identity
from contracts.notifications import NoticePosted
from services.notifications import domain
from tests.service.notifications.facts import code, news, rejected, submitted


def _posted(engine) -> list[dict]:
    with engine.begin() as connection:
        return [json.loads(row.body) for row in connection.execute(outbox.select().order_by(outbox.c.id))]


def test_each_recipient_has_a_notice_and_an_email(service, deliveries, notices) -> None:
    service.tell(submitted("filer", "subject"))
    assert [(row.account_id, row.channel, row.state) for row in deliveries()] == [
        ("filer", "email", "waiting"),
        ("subject", "email", "waiting"),
    ]
    assert [row.account_id for row in notices()] == ["filer", "subject"]


def test_a_decision_is_told_by_sms_too(service, deliveries) -> None:
    service.tell(rejected())
    assert {row.channel for row in deliveries()} == {"email", "sms"}


def test_a_new_notice_is_live_news_for_its_reader(service, notices, engine) -> None:
    service.tell(submitted("filer"))
    (event,) = _posted(engine)
    assert event["name"] == NoticePosted.NAME
    assert event["recipients"] == ["filer"]
    assert event["aggregate"] == notices()[0].id
    assert event["actor"]["id"] == "system:notifications"


def test_the_same_event_twice_is_told_once(service, deliveries, notices, engine) -> None:
    message = rejected("filer", "filer")
    service.tell(message)
    service.tell(message)
    assert (len(deliveries()), len(notices()), len(_posted(engine))) == (2, 1, 1)


def test_the_same_event_is_told_once_even_when_the_inbox_forgot_it(
    service, deliveries, notices, engine
) -> None:
    message = rejected()
    service.tell(message)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM inbox"))
    service.tell(message)
    assert (len(deliveries()), len(notices()), len(_posted(engine))) == (2, 1, 1)


def test_twins_in_parallel_tell_once(service_for, service, deliveries, notices, engine) -> None:
    message = rejected("a", "b")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: service.tell(message), range(16)))
    assert (len(deliveries()), len(notices()), len(_posted(engine))) == (4, 2, 2)


def test_a_code_is_kept_sealed_for_its_channel_alone_and_is_no_notice(
    service, sealer, deliveries, notices
) -> None:
    sealed = sealer.seal("482913")
    service.tell_code(code(sealed, "sms"))
    (row,) = deliveries()
    assert (row.channel, row.sealed, row.is_code) == ("sms", sealed, True)
    assert row.data == {"channel": "sms", "minutes": 10}
    assert notices() == []


def test_noting_wakes_the_right_senders_and_sends_nothing(service, sealer, catcher) -> None:
    service.tell_code(code(sealer.seal("1")))
    service.tell(submitted())
    woken = [
        worker.times for worker in (service.code_emails, service.code_texts, service.emails, service.texts)
    ]
    assert woken == [1, 1, 1, 1]
    assert catcher.list() == []


@pytest.mark.parametrize("event", sorted(set(domain.RULES) - {identity.CodeIssued.NAME}))
def test_every_event_reaches_a_person(service, deliveries, event: str) -> None:
    service.tell(news(event, data={"minutes": 30}))
    assert deliveries()


def test_an_event_without_a_rule_is_an_error_and_leaves_nothing(service, deliveries) -> None:
    with pytest.raises(KeyError):
        service.tell(news("requests.something_new"))
    assert deliveries() == []


def test_nobody_to_tell_is_no_error(service, deliveries) -> None:
    message = submitted()
    message.recipients.clear()
    service.tell(message)
    assert deliveries() == []
