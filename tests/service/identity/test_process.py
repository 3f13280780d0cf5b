"""The service as it runs: its own process, a real broker, its jobs."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData

from chassis import ids
from chassis.actor import ANONYMOUS, Actor, system
from chassis.config import load
from chassis.db import make_engine
from chassis.errors import PortalError
from chassis.models import METADATA
from chassis.rpc import Asking, Caller
from deploy.local.stack import Stack
from services.identity.models import Base
from services.identity.settings import Settings
from tests.service.identity.conftest import PASSWORD, Portal, together


class Process(Portal):
    """The same questions, asked over the bus."""

    kept_in = "news"

    def __init__(self, stack: Stack, engine: Engine, settings: Any):
        super().__init__(engine, settings)
        self.stack = stack
        environment = stack.environment("gateway")
        self.gateway = Caller("gateway", environment["AMQP_URL"], environment["BUS_KEY"])
        other = stack.environment("notifications")
        self.neighbour = Caller("notifications", other["AMQP_URL"], other["BUS_KEY"])

    def door(self, actor: Actor = ANONYMOUS, **given: Any) -> "Bus":
        """The service for one caller."""
        return Bus(self.neighbour if actor.kind == "system" else self.gateway, actor)

    def eventually(self, name: str, seconds: float = 10.0) -> dict[str, Any]:
        """The first event of that name; the relay of this stack may already have sent it."""
        deadline = time.monotonic() + seconds
        while not (found := self.news(name)):
            assert time.monotonic() < deadline, name
            time.sleep(0.05)
        return found[0]


class Bus:
    """Calls the service by its methods."""

    def __init__(self, caller: Caller, actor: Actor):
        self._caller, self._actor = caller, actor

    def __getattr__(self, method: str) -> Any:
        def call(*values: Any, **arguments: Any) -> Any:
            names = {"register": ["form"], "verify": ["verification_id", "email_code", "mobile_code"]}
            given = dict(zip(names.get(method, []), values, strict=False)) | arguments
            key = ids.new_id() if method in ("register", "close_session", "update_me") else None
            asking = Asking(self._actor, time.monotonic() + 7, key, "test-trace")
            return self._caller.call("identity", method, given, asking)

        return call


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """identity on a private PostgreSQL and RabbitMQ."""
    stack = Stack(tmp_path_factory.mktemp("identity"), env="test")
    stack.start(["identity"])
    settings = load(Settings, stack.environment("identity"))
    engine = make_engine(settings)
    # Kept where the test can read them: the relay publishes and deletes the outbox's rows within a moment.
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE news AS SELECT * FROM outbox")
        connection.exec_driver_sql(
            "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN INSERT INTO news SELECT NEW.*; RETURN NULL; END $$"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER keep AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION keep()"
        )
    process = Process(stack, engine, settings)
    yield process
    process.gateway.close()
    process.neighbour.close()
    engine.dispose()
    stack.stop()


def test_the_models_are_what_the_migrations_make(process):
    promised = MetaData()
    for table in (*Base.metadata.tables.values(), *METADATA.tables.values()):
        table.to_metadata(promised)
    with process.engine.connect() as connection:
        made = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(made, promised)
    assert [each for each in differences if "'news'" not in str(each)] == []


def test_from_a_stranger_to_a_session_and_out(process):
    email = process.verified()
    token = process.sign_in(email)
    person = process.person(token)
    assert person.me()["email"] == email
    assert person.update_me(changes={"language": "en"}, version=1)["language"] == "en"
    assert [each["current"] for each in person.list_sessions()["items"]] == [True]
    assert person.close_session() == {}
    assert process.refused(lambda: process.claim(token)).code == "session.ended"


def test_a_wish_for_a_link_is_answered_by_the_job(process):
    email = process.verified(mobile="60001234")
    assert process.door().request_password_reset(email=email) == {}
    token = process.eventually("password_reset_requested")["data"]["open"]
    change = {"password": "Brand-New-2468", "password_confirmation": "Brand-New-2468"}
    assert process.door().reset_password(token=token, **change) == {}
    assert process.sign_in(email, "Brand-New-2468")


def test_contacts_are_for_notifications_alone(process):
    account = process.news("code_issued")[0]["aggregate"]
    asked = {"account_ids": [account]}
    assert process.door(system("notifications")).contacts(**asked)["items"][0]["id"] == account
    forged = Bus(process.gateway, system("notifications"))
    assert process.refused(lambda: forged.contacts(**asked)).code == "call.not_allowed"


def test_many_sign_in_at_once_while_others_are_answered(process):
    emails = [process.verified(mobile=f"6000{number:04d}") for number in range(4)]
    token = process.sign_in(emails[0])
    waits: list[float] = []

    def work(number: int) -> Any:
        if number >= 12:
            begun = time.perf_counter()
            process.claim(token)
            waits.append(time.perf_counter() - begun)
            return token
        return process.sign_in(emails[number % 4])

    results = together(24, work)
    assert not [each for each in results if isinstance(each, PortalError)]
    assert max(waits) < 3


def test_nothing_secret_or_personal_is_logged(process):
    email = process.verified(mobile="66661234")
    token = process.sign_in(email)
    process.refused(lambda: process.sign_in(email, "Wrong-Sky-1357"))
    process.refused(lambda: process.door().open_session(email={"$ne": 1}, password=["x"]))
    log = process.stack.component("identity").log.read_text()
    assert json.loads(log.splitlines()[0])["service"] == "identity"
    planted = [
        email,
        "66661234",
        "288020122596",
        PASSWORD,
        "Wrong-Sky-1357",
        token,
        *process.codes().values(),
    ]
    assert [each for each in planted if each in log] == []
