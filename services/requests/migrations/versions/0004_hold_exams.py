"""Hold exams: sessions, and the candidates in them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _create_exam_session()
    _create_candidate()
    _extend_service_request()


def _create_exam_session() -> None:
    op.create_table(
        "exam_session",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("broker_type", sa.String(length=40), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place_ar", sa.String(length=200), nullable=False),
        sa.Column("place_en", sa.String(length=200), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("confirm_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.String(length=36), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("results_by", sa.String(length=36), nullable=True),
        sa.Column("results_by_name", sa.String(length=100), nullable=True),
        sa.Column("results_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.String(length=36), nullable=True),
        sa.Column("confirmed_by_name", sa.String(length=100), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("confirm_until < held_at", name=op.f("ck_exam_session_confirmed_before_held")),
        sa.CheckConstraint("confirmed_by <> results_by", name=op.f("ck_exam_session_two_examiners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_session")),
        sa.UniqueConstraint("number", name=op.f("uq_exam_session_number")),
    )
    op.create_index(
        "ix_exam_session_announced",
        "exam_session",
        ["held_at", "id"],
        unique=False,
        postgresql_where=sa.text("announced_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_exam_session_held_at_id"), "exam_session", ["held_at", "id"], unique=False)
    op.create_index(
        "ix_exam_session_look_at",
        "exam_session",
        ["look_at"],
        unique=False,
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )


def _create_candidate() -> None:
    op.create_table(
        "candidate",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("confirm_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("attended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("score", sa.SmallInteger(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["service_request.id"], name=op.f("fk_candidate_request_id")),
        sa.ForeignKeyConstraint(["session_id"], ["exam_session.id"], name=op.f("fk_candidate_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint("code", name=op.f("uq_candidate_code")),
    )
    op.create_index(op.f("ix_candidate_request_id_id"), "candidate", ["request_id", "id"], unique=False)
    op.create_index(
        op.f("ix_candidate_session_id_position"), "candidate", ["session_id", "position"], unique=True
    )
    op.create_index(
        "uq_candidate_present",
        "candidate",
        ["request_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_index(
        "uq_candidate_seat",
        "candidate",
        ["session_id", "seat"],
        unique=True,
        postgresql_where=sa.text("seat IS NOT NULL"),
    )


def _extend_service_request() -> None:
    op.add_column("service_request", sa.Column("exam_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_service_request_nominable",
        "service_request",
        ["service_type", "decided_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'preliminarily_approved'"),
    )
