"""Services with one defence taken out: `python -m tests.chaos.mutants NAME services.X`.

Each must make the fault test fail; a fault test that no mutant fails proves nothing.
"""

import sys
from collections.abc import Callable
from typing import Any

from chassis import events, ids, inbox, run
from chassis.publisher import Outgoing
from chassis.relay import _DELETE, _TAKE, BATCH, Relay
from contracts.subscriptions import LIVE_ONLY


def plain_handler() -> None:
    """A handler that raises is acknowledged, as Nameko's own does."""

    def settle(self: Any, delivery: Any, _move: Callable[[], bool]) -> None:
        self.consumption.ack(delivery.raw)

    setattr(events.EventServer, "_settle", settle)  # noqa: B010 - a method of another signature


def no_inbox() -> None:
    """Every delivery counts as new: no inbox, and no id that a unique key could recognise."""
    load = events.Message.load

    def forgetful(body: bytes) -> events.Message:
        message = load(body)
        object.__setattr__(message, "id", ids.new_id())
        return message

    inbox.first_time = lambda *_: True
    events.Message.load = forgetful  # type: ignore[method-assign]


def mark_before_publish() -> None:
    """Rows leave the outbox before the broker has them."""

    def publish_batch(self: Any, cursor: Any) -> int:
        from chassis.failpoints import failpoint

        cursor.execute(_TAKE, (BATCH,))
        rows = cursor.fetchall()
        cursor.execute(_DELETE, ([row[0] for row in rows],))
        failpoint("before_mark")
        news: list[Outgoing] = [self._news(row[2]) for row in rows if row[1] not in LIVE_ONLY]
        self._publisher.publish(*news)
        return len(rows)

    Relay._publish_batch = publish_batch  # type: ignore[method-assign]


MUTANTS = {each.__name__: each for each in (plain_handler, no_inbox, mark_before_publish)}

if __name__ == "__main__":
    MUTANTS[sys.argv[1]]()
    run.main(sys.argv[2])
