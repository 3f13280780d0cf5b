"""The running service: real bus, real identity, real SMTP and SMS on the other side, refusing and hanging too."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests as http
from sqlalchemy import create_engine, text

from chassis import clock, ids, outbox
from chassis.actor import Actor, system
from chassis.config import load
from chassis.db import open_session
from chassis.live import Listener
from chassis.rpc import Asking, Caller
from chassis.sealing import Sealer
from contracts.events import Event
from contracts.identity import CodeIssued, PasswordChanged
from contracts.notifications import NoticePosted
from contracts.permissions import Role
from deploy.local.stack import Stack
from services.identity.commands import demo
from services.identity.settings import Settings as IdentitySettings
from tests.integration.conftest import eventually

SOME = 25
MANY = 900  # the catcher lists a thousand
CROWD = f"""
    INSERT INTO delivery (id, account_id, channel, event_id, event, aggregate, seq, is_code, data, state, next_at,
                          trace_id)
    SELECT gen_random_uuid(), :account_id, 'email', gen_random_uuid(), 'identity.password_changed', 'a' || n, 1,
           false, '{{}}', 'waiting', now(), ''
    FROM generate_series(1, {MANY}) AS n
"""


class Portal:
    """The stack, the account that is told things, and what has arrived."""

    def __init__(self, stack: Stack):
        self.stack = stack
        self.settings = load(IdentitySettings, stack.environment("identity"))
        self.sealer = Sealer(self.settings.CODE_SEALING_KEY, "code")
        with open_session(self.settings) as session:
            demo.load(session, clock.real_now())
        columns = "id, email, mobile"
        (row,) = self.sql("identity", f"SELECT {columns} FROM account WHERE email LIKE 'candidate@%'")
        self.account_id, self.email, self.mobile = row

    def publish(self, *events: Event) -> None:
        """Record news in identity's outbox, from where its relay takes them."""
        with open_session(self.settings) as session:
            for event in events:
                outbox.record(session, event, system("identity"))

    def code(self, secret: str, channel: str) -> CodeIssued:
        """A code for the account."""
        sealed = self.sealer.seal(secret)
        return CodeIssued(
            aggregate=self.account_id,
            seq=1,
            recipients=(self.account_id,),
            channel=channel,
            sealed=sealed,
            minutes=10,
        )

    def news(self) -> PasswordChanged:
        """News that are told by email and in the portal, each of its own aggregate."""
        return PasswordChanged(aggregate=ids.new_id(), seq=1, recipients=(self.account_id,))

    def sql(self, service: str, statement: str, **facts: Any) -> list[Any]:
        """Rows of a service's database."""
        engine = create_engine(self.stack.environment(service)["DATABASE_URL"])
        with engine.begin() as connection:
            result = connection.execute(text(statement), facts)
            rows = list(result) if result.returns_rows else []
        engine.dispose()
        return rows

    def caught(self, channel: str) -> list[dict[str, Any]]:
        """What arrived on a channel, newest first."""
        to = self.email if channel == "email" else self.mobile
        answer = http.get(f"{self.stack.catcher_url}/api/messages", {"to": to}, timeout=5)
        return [message for message in answer.json() if message["channel"] == channel]

    def fault(self, channel: str, mode: str) -> None:
        """Make the provider of a channel refuse or hang; `none` ends it."""
        body = {"channel": channel, "mode": mode}
        http.post(f"{self.stack.catcher_url}/faults", json=body, timeout=5).raise_for_status()

    def states(self) -> Counter[str]:
        """How many deliveries are in each state."""
        return Counter(dict(self.sql("notifications", "SELECT state, count(*) FROM delivery GROUP BY state")))

    def forget(self) -> None:
        """Empty the boxes and the tables."""
        http.post(f"{self.stack.catcher_url}/clear", json={}, timeout=5).raise_for_status()
        self.sql("notifications", "TRUNCATE delivery, notice, inbox")


def _started(root: Any, **options: Any) -> Stack:
    stack = Stack(root, env="test", **options)
    stack.start(["identity", "notifications"])
    return stack


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    stack = _started(tmp_path_factory.mktemp("notifications"))
    yield Portal(stack)
    stack.stop()


@pytest.fixture
def portal(running: Portal) -> Iterator[Portal]:
    running.forget()
    yield running
    for channel in ("email", "sms"):
        running.fault(channel, "none")


def test_news_arrive_by_email_and_in_the_portal_and_live(portal: Portal) -> None:
    environment = portal.stack.environment("gateway")
    heard: list[dict[str, Any]] = []
    states: list[bool] = []
    listener = Listener(environment["AMQP_URL"], heard.append, states.append)
    listener.start()
    eventually(lambda: True in states)
    portal.publish(portal.news())
    (mail,) = eventually(lambda: portal.caught("email"))
    assert mail["subject"] == "تم تغيير كلمة المرور"
    posted = eventually(lambda: [event for event in heard if event["name"] == NoticePosted.NAME])
    listener.stop()

    caller = Caller("gateway", environment["AMQP_URL"], environment["BUS_KEY"])
    reader = Actor(kind="person", id=portal.account_id, roles=frozenset({Role.CANDIDATE}))

    def ask(method: str, key: str | None = None, **arguments: Any) -> Any:
        asking = Asking(reader, time.monotonic() + 5, key)
        return caller.call("notifications", method, arguments, asking)

    (notice,) = ask("list_notices")["items"]
    assert notice["kind"] == "password_changed"
    assert (posted[0]["aggregate"], posted[0]["recipients"]) == (notice["id"], [portal.account_id])
    assert ask("count_unread") == {"unread": 1}
    assert ask("read_notice", key=ids.new_id(), notice_id=notice["id"]) == {}
    assert ask("count_unread") == {"unread": 0}
    caller.close()


