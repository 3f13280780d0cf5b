"""A service's own database: cooperative, bounded, and closed to every client while a transaction is open."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg2.errors
from nameko.extensions import DependencyProvider
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.orm import Session

from chassis import idempotency
from chassis.config import ServiceSettings
from chassis.errors import PortalError, Unavailable
from chassis.failpoints import failpoint

_open: ContextVar[bool] = ContextVar("transaction_open", default=False)

_BUSY = (psycopg2.errors.LockNotAvailable, psycopg2.errors.DeadlockDetected)
_GONE = (
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
)  # the latter: closed under a call that ran out of time


class TransactionOpen(RuntimeError):
    """A client was used inside a transaction: a slow neighbour would hold our locks."""


def forbid_in_transaction(what: str) -> None:
    """Raises TransactionOpen when the caller holds a transaction. Every client calls it first."""
    if _open.get():
        raise TransactionOpen(f"{what} was used inside a transaction")


def mark_open(is_open: bool) -> None:
    """Say whether the caller, who runs in a context of its own, works inside somebody's transaction."""
    _open.set(is_open)


def make_engine(settings: ServiceSettings) -> Engine:
    """An engine with time limits on connecting, statements, locks and idle transactions."""
    limits = {
        "statement_timeout": settings.STATEMENT_TIMEOUT_MS,
        "lock_timeout": settings.LOCK_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": settings.STATEMENT_TIMEOUT_MS * 2,
    }
    return create_engine(
        settings.DATABASE_URL,
        pool_size=settings.MAX_WORKERS + 4,
        max_overflow=4,
        pool_timeout=3,
        pool_pre_ping=True,
        pool_recycle=1800,
        hide_parameters=True,  # they are personal data, and errors are logged
        connect_args={
            "connect_timeout": 3,
            "tcp_user_timeout": 5000,
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        },
    )


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One transaction; the database's own troubles become `Unavailable`."""
    token = _open.set(True)
    try:
        with Session(engine, expire_on_commit=False) as session:
            yield session
            failpoint("before_commit")
            session.commit()
    except (DBAPIError, TimeoutError) as error:
        raise _translate(error) from error
    finally:
        _open.reset(token)
    failpoint("after_commit")


def _translate(error: Exception) -> Exception:
    origin = getattr(error, "orig", None)
    if isinstance(origin, _BUSY):
        return Unavailable("database.busy")
    if isinstance(error, TimeoutError) or isinstance(origin, _GONE):
        return Unavailable("database.unavailable")
    return error


class Work:
    """The transaction of one command, and its outcome."""

    def __init__(self, session: Session):
        self.session = session
        self.outcome: Any = None
        self.is_done = False

    def done(self, result: Any) -> Any:
        """Keep the answer with the changes it belongs to, and give it back."""
        self.outcome, self.is_done = result, True
        return result


class Transactions:
    """What an entrypoint has as `self.db`."""

    def __init__(self, engine: Engine, call: idempotency.Call | None = None):
        self.engine = engine
        self._call = call

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on an exception."""
        with transaction(self.engine) as session:
            yield session

    @contextmanager
    def rehearse(self) -> Iterator[Session]:
        """One transaction that is always taken back: what would happen, and nothing happened."""
        with transaction(self.engine) as session:
            yield session
            session.rollback()

    @contextmanager
    def once(self, about: dict[str, Any] | None = None) -> Iterator[Work]:
        """One transaction that runs once per idempotency key.

        `about` says what is done where the arguments do not: a grant is another one each time it is asked for.
        Raises `idempotency.Replayed` (answered by the RPC server) when the key's work was done before,
        Invalid `idempotency.key_reused`, Conflict `idempotency.in_progress`.
        """
        call = self._call.about(about) if self._call and about is not None else self._call
        try:
            with transaction(self.engine) as session:
                if call:
                    idempotency.take(session, call)
                work = Work(session)
                yield work
                if not work.is_done:
                    raise RuntimeError("a command ended without work.done(...)")
                if call:
                    idempotency.keep(session, call, {"result": work.outcome})
        except PortalError as error:
            if call and idempotency.is_kept(error):
                with transaction(self.engine) as session:
                    idempotency.keep_refusal(session, call, error)
            raise


class Database(DependencyProvider):
    """Gives `self.db`; one engine per process."""

    def setup(self) -> None:
        self.engine = make_engine(self.container.config["settings"])

    def get_dependency(self, worker_ctx: Any) -> Transactions:
        return Transactions(self.engine, worker_ctx.data.get("idempotency"))

    def stop(self) -> None:
        self.engine.dispose()


@contextmanager
def open_session(settings: ServiceSettings) -> Iterator[Session]:
    """One transaction for a command that runs outside a service."""
    engine = make_engine(settings)
    try:
        with transaction(engine) as session:
            yield session
    finally:
        engine.dispose()


def ping(engine: Engine) -> None:
    """Raises when the database does not answer."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
