"""The workers' part, done by hand: at any moment, in any order."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from chassis import clock
from services.notifications import usecases
from services.notifications.domain import LANES, Lane, Parcel


def lease(engine: Engine, lane: Lane, limit: int = 1, at: datetime | None = None) -> list[list[Parcel]]:
    """Bundles that are due at that moment, leased and committed."""
    with Session(engine) as session:
        bundles = usecases.lease_bundles(session, lane, limit, at or clock.real_now())
        session.commit()
        return bundles


def work(service: Any, engine: Engine, at: datetime | None = None) -> int:
    """What all workers would do until nothing is due at that moment; how many deliveries were taken."""
    taken = 0
    for lane in LANES:
        while bundles := lease(engine, lane, at=at):
            for bundle in bundles:
                taken += len(bundle)
                service._send(bundle)
    return taken
