"""Starts the lab: `python -m tests.lab.run`; `python -m tests.lab.run topology` declares what it hears."""

import json
import os
import sys
from unittest import mock

from chassis import run, topology
from chassis.packages import load_settings


def main() -> None:
    """Run the lab in the place of licensing."""
    from sqlalchemy import create_engine, text

    import tests.lab.service as lab

    _trust_itself()
    engine = create_engine(load_settings("services.licensing").DATABASE_URL)
    with engine.begin() as connection:
        # Replicas start at the same moment, and PostgreSQL's "if not exists" does not keep two from creating.
        connection.execute(text("SELECT pg_advisory_xact_lock(1)"))
        lab.METADATA.create_all(connection)
    engine.dispose()
    with mock.patch.object(run, "find_service", return_value=lab.Lab):
        run.main("services.licensing")


def _trust_itself() -> None:
    """The lab hears its own events, which no real service does."""
    kid, _, key = os.environ["BUS_KEY"].partition(":")
    trusted = json.loads(os.environ["BUS_KEYS_TRUSTED"])
    os.environ["BUS_KEYS_TRUSTED"] = json.dumps({**trusted, "licensing": {kid: key}})


if __name__ == "__main__":
    import tests.lab.contract  # noqa: F401 - adds the lab to the tables

    topology.main() if "topology" in sys.argv else main()
