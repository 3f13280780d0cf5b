"""Count the news of offices and of who works there: others keep them, and the newest has to be known."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """A number of the last news each."""
    for table in ("clearing_office", "membership"):
        op.add_column(table, sa.Column("news", sa.Integer(), nullable=False, server_default="0"))
