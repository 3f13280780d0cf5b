"""The stack's database and broker for real: who gets in, and what survives a kill."""

import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import amqp
import psycopg2
import pytest

from deploy.local import processes
from deploy.local.component import StartFailed
from deploy.local.ports import HOST, SERVICES
from deploy.local.rights import VHOST
from deploy.local.stack import Stack

LOOPBACK = {"0100007F", "00000000000000000000000001000000"}  # as /proc writes 127.0.0.1 and ::1
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The four servers, and the topology that the contracts declare."""
    stack = Stack(tmp_path_factory.mktemp("stack"))
    stack.start(["postgres", "rabbitmq", "s3", "catcher"])
    subprocess.run(
        [sys.executable, "-m", "chassis.topology"],
        env=stack.environment("topology"),
        cwd=REPOSITORY,
        check=True,
    )
    yield stack
    stack.stop()


# ---------------------------------------------------------------------------------------------- PostgreSQL


def test_each_service_reaches_its_own_database_and_no_other(stack: Stack) -> None:
    for role in SERVICES:
        with stack.postgres.connect(role, role) as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS probe (n int)")
        for other in (*SERVICES, "postgres", "template1"):
            if other != role:
                with pytest.raises(psycopg2.OperationalError, match="permission denied"):
                    stack.postgres.connect(other, role).__enter__()


def test_a_role_is_no_superuser_and_needs_its_password(stack: Stack) -> None:
    with stack.postgres.connect("identity") as cursor:
        cursor.execute(
            "SELECT bool_or(rolsuper OR rolcreatedb OR rolcreaterole) FROM pg_roles WHERE rolname = ANY(%s)",
            [list(SERVICES)],
        )
        assert cursor.fetchone() == (False,)
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(
            host=HOST, port=stack.ports.of("postgres"), user="identity", password="x", dbname="identity"
        )


def test_arabic_names_have_trigrams(stack: Stack) -> None:
    with stack.postgres.connect("requests", "requests") as cursor:
        cursor.execute("SELECT cardinality(show_trgm('فاطمة'))")
        assert cursor.fetchone()[0] > 0


def test_the_log_holds_no_data_of_a_refused_statement(stack: Stack) -> None:
    with stack.postgres.connect("identity", "identity") as cursor:
        cursor.execute("CREATE TABLE person (civil_id text PRIMARY KEY)")
        cursor.execute("INSERT INTO person VALUES ('288010112345')")
        with pytest.raises(psycopg2.errors.UniqueViolation):
            cursor.execute("INSERT INTO person VALUES ('288010112345')")
    log = (stack.logs / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "288010112345" not in log


def test_committed_rows_outlive_a_kill(stack: Stack) -> None:
    with stack.postgres.connect("licensing", "licensing") as cursor:
        cursor.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
    postgres = stack.component("postgres")
    members = processes.family(postgres.pid)
    assert len(members) > 3  # the server's own workers
    postgres.kill()
    assert processes.wait_gone(members, 0)
    postgres.start()
    with stack.postgres.connect("licensing", "licensing") as cursor:
        cursor.execute("SELECT n FROM kept")
        assert cursor.fetchall() == [(7,)]


def test_a_paused_server_answers_again_when_resumed(stack: Stack) -> None:
    postgres = stack.component("postgres")
    with stack.postgres.connect("requests", "requests") as cursor:
        postgres.pause()
        began = time.monotonic()
        threading.Timer(0.5, postgres.resume).start()  # psycopg2 lets other threads run while it waits
        cursor.execute("SELECT 1")
        assert time.monotonic() - began > 0.4
    assert postgres.is_ready()


# ---------------------------------------------------------------------------------------------- RabbitMQ


def open_as(stack: Stack, user: str) -> Any:
    """A channel as that user."""
    connection = amqp.Connection(
        stack.ports.address("amqp"), userid=user, password=stack.rabbitmq.password(user), virtual_host=VHOST
    )
    connection.connect()
    return connection.channel()


def is_refused(stack: Stack, user: str, act: str, *arguments: Any, **options: Any) -> bool:
    """Whether the broker refuses a method of the channel to this user."""
    channel = open_as(stack, user)
    try:
        getattr(channel, act)(*arguments, **options)
        channel.connection.drain_events(timeout=0.3) if act == "basic_publish" else None
    except amqp.AccessRefused:
        return True
    except TimeoutError:
        pass
    finally:
        channel.connection.collect()
    return False


def test_there_is_no_guest_and_nobody_but_ours(stack: Stack) -> None:
    with pytest.raises(amqp.AccessRefused):
        amqp.Connection(
            stack.ports.address("amqp"), userid="guest", password="guest", virtual_host=VHOST
        ).connect()
    users = ask_broker(stack, "/api/users")
    assert {user["name"] for user in users} == {*SERVICES, "gateway", "topology", "operator"}
    assert [user["name"] for user in users if user["tags"]] == ["operator"]


def test_a_service_consumes_its_own_queues_alone(stack: Stack) -> None:
    assert not is_refused(stack, "requests", "basic_consume", "rpc-requests")
    assert not is_refused(stack, "requests", "basic_consume", "events.requests.note_document_state")
    assert not is_refused(stack, "requests", "basic_consume", "parked.requests")
    assert not is_refused(stack, "requests", "basic_consume", "amq.rabbitmq.reply-to", no_ack=True)
    for queue in ("rpc-identity", "events.notifications.tell", "parked.documents", "retry.5s"):
        assert is_refused(stack, "requests", "basic_consume", queue)
        assert is_refused(stack, "gateway", "basic_consume", queue)
        assert is_refused(stack, "requests", "queue_purge", queue)


def test_nobody_but_the_topology_step_declares(stack: Stack) -> None:
    for user in (*SERVICES, "gateway"):
        assert is_refused(stack, user, "queue_declare", "rpc-rogue", durable=True)
        assert is_refused(stack, user, "exchange_declare", "rogue", "topic")
        assert is_refused(stack, user, "queue_delete", "rpc-identity")
        assert is_refused(stack, user, "queue_bind", f"events.{user}.rogue", "events", "#")


def test_services_publish_news_and_the_gateway_does_not(stack: Stack) -> None:
    message = amqp.Message("{}")
    for exchange in ("events", "live", "retry.5s", ""):
        assert not is_refused(stack, "requests", "basic_publish", message, exchange, "nobody.hears")
    for exchange in ("events", "live", "retry.5s"):
        assert is_refused(stack, "gateway", "basic_publish", message, exchange, "x")
    assert not is_refused(stack, "gateway", "basic_publish", message, "", "nobody")


def test_the_gateway_hears_live_news(stack: Stack) -> None:
    channel = open_as(stack, "gateway")
    heard: list[str] = []
    queue, _, _ = channel.queue_declare("live.gateway.1", exclusive=True)
    channel.queue_bind(queue, "live")
    channel.basic_consume(queue, no_ack=True, callback=lambda message: heard.append(message.body))
    open_as(stack, "identity").basic_publish(amqp.Message("news"), "live", "")
    channel.connection.drain_events(timeout=5)
    assert heard == ["news"]


def test_a_message_outlives_a_kill_of_the_broker(stack: Stack) -> None:
    channel = open_as(stack, "documents")
    channel.confirm_select()
    channel.basic_publish_confirm(amqp.Message("kept", delivery_mode=2), "", "parked.documents")
    broker = stack.component("rabbitmq")
    broker.kill()
    broker.start()
    message = open_as(stack, "documents").basic_get("parked.documents", no_ack=True)
    assert message is not None
    assert message.body == "kept"


# ---------------------------------------------------------------------------------------------- the whole


def test_everything_listens_on_this_machine_alone(stack: Stack) -> None:
    ours = {pid for component in stack.components for pid in processes.family(component.pid)}
    inodes = set()
    for pid in ours:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = descriptor.readlink().name
            except OSError:
                continue
            if target.startswith("socket:"):
                inodes.add(target[8:-1])
    listening = 0
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for row in Path(table).read_text().splitlines()[1:]:
            columns = row.split()
            if columns[3] == "0A" and columns[9] in inodes:
                listening += 1
                assert columns[1].partition(":")[0] in LOOPBACK, row
    assert listening >= 15


def test_a_second_stack_in_the_same_folder_is_refused(stack: Stack) -> None:
    with pytest.raises(StartFailed, match="Another process runs a stack"):
        Stack(stack.root).start(["catcher"])
    assert stack.component("catcher").is_ready()


def ask_broker(stack: Stack, path: str) -> Any:
    """JSON of the management API, as the operator."""
    name, password = stack.rabbitmq.operator
    manager = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    manager.add_password(None, stack.rabbitmq.http_url, name, password)
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(manager))
    with opener.open(stack.rabbitmq.http_url + path, timeout=5) as answer:
        return json.load(answer)
