"""The register's service starts whole: its database is made by its migrations and nothing is missing from it."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, inspect

from chassis import audit, migrate
from chassis.actor import system
from chassis.db import transaction
from chassis.models import METADATA
from services.licensing.models import Base


def test_the_database_is_what_the_models_say(engine_of) -> None:
    engine = engine_of("licensing")
    with engine.connect() as connection:
        assert migrate.is_current("services.licensing", connection)
        there = set(inspect(connection).get_table_names())
    assert there == {*METADATA.tables, *Base.metadata.tables, "alembic_version"}


def test_the_models_are_what_the_migrations_make(engine_of) -> None:
    promised = MetaData()
    for table in (*Base.metadata.tables.values(), *METADATA.tables.values()):
        table.to_metadata(promised)
    with engine_of("licensing").connect() as connection:
        made = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(made, promised) == []


def test_its_chassis_tables_work(engine_of) -> None:
    engine = engine_of("licensing")
    with transaction(engine) as session:
        audit.record(session, system("licensing"), "test.made", "1")
        assert audit.seal(session) == 1
        assert audit.first_break(session) is None
