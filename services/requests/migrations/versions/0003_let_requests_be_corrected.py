"""Let requests be corrected, recommended, reopened and found overdue; keep hours and officers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _create_correction()
    _create_correction_mark()
    _extend_service_request()
    _create_bureau()


def _create_correction() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("message", JSONB(), nullable=True),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("remind_on", sa.Date(), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_request.id"], name=op.f("fk_correction_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(
        "ix_correction_due",
        "correction",
        ["due_on"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_correction_remind",
        "correction",
        ["remind_on"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL AND reminded_at IS NULL"),
    )
    op.create_index(op.f("ix_correction_request_id_id"), "correction", ["request_id", "id"], unique=False)


def _create_correction_mark() -> None:
    op.create_table(
        "correction_mark",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("correction_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("reason_code", sa.String(length=60), nullable=True),
        sa.Column("reason", JSONB(), nullable=True),
        sa.Column("before", JSONB(), nullable=False),
        sa.Column("after", JSONB(), nullable=True),
        sa.ForeignKeyConstraint(
            ["correction_id"],
            ["correction.id"],
            name=op.f("fk_correction_mark_correction_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_mark")),
    )
    op.create_index(
        op.f("ix_correction_mark_correction_id_kind_target"),
        "correction_mark",
        ["correction_id", "kind", "target"],
        unique=True,
    )


def _extend_service_request() -> None:
    op.add_column("service_request", sa.Column("overdue_told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("service_request", sa.Column("recommended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("service_request", sa.Column("recommended_by", sa.String(length=36), nullable=True))
    op.add_column("service_request", sa.Column("recommendation", JSONB(), nullable=True))
    op.add_column(
        "service_request", sa.Column("corrections", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_index(
        "ix_service_request_untold",
        "service_request",
        ["due_on"],
        unique=False,
        postgresql_where=sa.text("status IN ('submitted', 'under_review') AND overdue_told_at IS NULL"),
    )
    op.create_check_constraint(
        op.f("ck_service_request_two_officers"), "service_request", "decided_by <> recommended_by"
    )
    op.drop_index("ix_service_request_waiting", table_name="service_request")
    op.create_index(
        "ix_service_request_waiting",
        "service_request",
        ["submitted_at", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('submitted', 'under_review') AND officer_id IS NULL"),
    )


def _create_bureau() -> None:
    op.create_table(
        "officer",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("roles", JSONB(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer")),
    )
    op.create_table(
        "working_hours",
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("closes_at", sa.Time(), nullable=False),
        sa.Column("name_ar", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("starts_on", name=op.f("pk_working_hours")),
    )
