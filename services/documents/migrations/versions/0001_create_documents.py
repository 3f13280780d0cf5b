"""Create the tables of the documents service."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis.migrate import create_chassis_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Chassis tables, uploads, doomed objects, papers."""
    create_chassis_tables(op)
    _create_upload()
    op.create_table(
        "doomed_object",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("bucket", sa.String(40), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_doomed_object"),
    )
    op.create_index("ix_doomed_object_due_at", "doomed_object", ["due_at"])
    op.create_table(
        "paper",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("data", JSONB, nullable=True),
        sa.Column("stored_key", sa.String(80), nullable=True),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_paper"),
    )
    op.create_index("ix_paper_due", "paper", ["state", "due_at"])


def _create_upload() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("slot", sa.String(40), nullable=False),
        sa.Column("filename", sa.String(120), nullable=False),
        sa.Column("content_types", JSONB, nullable=False),
        sa.Column("max_bytes", sa.Integer, nullable=False),
        sa.Column("announced_size", sa.Integer, nullable=True),
        sa.Column("announced_sha256", sa.String(64), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("code", sa.String(60), nullable=True),
        sa.Column("seq", sa.Integer, nullable=False, server_default="1"),
        sa.Column("incoming_key", sa.String(80), nullable=False),
        sa.Column("policy_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_key", sa.String(80), nullable=True),
        sa.Column("rendition_key", sa.String(80), nullable=True),
        sa.Column("has_rendition", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("content_type", sa.String(80), nullable=True),
        sa.Column("size", sa.Integer, nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
    )
    op.create_index(
        "ix_upload_to_check",
        "upload",
        ["due_at"],
        postgresql_where=sa.text("state IN ('uploaded', 'scanning')"),
    )
    op.create_index(
        "ix_upload_to_expire", "upload", ["due_at"], postgresql_where=sa.text("state = 'awaiting_upload'")
    )
