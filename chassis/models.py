"""The chassis' own tables, the same in every service's database."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    Interval,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

METADATA = MetaData(naming_convention=NAMING)


def metadata() -> MetaData:
    """A service's own metadata: `class Base(DeclarativeBase): metadata = models.metadata()`."""
    return MetaData(naming_convention=NAMING)


def _moment(name: str, **options: object) -> Column:
    return Column(name, DateTime(timezone=True), **options)  # type: ignore[arg-type]


outbox = Table(
    "outbox",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("body", Text, nullable=False),  # the very bytes that are signed and sent
    Column("attempts", Integer, nullable=False, server_default="0"),
    _moment("due_at", nullable=False, server_default=func.now()),
    _moment("recorded_at", nullable=False, server_default=func.now()),
    Index(None, "due_at", "id"),
)

inbox = Table(
    "inbox",
    METADATA,
    Column("handler", String(60), primary_key=True),
    Column("message_id", String(36), primary_key=True),
    _moment("received_at", nullable=False, server_default=func.now(), index=True),
)

idempotency = Table(
    "idempotency",
    METADATA,
    Column("id", String(64), primary_key=True),  # digest of account, method and key
    Column("body_hash", String(64), nullable=False),
    Column("outcome", JSONB, nullable=True),
    _moment("created_at", nullable=False, server_default=func.now(), index=True),
)

audit_entry = Table(
    "audit_entry",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    _moment("at", nullable=False, server_default=func.clock_timestamp()),
    Column("actor_kind", String(20), nullable=False),
    Column("actor_id", String(80), nullable=False),
    Column("action", String(80), nullable=False),
    Column("object_id", String(80), nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("trace_id", String(40), nullable=False),
    Column("n", BigInteger, nullable=True),  # given by the sealer, gapless
    Column("hash", String(64), nullable=True),
    UniqueConstraint("n"),
    Index("ix_audit_entry_unsealed", "id", postgresql_where=text("n IS NULL")),
    Index(None, "object_id", "id"),
)

parked_message = Table(
    "parked_message",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("queue", String(120), nullable=False),
    Column("name", String(80), nullable=False),
    Column("message_id", String(80), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", Text, nullable=False),  # base64: it may be anything
    _moment("parked_at", nullable=False, server_default=func.now()),
)

business_clock = Table(
    "business_clock",
    METADATA,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("shift", Interval, nullable=False),  # how far business time is ahead
    _moment("moved_at", nullable=False),  # real time
    CheckConstraint("id = 1", name="one_row"),
)
