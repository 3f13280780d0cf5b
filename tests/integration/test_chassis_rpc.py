"""RPC: answers, refusals, limits of time and size, trust, idempotency, many threads; the traps of the stack."""

import json
import threading
import time

import amqp
import pytest

from chassis import errors, ids
from chassis.actor import Actor
from chassis.amqp import connect
from chassis.rpc import Asking, Caller
from tests.integration.conftest import Lab, eventually


def _raw_channel(lab: Lab) -> amqp.Channel:
    connection = connect(lab.stack.environment("topology")["AMQP_URL"], "test", read_seconds=5)
    return connection.channel()


def test_an_answer_comes_back(lab: Lab) -> None:
    assert lab.call("echo", text="سلام") == "سلام"


def test_a_refusal_keeps_its_kind_code_and_facts(lab: Lab) -> None:
    with pytest.raises(errors.Conflict) as caught:
        lab.call("refuse", text="x")
    assert (caught.value.code, caught.value.facts) == ("lab.refused", {"text": "x"})


def test_an_unforeseen_error_shows_nothing_of_itself(lab: Lab) -> None:
    with pytest.raises(errors.Internal) as caught:
        lab.call("explode")
    assert "secret" not in json.dumps(caught.value.to_wire())


def test_wrong_arguments_and_unknown_methods_are_refused(lab: Lab) -> None:
    with pytest.raises(errors.Invalid, match=r"call\.arguments"):
        lab.call("echo", wrong=1)


def test_an_answer_over_one_mebibyte_is_not_sent(lab: Lab) -> None:
    with pytest.raises(errors.Internal):
        lab.call("big")


def test_a_question_over_one_mebibyte_is_refused_at_once(lab: Lab) -> None:
    with pytest.raises(errors.Invalid, match=r"input\.too_large"):
        lab.call("echo", text="x" * 1_100_000)


def test_the_actor_arrives_as_signed(lab: Lab) -> None:
    actor = Actor(kind="person", id="a1", roles=frozenset({"candidate"}), person={"civil_id": "288020122596"})
    assert Actor.from_claim(lab.call("whoami", actor=actor)) == actor


def test_a_claim_signed_with_another_key_is_refused(lab: Lab) -> None:
    environment = lab.stack.environment("gateway")
    kid = environment["BUS_KEY"].partition(":")[0]
    forger = Caller("gateway", environment["AMQP_URL"], f"{kid}:{'A' * 43}=")
    with pytest.raises(errors.Forbidden, match=r"call\.not_trusted"):
        forger.call("licensing", "whoami", {}, Asking(Actor(), time.monotonic() + 3))
    forger.close()


def test_a_sender_that_may_not_call_is_refused(lab: Lab) -> None:
    environment = lab.stack.environment("requests")
    other = Caller("requests", environment["AMQP_URL"], environment["BUS_KEY"])
    with pytest.raises(errors.Forbidden, match=r"call\.not_allowed"):
        other.call("licensing", "echo", {"text": "x"}, Asking(Actor(), time.monotonic() + 3))
    other.close()


def test_a_forged_context_header_changes_nothing(lab: Lab) -> None:
    """Every header used to become context: `nameko.user_id` reached the service."""
    channel = _raw_channel(lab)
    answers: list[bytes] = []
    channel.basic_consume("amq.rabbitmq.reply-to", no_ack=True, callback=lambda m: answers.append(m.body))
    forged = amqp.Message(
        b"{}",
        reply_to="amq.rabbitmq.reply-to",
        correlation_id="1",
        application_headers={"nameko.user_id": "admin", "call": json.dumps({"method": "whoami"})},
    )
    channel.basic_publish(forged, "", "rpc-licensing")
    while not answers:
        channel.connection.blocking_read()
    answer = json.loads(answers[0])
    assert answer["error"]["code"] == "call.not_trusted"


def test_a_caller_waits_no_longer_than_its_deadline(lab: Lab) -> None:
    began = time.monotonic()
    with pytest.raises(errors.Unavailable, match=r"service\.timeout"):
        lab.ask("nap", {"seconds": 5}, within=0.5)
    assert time.monotonic() - began < 1.5


def test_a_message_past_its_deadline_is_not_worked_on(lab: Lab) -> None:
    lab.service.pause()
    with pytest.raises(errors.Unavailable):
        lab.ask("guess", {}, within=0.5)
    lab.service.resume()
    assert lab.call("echo", text="on") == "on"
    assert lab.rows("guess") == []


def test_the_same_key_does_the_work_once_and_answers_the_same(lab: Lab) -> None:
    key = ids.new_id()
    answers = [lab.call("add", key=key, kind="once", text="a") for _ in range(3)]
    assert answers == [{"text": "a"}] * 3
    assert lab.rows("once") == ["a"]


def test_the_same_key_with_another_body_is_refused(lab: Lab) -> None:
    key = ids.new_id()
    lab.call("add", key=key, kind="body", text="a")
    with pytest.raises(errors.Invalid, match=r"idempotency\.key_reused"):
        lab.call("add", key=key, kind="body", text="b")
    assert lab.rows("body") == ["a"]


def test_fifty_parallel_calls_with_one_key_do_the_work_once(lab: Lab) -> None:
    key, answers = ids.new_id(), []

    def press() -> None:
        answers.append(lab.call("add", key=key, kind="parallel", text="p"))

    threads = [threading.Thread(target=press) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [{"text": "p"}] * 50
    assert lab.rows("parallel") == ["p"]


def test_a_refusal_of_the_state_is_kept_and_its_changes_are_not(lab: Lab) -> None:
    key = ids.new_id()
    for _ in range(2):
        with pytest.raises(errors.Conflict, match=r"lab\.refused"):
            lab.call("refuse", key=key, text="r")
    assert lab.rows("refused") == []


def test_a_client_inside_a_transaction_is_refused(lab: Lab) -> None:
    with pytest.raises(errors.Internal):
        lab.call("call_inside")
    assert "rpc was used inside a transaction" in lab.log()


def test_two_slow_database_calls_of_one_process_overlap(lab: Lab) -> None:
    began = time.monotonic()
    threads = [threading.Thread(target=lab.ask, args=("sleep_in_database", {"seconds": 1})) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began < 1.8


def test_a_call_without_reply_address_is_parked_and_harms_nobody(lab: Lab) -> None:
    channel = _raw_channel(lab)
    channel.basic_publish(amqp.Message(b'{"civil_id": "288020122596"}'), "", "rpc-licensing")
    assert lab.call("echo", text="alive") == "alive"
    eventually(lambda: "no reply address" in lab.log())
    assert "288020122596" not in lab.log()


def test_a_service_that_is_stopped_is_not_waited_for_again_and_again(lab: Lab) -> None:
    lab.service.pause()
    try:
        for _ in range(3):
            with pytest.raises(errors.Unavailable, match=r"service\.timeout"):
                lab.ask("echo", {}, within=1.2)
        began = time.monotonic()
        with pytest.raises(errors.Unavailable, match=r"service\.unavailable"):
            lab.ask("echo", {}, within=5)
        assert time.monotonic() - began < 0.1
    finally:
        lab.service.resume()
    eventually(lab.answers)
