"""Service tests run on a real PostgreSQL: one private server for the whole run, migrated databases."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from chassis import migrate
from chassis.config import load
from chassis.db import make_engine
from chassis.testing import empty_tables
from deploy.local.stack import Stack


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of nothing but PostgreSQL, with the five databases."""
    stack = Stack(tmp_path_factory.mktemp("postgres"), env="test")
    stack.start(["postgres"])
    yield stack
    stack.stop()


@pytest.fixture(scope="session")
def settings_of(postgres: Stack) -> Callable[[str], Any]:
    """`settings_of("requests")`: the loaded settings of a service whose database is migrated."""
    import importlib

    migrated: dict[str, Any] = {}

    def settings(name: str) -> Any:
        if name not in migrated:
            environment = postgres.environment(name)
            migrate.upgrade(f"services.{name}", environment["DATABASE_URL"])
            module = importlib.import_module(f"services.{name}.settings")
            migrated[name] = load(module.Settings, environment)
        return migrated[name]

    return settings


@pytest.fixture
def engine_of(settings_of: Callable[[str], Any]) -> Iterator[Callable[[str], Engine]]:
    """`engine_of("requests")`: an engine on the service's empty database; emptied again afterwards."""
    engines: dict[str, Engine] = {}

    def engine(name: str) -> Engine:
        if name not in engines:
            engines[name] = make_engine(settings_of(name))
            empty_tables(engines[name])
        return engines[name]

    yield engine
    for each in engines.values():
        each.dispose()
