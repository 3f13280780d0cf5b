"""The breaker: rest after three time-outs, one call let through, the others wait for what it finds."""

import threading
import time
from unittest import mock

import pytest

from chassis.errors import Unavailable
from chassis.rpc import breaker
from chassis.rpc.breaker import Breaker


def _open_breaker() -> Breaker:
    made = Breaker()
    for _ in range(breaker.THRESHOLD):
        made.failed("requests")
    return made


def test_a_service_rests_after_three_time_outs_in_a_row_and_others_do_not() -> None:
    made = _open_breaker()
    with pytest.raises(Unavailable, match=r"service\.unavailable"):
        made.check("requests")
    made.check("documents")


def test_an_answer_in_between_starts_the_count_anew() -> None:
    made = Breaker()
    for _ in range(5):
        made.failed("requests")
        made.failed("requests")
        made.answered("requests")
    made.check("requests")


@pytest.mark.parametrize(("outcome", "refused"), [("answered", 0), ("failed", 8)])
def test_those_who_come_during_the_trial_share_its_outcome(outcome: str, refused: int) -> None:
    with mock.patch.object(breaker, "PAUSE_SECONDS", 0.05):
        made = _open_breaker()
    time.sleep(0.1)
    made.check("requests")  # the one that is let through
    refusals = []

    def come() -> None:
        try:
            made.check("requests")
        except Unavailable as error:
            refusals.append(error)

    threads = [threading.Thread(target=come) for _ in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    getattr(made, outcome)("requests")
    for thread in threads:
        thread.join()
    assert len(refusals) == refused
