"""Parked messages of a service: `python -m chassis.parked services.requests list|show ID|replay ID...|drop ID...`."""

import argparse
import base64
import json
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.db import open_session
from chassis.models import parked_message
from chassis.packages import load_settings
from chassis.publisher import Outgoing, Publisher

COUNTED = ("x-attempt", "x-waits")  # a replayed message starts anew


def summaries(session: Session) -> list[dict[str, Any]]:
    """All parked messages without their bodies, oldest first."""
    columns = [c for c in parked_message.c if c.name not in ("body", "headers")]
    return [dict(row._mapping) for row in session.execute(select(*columns).order_by(parked_message.c.id))]


def take(session: Session, ids: list[int]) -> list[Any]:
    """The rows, locked."""
    chosen = select(parked_message).where(parked_message.c.id.in_(ids)).with_for_update()
    return list(session.execute(chosen))


def remove(session: Session, ids: list[int]) -> int:
    """Delete the rows; how many."""
    gone = session.execute(delete(parked_message).where(parked_message.c.id.in_(ids)))
    return gone.rowcount  # type: ignore[attr-defined]


def outgoing(row: Any) -> Outgoing:
    """The message as it goes back to the queue it came from."""
    headers = {key: value for key, value in row.headers.items() if key not in COUNTED}
    return Outgoing("", row.queue, base64.b64decode(row.body), row.message_id, headers)


def replay(settings: Any, ids: list[int]) -> int:
    """Publish the messages again, then delete the rows: perhaps twice, never zero times. How many."""
    with open_session(settings) as session:
        rows = take(session, ids)
    publisher = Publisher(settings.AMQP_URL, "replay")
    sent = publisher.publish(*[outgoing(row) for row in rows])
    publisher.close()
    with open_session(settings) as session:
        return remove(session, [row.id for row, ok in zip(rows, sent, strict=True) if ok])


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m chassis.parked", description=__doc__)
    parser.add_argument("package")
    parser.add_argument("action", choices=("list", "show", "replay", "drop"))
    parser.add_argument("ids", nargs="*", type=int)
    arguments = parser.parse_args()
    settings = load_settings(arguments.package)
    if arguments.action == "replay":
        print(f"{replay(settings, arguments.ids)} replayed")
        return
    with open_session(settings) as session:
        if arguments.action == "list":
            shown: Any = summaries(session)
        elif arguments.action == "drop":
            shown = {"dropped": remove(session, arguments.ids)}
        else:
            shown = [dict(row._mapping) for row in take(session, arguments.ids)]
    print(json.dumps(shown, indent=2, default=str, ensure_ascii=False))


if __name__ == "__main__":
    main()
