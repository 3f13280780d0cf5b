"""Papers take a moment to be made: people are made to wait for it a little, programs are told when to come back."""

import time

from chassis.errors import Unavailable
from gateway import clients, context

BEING_MADE = "paper.being_made"


def wait_for(order: str) -> str:
    """The short-lived address of the ordered paper. Raises Unavailable once this request's time is over."""
    while True:
        try:
            return clients.documents.get_paper(order)
        except Unavailable as error:
            pause = float(error.facts.get("retry_after") or 1)
            if error.code != BEING_MADE or context.deadline() - time.monotonic() < pause + 1:
                raise
            time.sleep(pause)
