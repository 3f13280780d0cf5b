"""Places where a test stack may kill or fail the process, to prove that nothing is lost there.

PORTAL_FAILPOINTS is `name=kill:0.03+error:0.05,name=…;while=/path`: they act while the path exists. Outside the
environment `test` it is refused at start.
"""

import os
import random
import signal
from collections.abc import Callable

NAMES = frozenset(
    {
        "before_commit",
        "after_commit",
        "before_ack",
        "before_mark",
        "after_send",
        "after_object",
        "before_outbox",
        "before_reply",
    }
)


class Injected(RuntimeError):
    """The error a failpoint raises."""


def _nothing(_name: str) -> None:
    """No failpoint is set."""


_act: Callable[[str], None] = _nothing


def failpoint(name: str) -> None:
    """Die or fail here if the test stack asked for it."""
    _act(name)


def arm(spec: str, env: str, seed: int | None = None) -> None:
    """Set the failpoints of this process. Raises ValueError outside `test` or for an unknown name."""
    global _act  # noqa: PLW0603 - one process-wide switch is the point
    if not spec:
        return
    if env != "test":
        raise ValueError("PORTAL_FAILPOINTS is for the environment `test` alone")
    points, _, flag = spec.partition(";while=")
    rules = dict(_rule(part) for part in points.split(","))
    chance = random.Random(seed)  # noqa: S311 - reproducible faults, no secret

    def act(name: str) -> None:
        kill, fail = rules.get(name, (0.0, 0.0))
        if flag and not os.path.exists(flag):
            return
        throw = chance.random()
        if throw < kill:
            os.kill(os.getpid(), signal.SIGKILL)
        if throw < kill + fail:
            raise Injected(name)

    _act = act


def _rule(part: str) -> tuple[str, tuple[float, float]]:
    name, _, rest = part.partition("=")
    if name not in NAMES:
        raise ValueError(f"unknown failpoint {name}")
    kill = fail = 0.0
    for term in rest.split("+"):
        kind, _, share = term.partition(":")
        if kind == "kill":
            kill = float(share)
        elif kind == "error":
            fail = float(share)
        else:
            raise ValueError(f"unknown failpoint action {kind}")
    return name, (kill, fail)
