"""The floor: an echo on bare py-amqp, nothing checked, nothing signed, no worker. `python -m tests.bench.raw_echo`."""

import os

import amqp

from chassis.amqp import connect

QUEUE = "bench.raw"


def main() -> None:
    """Answer until killed."""
    connection = connect(os.environ["AMQP_URL"], "bench raw", read_seconds=3600)
    channel = connection.channel()
    channel.queue_declare(QUEUE, durable=False, auto_delete=True)
    channel.basic_qos(0, 16, False)

    def answer(message: amqp.Message) -> None:
        reply = amqp.Message(message.body, correlation_id=message.properties["correlation_id"])
        channel.basic_publish(reply, "", message.properties["reply_to"])
        channel.basic_ack(message.delivery_tag)

    channel.basic_consume(QUEUE, callback=answer)
    while True:
        connection.blocking_read()


if __name__ == "__main__":
    main()
