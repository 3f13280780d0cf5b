"""Let a demo move the business clock: one row says how far it is ahead. Production leaves it empty."""

from alembic import op

from chassis.migrate import create_business_clock

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """The row's table."""
    create_business_clock(op)
