"""Migrations: `python -m chassis.migrate services.requests`. Numbered sentences that fit the code running now."""

import importlib
import sys
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from chassis.locks import number
from chassis.models import METADATA, business_clock
from chassis.packages import load_settings

ENVIRONMENT = Path(__file__).with_name("migrations")


def configuration(package: str, url: str) -> AlembicConfig:
    """Alembic's settings for one service."""
    root = Path(importlib.import_module(package).__path__[0])
    config = AlembicConfig()
    config.set_main_option("script_location", str(ENVIRONMENT))
    config.set_main_option("version_locations", str(root / "migrations" / "versions"))
    config.attributes["url"] = url
    return config


def upgrade(package: str, url: str) -> None:
    """Bring one database to the newest version; parallel runs wait for each other."""
    config = configuration(package, url)
    engine = create_engine(url, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": number("migrate")})
            _check(connection)
            connection.commit()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    finally:
        engine.dispose()


def is_current(package: str, connection: Connection) -> bool:
    """Whether the database has every migration of the service."""
    heads = ScriptDirectory.from_config(configuration(package, "")).get_heads()
    return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)


def create_chassis_tables(op: Any) -> None:
    """The chassis' own tables; the first migration of every service calls it."""
    METADATA.create_all(op.get_bind())


def create_business_clock(op: Any) -> None:
    """The row of a demo's clock, for databases whose first migration ran before there was one."""
    business_clock.create(op.get_bind(), checkfirst=True)


def _check(connection: Connection) -> None:
    """Refuse a database whose locale makes trigrams of Arabic empty: every name search would scan."""
    if not connection.execute(text("SELECT to_regproc('show_trgm') IS NOT NULL")).scalar():
        raise SystemExit("the extension pg_trgm is missing: CREATE EXTENSION pg_trgm")
    if not connection.execute(text("SELECT cardinality(show_trgm('فاطمة'))")).scalar():
        raise SystemExit("the database's locale knows no Arabic letters: create it with C.UTF-8, not C")


def main(package: str) -> None:
    """Migrate the database that the service's settings name."""
    upgrade(package, load_settings(package).DATABASE_URL)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m chassis.migrate services.NAME")
    main(sys.argv[1])
