"""Create requests, their history, attachments and notes, number series and holidays."""

from datetime import date

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis.migrate import create_chassis_tables

revision = "0001"
down_revision = None

# Fixed by law to a date of the solar calendar; those that follow the moon are entered when they are announced.
NATIONAL_HOLIDAYS = (
    (1, 1, "رأس السنة الميلادية", "New Year's Day"),
    (2, 25, "العيد الوطني", "National Day"),
    (2, 26, "عيد التحرير", "Liberation Day"),
)
YEARS = range(2026, 2036)


def upgrade() -> None:
    create_chassis_tables(op)
    _create_service_request()
    _index_service_request()
    _create_history_entry()
    _create_attachment()
    _create_note()
    _create_series()
    _create_holiday()


def _create_service_request() -> None:
    op.create_table(
        "service_request",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("service_type", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("reached", sa.String(length=30), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(length=36), nullable=True),
        sa.Column("opened_by", sa.String(length=36), nullable=False),
        sa.Column("submitted_by", sa.String(length=36), nullable=True),
        sa.Column("applicant_id", sa.String(length=36), nullable=False),
        sa.Column("legal_entity", sa.String(length=40), nullable=False),
        sa.Column("civil_id", sa.String(length=12), nullable=False),
        sa.Column("license_number", sa.String(length=40), nullable=True),
        sa.Column("exclusive_key", sa.String(length=80), nullable=True),
        sa.Column("fields", JSONB(), nullable=False),
        sa.Column("raw", JSONB(), nullable=False),
        sa.Column("account_name", sa.String(length=100), nullable=False),
        sa.Column("name_ar", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("officer_id", sa.String(length=36), nullable=True),
        sa.Column("officer_name", sa.String(length=100), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decider_civil_id", sa.String(length=12), nullable=True),
        sa.CheckConstraint(
            "(status = 'draft') = (submitted_at IS NULL)", name="ck_service_request_sent_is_dated"
        ),
        sa.CheckConstraint(
            "status NOT IN ('preliminarily_approved', 'approved', 'rejected') OR decided_by IS NOT NULL",
            name="ck_service_request_decision_has_decider",
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR (decided_by <> opened_by AND decided_by <> applicant_id"
            " AND decided_by IS DISTINCT FROM submitted_by)",
            name="ck_service_request_decider_is_no_party",
        ),
        sa.CheckConstraint(
            "decider_civil_id IS DISTINCT FROM civil_id", name="ck_service_request_decider_is_another_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_service_request"),
        sa.UniqueConstraint("number", name="uq_service_request_number"),
    )


def _index_service_request() -> None:
    op.create_index("ix_service_request_applicant_id_id", "service_request", ["applicant_id", "id"])
    op.create_index(
        "ix_service_request_civil_id_service_type", "service_request", ["civil_id", "service_type"]
    )
    op.create_index(
        "ix_service_request_expiring",
        "service_request",
        ["expires_on"],
        postgresql_where=sa.text("expires_on IS NOT NULL"),
    )
    op.create_index(
        "ix_service_request_drafts",
        "service_request",
        ["updated_at"],
        postgresql_where=sa.text("status = 'draft'"),
    )
    op.create_index(
        "ix_service_request_due",
        "service_request",
        ["due_on"],
        postgresql_where=sa.text("status IN ('submitted', 'under_review')"),
    )
    op.create_index(
        "ix_service_request_in_hand",
        "service_request",
        ["officer_id", "submitted_at", "id"],
        postgresql_where=sa.text("status IN ('submitted', 'under_review')"),
    )
    op.create_index(
        "ix_service_request_license_number_id",
        "service_request",
        ["license_number", "id"],
        postgresql_where=sa.text("license_number IS NOT NULL"),
    )
    op.create_index(
        "ix_service_request_office_id",
        "service_request",
        ["office", "id"],
        postgresql_where=sa.text("office IS NOT NULL"),
    )
    op.create_index("ix_service_request_opened_by_id", "service_request", ["opened_by", "id"])
    op.create_index(
        "ix_service_request_search",
        "service_request",
        ["search"],
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_service_request_sent",
        "service_request",
        ["submitted_at", "id"],
        postgresql_where=sa.text("submitted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_service_request_status",
        "service_request",
        ["status", "submitted_at", "id"],
        postgresql_where=sa.text("submitted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_service_request_waiting",
        "service_request",
        ["submitted_at", "id"],
        postgresql_where=sa.text("status = 'submitted' AND officer_id IS NULL"),
    )
    op.create_index(
        "uq_service_request_exclusive_key",
        "service_request",
        ["exclusive_key"],
        unique=True,
        postgresql_where=sa.text("exclusive_key IS NOT NULL"),
    )


def _create_history_entry() -> None:
    op.create_table(
        "history_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=80), nullable=False),
        sa.Column("actor_role", sa.String(length=80), nullable=False),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column("reason_code", sa.String(length=60), nullable=True),
        sa.Column("reason", JSONB(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_request.id"], name="fk_history_entry_request_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_history_entry"),
    )
    op.create_index(
        "ix_history_entry_request_id_version", "history_entry", ["request_id", "version"], unique=True
    )


def _create_attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_request.id"], name="fk_attachment_request_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
    )
    op.create_index("ix_attachment_request_id_id", "attachment", ["request_id", "id"])


def _create_note() -> None:
    op.create_table(
        "note",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(length=36), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_request.id"], name="fk_note_request_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
    )
    op.create_index("ix_note_request_id_id", "note", ["request_id", "id"])


def _create_series() -> None:
    op.create_table(
        "series",
        sa.Column("prefix", sa.String(length=4), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "year", name="pk_series"),
    )


def _create_holiday() -> None:
    op.create_table(
        "holiday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name_ar", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_holiday"),
    )
    holiday = sa.table("holiday", sa.column("day"), sa.column("name_ar"), sa.column("name_en"))
    days = [
        {"day": date(year, month, day), "name_ar": name_ar, "name_en": name_en}
        for year in YEARS
        for month, day, name_ar, name_en in NATIONAL_HOLIDAYS
    ]
    op.bulk_insert(holiday, days)
