"""Runs steps that wait for one another, as many at once as their order allows."""

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """Something to do once the steps in `after` are done; those that do not take part count as done."""

    act: Callable[[], object]
    after: frozenset[str] = frozenset()


def run(steps: Mapping[str, Step], cancel: Callable[[], None] = lambda: None) -> None:
    """Do all. The first failure or interrupt is raised once what runs has ended; `cancel` is called to hasten it."""
    waiting = {name: set(step.after) & set(steps) for name, step in steps.items()}
    with ThreadPoolExecutor(max_workers=max(1, len(steps)), thread_name_prefix="start") as pool:
        try:
            _run(steps, waiting, pool)
        except BaseException:
            cancel()
            raise
    if waiting:
        raise ValueError(f"these steps wait for one another: {', '.join(sorted(waiting))}")


def _run(steps: Mapping[str, Step], waiting: dict[str, set[str]], pool: ThreadPoolExecutor) -> None:
    running: dict[Future[object], str] = {}
    while True:
        for name in [name for name, after in waiting.items() if not after]:
            del waiting[name]
            running[pool.submit(steps[name].act)] = name
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            future.result()
            done = running.pop(future)
            for after in waiting.values():
                after.discard(done)