def test_a_code_overtakes_a_crowd_of_other_mail(portal: Portal) -> None:
    portal.sql("notifications", CROWD, account_id=portal.account_id)
    started = time.monotonic()
    portal.publish(portal.code("482913", "email"), portal.code("771204", "sms"))
    eventually(lambda: any("482913" in mail["text"] for mail in portal.caught("email")), seconds=3)
    (text_message,) = eventually(lambda: portal.caught("sms"), seconds=3)
    assert time.monotonic() - started < 3
    assert "771204" in text_message["text"]
    assert portal.states()["waiting"] > 0  # the crowd was still waiting
    eventually(lambda: portal.states() == {"sent": MANY + 2}, seconds=60)
    assert len(portal.caught("email")) == MANY + 1
    assert len({mail["id"] for mail in portal.caught("email")}) == MANY + 1


def test_a_hanging_mail_server_holds_up_no_sms(portal: Portal) -> None:
    portal.fault("email", "hang")
    portal.publish(*(portal.news() for _ in range(30)), portal.code("111111", "email"))
    eventually(lambda: portal.states()["leased"] > 3)  # every email sender hangs now
    portal.publish(portal.code("771204", "sms"))
    eventually(lambda: portal.caught("sms"), seconds=3)
    assert portal.caught("email") == []
    assert portal.stack.component("notifications").is_ready()
    statement = "SELECT count(*) FROM delivery WHERE error = 'provider.unreachable' AND state = 'waiting'"
    eventually(lambda: portal.sql("notifications", statement)[0][0] > 0)  # nobody hangs for long
    portal.fault("email", "none")
    eventually(lambda: portal.states() == {"sent": 32}, seconds=120)
    assert len({mail["id"] for mail in portal.caught("email")}) == 31


def test_a_refused_message_goes_a_little_later(portal: Portal) -> None:
    portal.fault("email", "refuse")
    portal.fault("sms", "refuse")
    portal.publish(portal.news(), portal.code("771204", "sms"))
    statement = "SELECT count(*) FROM delivery WHERE error IS NOT NULL AND state = 'waiting'"
    eventually(lambda: portal.sql("notifications", statement)[0][0] == 2)
    portal.fault("email", "none")
    portal.fault("sms", "none")
    eventually(lambda: portal.states() == {"sent": 2}, seconds=30)
    assert (len(portal.caught("email")), len(portal.caught("sms"))) == (1, 1)


def test_no_address_and_no_code_is_in_the_log(portal: Portal) -> None:
    portal.publish(portal.news(), portal.code("482913", "email"), portal.code("771204", "sms"))
    eventually(lambda: portal.states() == {"sent": 3})
    log = portal.stack.component("notifications").log.read_text()
    assert '"message": "delivery"' in log
    for secret in (portal.email, portal.mobile, portal.mobile.removeprefix("+"), "482913", "771204"):
        assert secret not in log


def test_a_neighbour_that_is_down_only_delays(portal: Portal) -> None:
    portal.publish(portal.news())
    eventually(lambda: portal.states() == {"sent": 1})
    identity = portal.stack.component("identity")
    identity.pause()
    try:
        portal.sql("notifications", "UPDATE delivery SET state = 'waiting', attempts = 0, next_at = now()")
        statement = "SELECT attempts, error FROM delivery WHERE state = 'waiting' AND error IS NOT NULL"
        ((attempts, error),) = eventually(lambda: portal.sql("notifications", statement))
        assert attempts == 0
        assert error in ("service.timeout", "service.unavailable")
    finally:
        identity.resume()
    eventually(lambda: portal.states() == {"sent": 1}, seconds=30)


def test_killed_senders_lose_nothing_and_send_only_the_same_message_again(tmp_path: Any) -> None:
    stack = _started(tmp_path, replicas={"notifications": 2})
    try:
        portal = Portal(stack)
        portal.fault("email", "hang")
        portal.publish(*(portal.news() for _ in range(SOME)))
        eventually(lambda: portal.sql("notifications", "SELECT count(*) FROM notice")[0][0] == SOME)
        eventually(lambda: portal.states()["leased"] > 5)
        replicas = [stack.component(name) for name in ("notifications", "notifications-2")]
        for replica in replicas:
            replica.kill()
        portal.fault("email", "none")
        for replica in replicas:
            replica.start()
        eventually(lambda: portal.states() == {"sent": SOME}, seconds=90)
        arrived = {mail["id"] for mail in portal.caught("email")}
        rows = portal.sql("notifications", "SELECT id, attempts FROM delivery")
        assert arrived == {f"<{row.id}@portal.example>" for row in rows}
        assert max(row.attempts for row in rows) > 1
        assert portal.sql("notifications", "SELECT count(*) FROM parked_message")[0][0] == 0
    finally:
        stack.stop()


def test_licensing_and_notifications_say_that_they_are_well(portal: Portal) -> None:
    portal.stack.start(["licensing"])
    environment = portal.stack.environment("gateway")
    caller = Caller("gateway", environment["AMQP_URL"], environment["BUS_KEY"])
    for service in ("licensing", "notifications"):
        answer = caller.call(service, "health", {}, Asking(Actor(), time.monotonic() + 5))
        assert answer["ok"] is True, json.dumps(answer)
        assert answer["checks"]["database"] is True
    caller.close()
