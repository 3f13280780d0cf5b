"""Events: none is lost, none is worked on twice, a poison message stops nobody and can be replayed."""

import base64
import json
import subprocess
import sys
import time

import amqp
import pytest
from sqlalchemy import create_engine, text

from chassis import ids
from chassis.amqp import connect
from tests.integration.conftest import Lab, eventually

NAME = "licensing.thing_happened"


def _sql(lab: Lab, statement: str) -> list:
    engine = create_engine(lab.stack.environment("licensing")["DATABASE_URL"])
    with engine.begin() as connection:
        result = connection.execute(text(statement))
        rows = list(result) if result.returns_rows else []
    engine.dispose()
    return rows


def _event_body(text_: str) -> str:
    envelope = {"v": 1, "at": "", "aggregate": "", "seq": 1, "actor": {}, "trace_id": "", "language": "ar"}
    news = {"id": ids.new_id(), "name": NAME, **envelope, "recipients": [], "data": {"text": text_}}
    return json.dumps(news)


def _count(lab: Lab, table: str) -> int:
    return _sql(lab, f"SELECT count(*) FROM {table}")[0][0]


def _parked(lab: Lab, *arguments: str) -> str:
    command = [sys.executable, "-m", "chassis.parked", "services.licensing", *arguments]
    environment = lab.stack.environment("licensing")
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_news_arrive_after_commit_and_leave_the_outbox(lab: Lab) -> None:
    lab.add("news", "one")
    eventually(lambda: "one" in lab.rows("heard"))
    eventually(lambda: _count(lab, "outbox") == 0)


def test_a_message_that_comes_twice_is_worked_on_once(lab: Lab) -> None:
    lab.add("news", "first")
    eventually(lambda: "first" in lab.rows("heard"))
    # Twins as the relay sends them after a crash between publishing and marking: same id, same bytes.
    body = _event_body("twin")
    _sql(lab, f"INSERT INTO outbox (name, body) VALUES ('{NAME}', '{body}'), ('{NAME}', '{body}')")
    _sql(lab, "NOTIFY outbox")
    eventually(lambda: "twin" in lab.rows("heard") and _count(lab, "outbox") == 0)
    lab.add("news", "last")
    eventually(lambda: "last" in lab.rows("heard"))
    assert lab.rows("heard").count("twin") == 1


def test_a_handler_that_raises_loses_nothing_and_holds_up_nobody(lab: Lab) -> None:
    lab.add("news", "poison-1")
    lab.add("news", "healthy")
    eventually(lambda: "healthy" in lab.rows("heard"))
    eventually(lambda: _count(lab, "parked_message") == 1)
    listed = json.loads(_parked(lab, "list"))
    assert [(row["queue"], row["reason"]) for row in listed] == [
        ("events.licensing.hear", "Invalid after 7 attempts")
    ]


def test_a_parked_message_can_be_replayed_and_dropped(lab: Lab) -> None:
    eventually(lambda: _count(lab, "parked_message") == 1)
    row_id = _sql(lab, "SELECT id FROM parked_message")[0][0]
    assert "1 replayed" in _parked(lab, "replay", str(row_id))
    parked_again = eventually(lambda: _sql(lab, f"SELECT id FROM parked_message WHERE id > {row_id}"))
    assert json.loads(_parked(lab, "drop", str(parked_again[0][0])))["dropped"] == 1
    assert _count(lab, "parked_message") == 0


def test_an_unreadable_message_is_parked_and_its_body_is_not_logged(lab: Lab) -> None:
    url = lab.stack.environment("topology")["AMQP_URL"]
    channel = connect(url, "test", read_seconds=5).channel()
    channel.basic_publish(amqp.Message(b"\xff secret 288020122596"), "", "events.licensing.hear")
    eventually(lambda: _count(lab, "parked_message") == 1)
    body = _sql(lab, "SELECT body FROM parked_message")[0][0]
    assert base64.b64decode(body) == b"\xff secret 288020122596"
    assert "288020122596" not in lab.log()
    _sql(lab, "DELETE FROM parked_message")


def test_an_event_not_signed_by_its_source_is_parked(lab: Lab) -> None:
    url = lab.stack.environment("topology")["AMQP_URL"]
    channel = connect(url, "test", read_seconds=5).channel()
    channel.basic_publish(amqp.Message(_event_body("forged")), "events", NAME)
    eventually(lambda: _count(lab, "parked_message") == 1)
    assert "forged" not in lab.rows("heard")
    _sql(lab, "DELETE FROM parked_message")


def test_an_event_that_no_queue_takes_stays_in_the_outbox(lab: Lab) -> None:
    url = lab.stack.environment("topology")["AMQP_URL"]
    channel = connect(url, "test", read_seconds=5).channel()
    channel.queue_unbind("events.licensing.hear", "events", NAME)
    lab.add("news", "unbound")
    eventually(lambda: _sql(lab, "SELECT attempts FROM outbox WHERE attempts > 0"))
    channel.queue_bind("events.licensing.hear", "events", NAME)
    eventually(lambda: "unbound" in lab.rows("heard"))
    assert _count(lab, "outbox") == 0


def test_leased_work_is_done_once_and_again_after_a_dead_worker(lab: Lab) -> None:
    _sql(lab, "INSERT INTO lab_row (kind, text) SELECT 'work', n::text FROM generate_series(1, 30) n")
    _sql(
        lab,
        "INSERT INTO lab_row (kind, text, leased_until) VALUES ('work', 'orphan', now() + interval '1 second')",
    )
    eventually(lambda: _sql(lab, "SELECT count(*) FROM lab_row WHERE kind = 'work' AND done = 1")[0][0] == 31)


def test_a_job_runs(lab: Lab) -> None:
    assert eventually(lambda: lab.rows("tick"))


def test_audit_rows_are_sealed_in_one_chain_that_recomputes(lab: Lab) -> None:
    from sqlalchemy.orm import Session

    from chassis import audit

    lab.add("audited", "a")
    eventually(lambda: _count(lab, "audit_entry WHERE n IS NULL") == 0)
    engine = create_engine(lab.stack.environment("licensing")["DATABASE_URL"])
    with Session(engine) as session:
        assert audit.first_break(session) is None
        session.execute(text("UPDATE audit_entry SET action = 'x' WHERE n = 1"))
        assert audit.first_break(session) == 1
    engine.dispose()


def test_event_queues_are_quorum_and_rpc_queues_classic(lab: Lab) -> None:
    url = lab.stack.environment("topology")["AMQP_URL"]
    for queue, other in (("rpc-licensing", "quorum"), ("events.licensing.hear", "classic")):
        channel = connect(url, "test", read_seconds=5).channel()
        with pytest.raises(amqp.exceptions.PreconditionFailed):
            channel.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-queue-type": other})


def test_a_restart_by_sigterm_repeats_and_loses_nothing(lab: Lab) -> None:
    for round_ in range(3):
        for n in range(20):
            lab.add("news", f"restart-{round_}-{n}")
        lab.service.restart()
        eventually(lab.answers)
    wanted = {f"restart-{r}-{n}" for r in range(3) for n in range(20)}
    eventually(lambda: wanted <= set(lab.rows("heard")))
    time.sleep(1)
    heard = [row for row in lab.rows("heard") if row.startswith("restart-")]
    assert len(heard) == len(wanted)
