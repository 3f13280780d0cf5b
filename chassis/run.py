"""Runs one service: `python -m chassis.run services.requests`. Drains on SIGTERM, within a limit."""

import eventlet

eventlet.monkey_patch()

import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402

from nameko.containers import ServiceContainer  # noqa: E402

from chassis import failpoints, logs  # noqa: E402
from chassis.packages import find_service, load_settings  # noqa: E402

log = logs.get("chassis.run")

MOST_WORKERS = 10_000  # prefetch, lanes and jobs bound the work; the pool must never make a loop wait


def main(package: str) -> None:
    """Run until SIGTERM or SIGINT."""
    settings = load_settings(package)
    name = package.rpartition(".")[2]
    logs.set_up(name, settings.LOG_LEVEL)
    failpoints.arm(settings.PORTAL_FAILPOINTS, settings.PORTAL_ENV)
    container = ServiceContainer(
        find_service(package), config={"settings": settings, "max_workers": MOST_WORKERS}
    )
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: eventlet.spawn_n(_drain, container, settings.DRAIN_SECONDS))
    container.start()
    log.info("started")
    container.wait()
    log.info("stopped")
    _leave(0)


def _drain(container: ServiceContainer, seconds: float) -> None:
    """Stop taking work, finish what was taken, acknowledge it, close. Nameko's own stop has no limit."""
    log.info("draining")
    timer = eventlet.Timeout(seconds, False)
    with timer:
        container.stop()
        return
    log.error("drain took too long; what is unfinished comes again")
    _leave(1)


def _leave(code: int) -> None:
    """Exit without waiting for daemon threads that may sit in a call to a frozen neighbour."""
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m chassis.run services.NAME")
    main(sys.argv[1])
