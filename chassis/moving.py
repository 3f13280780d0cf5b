"""The business clock of a demo: one row that every replica re-reads, moved forward only.

Who moves it hears of it when what became due in between is done and every replica has the new time. Production
reads no row, and its methods are not there.
"""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import Any

from marshmallow import fields
from nameko.extensions import DependencyProvider
from sqlalchemy import Engine, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import clock, logs
from chassis.context import deadline
from chassis.db import make_engine, transaction
from chassis.errors import Fault, Invalid, NotFound, Unavailable
from chassis.jobs import Job
from chassis.models import business_clock
from chassis.rpc import rpc
from chassis.schemas import Schema, load
from chassis.steps import engine_of

log = logs.get(__name__)

FOLLOW_SECONDS = 0.25
SPREAD_SECONDS = 2 * FOLLOW_SECONDS  # after which every replica has followed
WORK_SECONDS = 5.0  # for what is due in between
ANSWER_SECONDS = 0.5  # kept of the call's own time, to say that it was not enough
ROUNDS = 5  # jobs may make rows due for each other
FARTHEST = timedelta(days=3653)  # ahead of the real time


class _Wish(Schema):
    at = fields.AwareDateTime(
        required=True,
        format="iso",
        error_messages={"invalid": "field.not_moment", "invalid_awareness": "field.not_moment"},
    )


def new_shift(target: datetime, now: datetime, shift: timedelta, moved_at: datetime) -> timedelta:
    """How far business time is ahead once it was moved to the target; `now` and `moved_at` are real.

    The same target said again is the same move. Raises Invalid `clock.backwards`, `clock.too_far`.
    """
    if target == moved_at + shift:
        return shift
    if target > now + FARTHEST:
        raise _refused("clock.too_far", now + FARTHEST)
    if target < now + shift:
        raise _refused("clock.backwards", now + shift)
    return target - now


def _refused(code: str, limit: datetime) -> Invalid:
    facts = {"at": written(limit)}
    return Invalid(code, facts, [Fault("/at", code, facts)])


def written(moment: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def record(session: Session, target: datetime, now: datetime) -> None:
    """Write the move down. Raises as `new_shift`."""
    unmoved = {"id": 1, "shift": timedelta(0), "moved_at": now}
    session.execute(insert(business_clock).values(unmoved).on_conflict_do_nothing())
    row = session.execute(select(business_clock).with_for_update()).one()
    shift = new_shift(target, now, row.shift, row.moved_at)
    if shift != row.shift:
        session.execute(update(business_clock).values(shift=shift, moved_at=now))


def follow(engine: Engine) -> None:
    """Take over what the row says. The clock of a running process never goes back."""
    with engine.connect() as connection:
        shift = connection.execute(select(business_clock.c.shift)).scalar()
    if shift is not None and shift > clock.shifted():
        clock.shift(shift)


class Hands:
    """What an entrypoint has as `self.hands`: the clock's hands, which only a demo may touch."""

    def __init__(self, engine: Engine, jobs: Sequence[Job], *, is_demo: bool):
        self._engine, self._jobs, self._is_demo = engine, jobs, is_demo

    def read(self) -> str:
        """The present business moment. Raises NotFound outside of a demo."""
        self._refuse_outside_demo()
        follow(self._engine)
        return written(clock.now())

    def move(self, at: Any) -> str:
        """Move business time to that moment and do what became due; the present business moment.

        Raises NotFound outside of a demo, Invalid, and Unavailable `clock.still_working` when the clock is moved
        and what is due takes longer: the same move said again waits for the rest.
        """
        self._refuse_outside_demo()
        target = load(_Wish(), {"at": at})["at"]
        with transaction(self._engine) as session:
            record(session, target, clock.real_now())
        follow(self._engine)
        spread = monotonic() + SPREAD_SECONDS
        self._work_off(_limit())
        sleep(max(spread - monotonic(), 0))
        return written(clock.now())

    def _refuse_outside_demo(self) -> None:
        if not self._is_demo:
            raise NotFound("path.unknown")

    def _work_off(self, until: float) -> None:
        for _ in range(ROUNDS):
            applied = self._applied()
            asked = [(job, job.turns.ask(until)) for job in self._jobs]
            late = [job.name for job, number in asked if not job.turns.wait_for(number, until)]
            if late:
                log.warning("business clock moved, jobs still at work", extra={"jobs": late})
                raise Unavailable("clock.still_working")
            if self._applied() == applied:
                return

    def _applied(self) -> int:
        return sum(job.applied for job in self._jobs)


def _limit() -> float:
    own, called = monotonic() + WORK_SECONDS, deadline.get()
    return own if called is None else min(own, called - ANSWER_SECONDS)


class BusinessClock(DependencyProvider):
    """Follows the row from before the first message on, and gives `Hands`."""

    def setup(self) -> None:
        settings = self.container.config["settings"]
        self._is_demo = settings.is_demo
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_lost = False
        if self._is_demo:
            # Its own: the service's is there only when every dependency is set up.
            self._engine = make_engine(settings)
            self._follow()

    def start(self) -> None:
        if self._is_demo:
            self._thread = threading.Thread(target=self._run, daemon=True, name="business clock")
            self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join(5)
            self._engine.dispose()

    def get_dependency(self, worker_ctx: Any) -> Hands:
        jobs = [each for each in self.container.dependencies if isinstance(each, Job)]
        return Hands(engine_of(self.container), jobs, is_demo=self._is_demo)

    def _run(self) -> None:
        while not self._over.wait(FOLLOW_SECONDS):
            self._follow()

    def _follow(self) -> None:
        try:
            follow(self._engine)
            self._is_lost = False
        except Exception as error:
            if not self._is_lost:
                log.warning("business clock not read", extra={"error": type(error).__name__})
            self._is_lost = True


class Moving:
    """The RPC methods of a demo's clock."""

    hands = BusinessClock()

    @rpc
    def read_clock(self) -> dict[str, str]:
        """`{at}`: the business moment. NotFound `path.unknown` in production."""
        return {"at": self.hands.read()}

    @rpc
    def move_clock(self, at: Any = None) -> dict[str, str]:
        """`{at}` when business time is there. NotFound `path.unknown` in production."""
        return {"at": self.hands.move(at)}
