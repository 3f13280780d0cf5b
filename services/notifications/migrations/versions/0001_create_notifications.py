"""Create the tables of the notifications service."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis.migrate import create_chassis_tables

revision = "0001"
down_revision = None

_MOMENT = sa.DateTime(timezone=True)
_OPEN = sa.text("state IN ('waiting', 'leased')")


def upgrade() -> None:
    """Chassis tables, deliveries, notices."""
    create_chassis_tables(op)
    _create_delivery()
    _create_notice()


def _create_delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("event", sa.String(80), nullable=False),
        sa.Column("aggregate", sa.String(80), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("is_code", sa.Boolean, nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("sealed", sa.Text, nullable=True),
        sa.Column("expires_at", _MOMENT, nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("provider_id", sa.String(200), nullable=True),
        sa.Column("error", sa.String(60), nullable=True),
        sa.Column("trace_id", sa.String(40), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("finished_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint(
            "account_id", "channel", "event_id", name="uq_delivery_account_id_channel_event_id"
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'leased', 'sent', 'failed', 'gave_up')", name="ck_delivery_state"
        ),
        sa.CheckConstraint("channel IN ('email', 'sms')", name="ck_delivery_channel"),
    )
    due = ["channel", "is_code", "next_at"]
    op.create_index("ix_delivery_due", "delivery", due, postgresql_where=_OPEN)
    order = ["account_id", "channel", "aggregate", "seq"]
    op.create_index("ix_delivery_open", "delivery", order, postgresql_where=_OPEN)


def _create_notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("event", sa.String(80), nullable=False),
        sa.Column("aggregate", sa.String(80), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("read_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("event_id", "account_id", name="uq_notice_event_id_account_id"),
    )
    op.create_index("ix_notice_inbox", "notice", ["account_id", "at", "seq", "id"])
    unread = sa.text("read_at IS NULL")
    op.create_index("ix_notice_unread", "notice", ["account_id"], postgresql_where=unread)
