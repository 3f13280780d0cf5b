"""Runs steps that wait for one another, as many at once as their order allows."""

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """Something to do once the steps in `after` are done; those that do not take part count as done."""

    act: Callable[[], object]
    after: frozenset[str] = frozenset()


def run(steps: Mapping[str, Step]) -> None:
    """Do all. After a failure nothing new begins; what runs is waited for; the first failure is raised."""
    waiting = {name: set(step.after) & set(steps) for name, step in steps.items()}
    running: dict[Future[object], str] = {}
    failure: BaseException | None = None
    with ThreadPoolExecutor(max_workers=max(1, len(steps)), thread_name_prefix="start") as pool:
        while waiting or running:
            for name in [name for name, after in waiting.items() if not after and failure is None]:
                del waiting[name]
                running[pool.submit(steps[name].act)] = name
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                done = running.pop(future)
                failure = failure or future.exception()
                for after in waiting.values():
                    after.discard(done)
    if failure is not None:
        raise failure
    if waiting:
        raise ValueError(f"these steps wait for one another: {', '.join(sorted(waiting))}")
