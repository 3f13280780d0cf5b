"""The register's service starts whole: its database is made by its migrations and nothing is missing from it."""

from sqlalchemy import inspect

from chassis import audit, migrate
from chassis.actor import system
from chassis.db import transaction
from chassis.models import METADATA
from contracts.calls import METHODS
from services.licensing.models import Base
from services.licensing.service import LicensingService


def test_the_database_is_what_the_models_say(engine_of) -> None:
    engine = engine_of("licensing")
    with engine.connect() as connection:
        assert migrate.is_current("services.licensing", connection)
        there = set(inspect(connection).get_table_names())
    assert there == {*METADATA.tables, *Base.metadata.tables, "alembic_version"}


def test_its_chassis_tables_work(engine_of) -> None:
    engine = engine_of("licensing")
    with transaction(engine) as session:
        audit.record(session, system("licensing"), "test.made", "1")
        assert audit.seal(session) == 1
        assert audit.first_break(session) is None


def test_it_answers_whether_it_is_well_and_promises_nothing_else() -> None:
    assert LicensingService.name == "licensing"
    assert set(METHODS["licensing"]) == {"health", "read_clock", "move_clock"}
    assert hasattr(LicensingService.health, "nameko_entrypoints")
