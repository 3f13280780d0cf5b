"""`python -m deploy.images_test [--broker 3|4] [--keep]`: from nothing to the passed journey, and nothing left.

The engine's packages, base images and layers stay under `.local/images`, so that a second run is quick; --fresh
forgets them first.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from typing import Any

from deploy.images_test import bases, checks, images, production, reading
from deploy.images_test.engine import Engine
from deploy.images_test.installation import Installation, reach
from deploy.local.rabbitmq import REPOSITORY
from tests.e2e.portal import Portal

FOLDER = REPOSITORY / ".local" / "images"
COMPOSE_FILES = reading.FILE_SETS


def main() -> int:
    """0 when everything held; SystemExit or AssertionError otherwise."""
    parser = argparse.ArgumentParser(prog="python -m deploy.images_test", description=__doc__)
    parser.add_argument("--broker", choices=sorted(images.BROKERS), help="one version of RabbitMQ alone")
    parser.add_argument("--only", choices=("demo", "production"), help="one kind of installation alone")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs made")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    if os.geteuid() != 0:
        raise SystemExit("An engine of one's own needs root: sudo make images-test")
    if options.fresh:
        shutil.rmtree(FOLDER, ignore_errors=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all is ended then too
    print(f"seed {options.seed}", flush=True)
    engine = Engine(FOLDER / "engine")
    step("the engine is unpacked", engine.unpack)
    step("the engine is started", engine.start)
    try:
        _prove(engine, options)
    finally:
        engine.stop()
    print("Everything held, and nothing is left running.")
    return 0


def _prove(engine: Engine, options: Any) -> None:
    for suite in sorted(set(images.BROKERS.values())):
        step(f"base image of {suite}", partial(bases.provide, engine, suite, FOLDER / "bases"))
    step("images are built", lambda: images.build_all(engine, FOLDER))
    for broker in [options.broker] if options.broker else sorted(images.BROKERS, reverse=True):
        if options.only != "production":
            _demo(engine, broker, options.seed)
    if options.only != "demo":
        _production(engine, options.broker or max(images.BROKERS))


def _demo(engine: Engine, broker: str, seed: int) -> None:
    print(f"a demo on RabbitMQ {broker}", flush=True)
    folder = FOLDER / f"demo{broker}"
    with _installed(Installation(engine, folder, broker=broker, files=("compose.local.yml",))) as demo:
        version = engine.docker("exec", demo.containers("rabbitmq")[0], "rabbitmqctl", "version").stdout
        print(f"      RabbitMQ says {version.strip().splitlines()[-1]}", flush=True)
        portal = Portal(demo.url, demo.catcher_url)
        accounts = _load_demo(demo)
        step("borders", lambda: checks.check_borders(demo))
        step("the journey to the result", lambda: checks.check_journey(portal, accounts))
        step("four share the sending", lambda: checks.check_sharing(demo, portal))
        step("stops under load", lambda: checks.check_stops(demo, portal, seed))
        step("stops of servers under load", lambda: checks.check_server_stops(demo, portal, seed + 1))


def _production(engine: Engine, broker: str) -> None:
    print("production", flush=True)
    with _installed(Installation(engine, FOLDER / "production", broker=broker)) as installation:
        step("starts, and has nothing of a demo", lambda: production.check_production(installation))
        step("refuses what is wrong", lambda: production.check_refusals(installation))


@contextmanager
def _installed(installation: Installation) -> Any:
    installation.prepare()
    reach(installation)
    for files in COMPOSE_FILES:
        variant = Installation(installation.engine, installation.folder, broker="4", files=files)
        variant.compose("config", "--quiet")
    try:
        step("is up", installation.up)
        yield installation
    except BaseException:
        print(f"      logs are in {installation.keep_logs()}", flush=True)
        raise
    finally:
        installation.down()


def _load_demo(demo: Installation) -> dict[str, Any]:
    """As an operator does; the demo's logins."""
    command = ["python", "-m", "services.identity.commands", "load-demo"]
    done = demo.compose("exec", "-T", "identity", *command)
    return json.loads(done.stdout[done.stdout.index("{") : done.stdout.rindex("}") + 1])


def step(name: str, act: Callable[[], object]) -> None:
    """Do it and say how long it took."""
    began = time.monotonic()
    act()
    print(f"{time.monotonic() - began:5.0f} s  {name}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
