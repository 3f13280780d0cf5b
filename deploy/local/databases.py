"""One database and one login role for each service, closed to everybody else. May be done again."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from psycopg2 import sql

from deploy.local.ports import SERVICES

Connect = Callable[[str], AbstractContextManager[Any]]
"""A cursor in a database, as one who may create roles; each statement its own transaction."""


def settle(connect: Connect, password: Callable[[str], str], admin_database: str = "postgres") -> None:
    """Make what is not there; passwords become those that `password` gives for each service's role."""
    with connect(admin_database) as cursor:
        cursor.execute("REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC")
        cursor.execute("SELECT rolname FROM pg_roles UNION ALL SELECT datname FROM pg_database")
        there = [name for (name,) in cursor.fetchall()]
        for service in SERVICES:
            _add(cursor, service, password(service), there.count(service))
    for service in SERVICES:
        with connect(service) as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")


def _add(cursor: Any, service: str, password: str, there: int) -> None:
    name, secret = sql.Identifier(service), sql.Literal(password)
    verb = sql.SQL("ALTER" if there else "CREATE")
    cursor.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, name, secret))
    if there < 2:
        cursor.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(name))
    cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
