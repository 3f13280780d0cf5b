"""Advisory locks of a service's database: who alone may do what, across all replicas."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

RELAY = 0x6F757462  # an arbitrary number per purpose; locks are per database


def number(name: str) -> int:
    """A lock's number from its name."""
    return zlib.crc32(name.encode())


@contextmanager
def held(engine: Engine, name: str) -> Iterator[bool]:
    """Whether this process got the lock; it is given back at the end."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        key = {"key": number(name)}
        got = bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key).scalar())
        try:
            yield got
        finally:
            if got:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
