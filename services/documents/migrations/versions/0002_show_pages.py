"""Add what is known of the pictures of a PDF's pages. PDFs that were found clean before are drawn as well."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Columns that may be empty or have a default, and the index of what is to be drawn."""
    op.add_column("upload", sa.Column("pages_key", sa.String(80), nullable=True))
    op.add_column("upload", sa.Column("pages_shown", sa.Integer, nullable=True))
    op.add_column("upload", sa.Column("page_count", sa.Integer, nullable=True))
    op.add_column("upload", sa.Column("drawing_attempt", sa.Integer, nullable=False, server_default="0"))
    op.add_column("upload", sa.Column("drawing_due_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_upload_to_draw",
        "upload",
        ["drawing_due_at"],
        postgresql_where=sa.text(
            "state = 'clean' AND content_type = 'application/pdf' AND pages_shown IS NULL"
        ),
    )
