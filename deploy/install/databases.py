"""`python -m deploy.install.databases`: a database and a login role for each service, closed to everybody else.

ADMIN_URL is the address of one who may make roles, PASSWORDS a JSON object of each service's. Both may be files
(`ADMIN_URL_FILE`). Again is the same, and brings changed passwords.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg2
from sqlalchemy import make_url

from chassis.config import SettingsError, load
from deploy.local.databases import settle


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Whose databases, and where."""

    ADMIN_URL: str
    PASSWORDS: dict


@contextlib.contextmanager
def connect(address: str, database: str) -> Iterator[Any]:
    """A cursor in a database of that server, each statement its own transaction."""
    url = make_url(address).set(drivername="postgresql", database=database)
    connection = psycopg2.connect(url.render_as_string(hide_password=False), connect_timeout=5)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def main() -> None:
    """Make what is not there."""
    try:
        settings = load(Settings, os.environ)
    except SettingsError as error:
        raise SystemExit(f"settings of the databases: {error}") from None
    own = make_url(settings.ADMIN_URL).database or "postgres"
    settle(lambda database: connect(settings.ADMIN_URL, database), settings.PASSWORDS.__getitem__, own)
    print(f"databases are ready: {', '.join(sorted(settings.PASSWORDS))}")


if __name__ == "__main__":
    main()
