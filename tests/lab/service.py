"""The lab's doorways: each shows one promise of the chassis."""

import os
from datetime import timedelta
from typing import Any

import eventlet
from sqlalchemy import (
    Column,
    DateTime,
    Identity,
    Integer,
    MetaData,
    Table,
    Text,
    insert,
    select,
    text,
    update,
)

from chassis import audit, clock, inbox, outbox
from chassis.errors import Conflict, Invalid
from chassis.events import Message, event_handler
from chassis.failpoints import failpoint
from chassis.jobs import Job
from chassis.leases import Worker
from chassis.rpc import Client, rpc
from chassis.service import Service
from tests.lab.contract import ThingHappened

METADATA = MetaData()
rows = Table(
    "lab_row",
    METADATA,
    Column("id", Integer, Identity(), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("leased_until", DateTime(timezone=True)),
    Column("done", Integer, nullable=False, server_default="0"),
)

_FAILED: list[int] = []


class Lab(Service):
    """Stands in for licensing."""

    name = "licensing"
    documents = Client("documents")
    worker = Worker("lab_work", every=0.2, batch=5, lanes=2)
    job = Job("lab_job")
    dues = Job("lab_dues", every=timedelta(hours=1))
    follow_ups = Job("lab_follow_ups", every=timedelta(hours=1))

    @rpc
    def echo(self, text: str = "") -> str:
        return text

    @rpc
    def nap(self, seconds: float) -> str:
        eventlet.sleep(seconds)
        return "awake"

    @rpc
    def sleep_in_database(self, seconds: float) -> None:
        with self.db.begin() as session:
            session.execute(select(text(f"pg_sleep({float(seconds)})")))

    @rpc
    def add(self, kind: str, text: str) -> dict[str, Any]:
        with self.db.once() as work:
            work.session.execute(insert(rows).values(kind=kind, text=text))
            audit.record(work.session, self.actor, "lab.added", text)
            outbox.record(work.session, ThingHappened(aggregate=text, seq=1, text=text), self.actor)
            return work.done({"text": text})

    @rpc
    def refuse(self, text: str) -> None:
        with self.db.once() as work:
            work.session.execute(insert(rows).values(kind="refused", text=text))
            raise Conflict("lab.refused", {"text": text})

    @rpc
    def guess(self) -> None:
        with self.db.begin() as session:
            session.execute(insert(rows).values(kind="guess", text=""))

    @rpc
    def whoami(self) -> dict[str, Any]:
        return self.actor.to_claim()

    @rpc
    def call_inside(self) -> None:
        with self.db.begin():
            self.documents.health()

    @rpc
    def explode(self) -> None:
        raise ValueError("secret-in-exception")

    @rpc
    def big(self) -> str:
        return "x" * 2_000_000

    @rpc
    def list_rows(self, kind: str) -> list[str]:
        with self.db.begin() as session:
            return list(session.execute(select(rows.c.text).where(rows.c.kind == kind)).scalars())

    @rpc
    def add_due(self, text: str, days: int) -> dict[str, Any]:
        with self.db.once() as work:
            due_at = clock.now() + timedelta(days=days)
            work.session.execute(insert(rows).values(kind="due", text=text, leased_until=due_at))
            return work.done({"text": text})

    @rpc
    def what_time(self) -> dict[str, Any]:
        return {"pid": os.getpid(), "at": clock.now().isoformat(), "real": clock.real_now().isoformat()}

    @event_handler
    def hear(self, message: Message) -> None:
        if message.data["text"].startswith("poison"):
            raise Invalid("lab.poison")
        with self.db.begin() as session:
            if not inbox.first_time(session, "hear", message.id):
                return
            session.execute(insert(rows).values(kind="heard", text=message.data["text"]))

    @worker.lease
    def lease_rows(self, session: Any, limit: int) -> list[int]:
        due = (
            select(rows.c.id)
            .where(rows.c.kind == "work", rows.c.done == 0)
            .where((rows.c.leased_until.is_(None)) | (rows.c.leased_until < clock.real_now()))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        ids = list(session.execute(due).scalars())
        lease = text("now() + interval '2 seconds'")
        session.execute(update(rows).where(rows.c.id.in_(ids)).values(leased_until=lease))
        return ids

    @worker.act
    def do_row(self, row_id: int) -> None:
        failpoint("after_send")
        with self.db.begin() as session:
            session.execute(update(rows).where(rows.c.id == row_id).values(done=rows.c.done + 1))

    @job.run
    def count(self, session: Any) -> None:
        session.execute(insert(rows).values(kind="tick", text=""))

    @dues.due
    def list_dues(self, session: Any, limit: int) -> list[int]:
        due = select(rows.c.id).where(rows.c.kind == "due", rows.c.leased_until <= clock.now())
        return list(session.execute(due.order_by(rows.c.id).limit(limit)).scalars())

    @dues.apply
    def do_due(self, session: Any, row_id: int) -> None:
        """`a>b>c` makes `b>c` due: by this job and the next one in turns. `fails once` fails once in each process."""
        done = update(rows).where(rows.c.id == row_id).values(kind="done").returning(rows.c.text)
        written = session.execute(done).scalar()
        if written == "fails once" and not _FAILED:
            _FAILED.append(row_id)
            raise RuntimeError(written)
        _, _, rest = written.partition(">")
        if rest:
            session.execute(insert(rows).values(kind="follow-up", text=rest, leased_until=clock.now()))

    @follow_ups.due
    def list_follow_ups(self, session: Any, limit: int) -> list[int]:
        return list(
            session.execute(select(rows.c.id).where(rows.c.kind == "follow-up").limit(limit)).scalars()
        )

    @follow_ups.apply
    def do_follow_up(self, session: Any, row_id: int) -> None:
        session.execute(update(rows).where(rows.c.id == row_id).values(kind="due"))
