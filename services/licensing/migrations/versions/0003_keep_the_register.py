"""Keep the register: brokers, licenses with their history, guarantees; who works where; papers that were issued."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _create_office()
    _create_member()
    _create_broker()
    _create_guarantee()
    _create_license()
    _create_license_state()
    _create_status_note()
    _create_reminder()
    _create_effect()
    _create_series()
    _create_issued_paper()


def _create_office() -> None:
    op.create_table(
        "office",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=True),
        sa.Column("name_ar", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("commercial_registration", sa.String(length=20), nullable=True),
        sa.Column("general_broker_civil_id", sa.String(length=12), nullable=True),
        sa.Column("seq", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_office"),
        sa.UniqueConstraint("id", name="uq_office_id"),
    )


def _create_member() -> None:
    op.create_table(
        "member",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("office_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_member"),
    )
    op.create_index(
        "ix_member_active", "member", ["office_id", "kind"], postgresql_where=sa.text("is_active")
    )


def _create_broker() -> None:
    op.create_table(
        "broker",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("civil_id", sa.String(length=12), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=True),
        sa.Column("name_ar", JSONB(), nullable=False),
        sa.Column("name_en", JSONB(), nullable=False),
        sa.Column("full_name_ar", sa.String(length=200), nullable=False),
        sa.Column("full_name_en", sa.String(length=200), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.String(length=200), nullable=False),
        sa.Column("nationality", sa.String(length=2), nullable=True),
        sa.Column("mobile", sa.String(length=16), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("civil_id_expiry", sa.Date(), nullable=True),
        sa.Column("passport_number", sa.String(length=12), nullable=True),
        sa.Column("passport_expiry", sa.Date(), nullable=True),
        sa.Column("photo_document_id", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_broker"),
        sa.UniqueConstraint("account_id", name="uq_broker_account_id"),
        sa.UniqueConstraint("civil_id", name="uq_broker_civil_id"),
    )
    op.create_index(
        "ix_broker_search",
        "broker",
        ["search"],
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index("ix_broker_sort_key_id", "broker", ["sort_key", "id"])


def _create_guarantee() -> None:
    op.create_table(
        "guarantee",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("office_code", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("bank", sa.String(length=100), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_code"], ["office.code"], name="fk_guarantee_office_code"),
        sa.PrimaryKeyConstraint("id", name="pk_guarantee"),
    )
    op.create_index("ix_guarantee_expires_on_id", "guarantee", ["expires_on", "id"])
    op.create_index(
        "ix_guarantee_office_code_expires_on_id", "guarantee", ["office_code", "expires_on", "id"]
    )
    op.create_index("ix_guarantee_office_code_number", "guarantee", ["office_code", "number"], unique=True)


def _create_license() -> None:
    op.create_table(
        "license",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("legacy_number", sa.String(length=60), nullable=True),
        sa.Column("broker_id", sa.String(length=36), nullable=False),
        sa.Column("broker_type", sa.String(length=20), nullable=False),
        sa.Column("office_code", sa.String(length=20), nullable=False),
        sa.Column("general_license_id", sa.String(length=36), nullable=True),
        sa.Column("customs_office", sa.String(length=3), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("guarantee_id", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("news", sa.Integer(), server_default="0", nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.String(length=200), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("civil_id_expiry", sa.Date(), nullable=True),
        sa.Column("passport_expiry", sa.Date(), nullable=True),
        sa.Column("guarantee_expires_on", sa.Date(), nullable=True),
        sa.Column("deactivated_from", sa.Date(), nullable=True),
        sa.Column("deactivated_until", sa.Date(), nullable=True),
        sa.Column("suspended_from", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("causes", JSONB(), nullable=False),
        sa.Column("changes_on", sa.Date(), nullable=True),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(guarantee_id IS NULL) = (guarantee_expires_on IS NULL)", name="ck_license_guarantee_is_dated"
        ),
        sa.CheckConstraint(
            "deactivated_until IS NULL OR deactivated_from IS NOT NULL", name="ck_license_stop_has_a_start"
        ),
        sa.ForeignKeyConstraint(["broker_id"], ["broker.id"], name="fk_license_broker_id"),
        sa.ForeignKeyConstraint(["general_license_id"], ["license.id"], name="fk_license_general_license_id"),
        sa.ForeignKeyConstraint(["guarantee_id"], ["guarantee.id"], name="fk_license_guarantee_id"),
        sa.ForeignKeyConstraint(["office_code"], ["office.code"], name="fk_license_office_code"),
        sa.PrimaryKeyConstraint("id", name="pk_license"),
        sa.UniqueConstraint("legacy_number", name="uq_license_legacy_number"),
        sa.UniqueConstraint("number", name="uq_license_number"),
    )
    op.create_index("ix_license_broker_id_id", "license", ["broker_id", "id"])
    op.create_index(
        "ix_license_changes_on",
        "license",
        ["changes_on", "id"],
        postgresql_where=sa.text("changes_on IS NOT NULL"),
    )
    op.create_index(
        "ix_license_general_license_id_id",
        "license",
        ["general_license_id", "id"],
        postgresql_where=sa.text("general_license_id IS NOT NULL"),
    )
    op.create_index(
        "ix_license_guarantee_id_id",
        "license",
        ["guarantee_id", "id"],
        postgresql_where=sa.text("guarantee_id IS NOT NULL"),
    )
    op.create_index("ix_license_office_code_sort_key_id", "license", ["office_code", "sort_key", "id"])
    op.create_index(
        "ix_license_remind_on",
        "license",
        ["remind_on", "id"],
        postgresql_where=sa.text("remind_on IS NOT NULL"),
    )
    op.create_index(
        "ix_license_search",
        "license",
        ["search"],
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index("ix_license_status_id", "license", ["status", "id"])


def _create_license_state() -> None:
    op.create_table(
        "license_state",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("license_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.String(length=30), nullable=False),
        sa.Column("actor_id", sa.String(length=80), nullable=False),
        sa.Column("actor_role", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("causes", JSONB(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("civil_id_expiry", sa.Date(), nullable=True),
        sa.Column("passport_expiry", sa.Date(), nullable=True),
        sa.Column("guarantee_id", sa.String(length=36), nullable=True),
        sa.Column("guarantee_expires_on", sa.Date(), nullable=True),
        sa.Column("deactivated_from", sa.Date(), nullable=True),
        sa.Column("deactivated_until", sa.Date(), nullable=True),
        sa.Column("suspended_from", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("office_code", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["guarantee_id"], ["guarantee.id"], name="fk_license_state_guarantee_id"),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name="fk_license_state_license_id"),
        sa.PrimaryKeyConstraint("id", name="pk_license_state"),
    )
    op.create_index("ix_license_state_license_id_at_id", "license_state", ["license_id", "at", "id"])
    op.create_index(
        "ix_license_state_license_id_from_on_version", "license_state", ["license_id", "from_on", "version"]
    )
    op.create_index(
        "ix_license_state_license_id_version", "license_state", ["license_id", "version"], unique=True
    )


def _create_status_note() -> None:
    op.create_table(
        "status_note",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("license_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("causes", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name="fk_status_note_license_id"),
        sa.PrimaryKeyConstraint("id", name="pk_status_note"),
    )
    op.create_index("ix_status_note_license_id_at_id", "status_note", ["license_id", "at", "id"])
    op.create_index(
        "uq_status_note_once", "status_note", ["license_id", "day", "status", "causes"], unique=True
    )


def _create_reminder() -> None:
    op.create_table(
        "reminder",
        sa.Column("license_id", sa.String(length=36), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name="fk_reminder_license_id"),
        sa.PrimaryKeyConstraint("license_id", "what", "expires_on", "days", name="pk_reminder"),
    )


def _create_effect() -> None:
    op.create_table(
        "effect",
        sa.Column("request_number", sa.String(length=20), nullable=False),
        sa.Column("effect", sa.String(length=40), nullable=False),
        sa.Column("license_number", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("data", JSONB(), nullable=False),
        sa.Column("result", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("request_number", name="pk_effect"),
    )
    op.create_index("ix_effect_license_number_request_number", "effect", ["license_number", "request_number"])


def _create_series() -> None:
    op.create_table(
        "series",
        sa.Column("type_code", sa.String(length=2), nullable=False),
        sa.Column("customs_office", sa.String(length=3), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("type_code", "customs_office", name="pk_series"),
    )


def _create_issued_paper() -> None:
    op.create_table(
        "issued_paper",
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("license_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("check", sa.String(length=4), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kid", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name="fk_issued_paper_license_id"),
        sa.PrimaryKeyConstraint("serial", name="pk_issued_paper"),
        sa.UniqueConstraint("code", name="uq_issued_paper_code"),
    )
    op.create_index(
        "ix_issued_paper_license_id_kind_issued_on", "issued_paper", ["license_id", "kind", "issued_on"]
    )
