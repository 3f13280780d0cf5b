"""Create the chassis' tables of the licensing service."""

from alembic import op

from chassis.migrate import create_chassis_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Chassis tables; the register comes with its own migration."""
    create_chassis_tables(op)
