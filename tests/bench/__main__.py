"""`make bench`: raw AMQP, stock Nameko and the chassis in one run, interleaved; writes .local/bench.json.

Only ratios of one run mean anything on a shared machine; each round is raw, stock, chassis, one after another.
"""

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import chassis  # noqa: F401 - quietens eventlet's notice before Nameko imports it
from tests.bench.clients import Chassis, Raw, Stock
from tests.integration.conftest import start_lab

ROUNDS = 7
CALLS = 400
THREADS = 32
CALLS_PER_THREAD = 40
OUT = Path(".local/bench.json")

Call = Callable[[], None]


@dataclass(frozen=True)
class Row:
    """One figure with its goal."""

    name: str
    goal: str
    figure: float
    unit: str
    ok: bool | None
    rounds: list[float]


def latencies(call: Call, calls: int = CALLS) -> list[float]:
    """Milliseconds of each round trip, sorted."""
    found = []
    for _ in range(calls):
        began = time.perf_counter()
        call()
        found.append((time.perf_counter() - began) * 1000)
    return sorted(found)


def per_second(calls: list[Call]) -> float:
    """Round trips per second of one thread per callable."""

    def work(call: Call) -> None:
        for _ in range(CALLS_PER_THREAD):
            call()

    threads = [threading.Thread(target=work, args=(call,)) for call in calls]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(calls) * CALLS_PER_THREAD / (time.perf_counter() - began)


def measure(url: str, key: str) -> list[Row]:
    """All rows."""
    raw, stock, ours = Raw(url), Stock(url), Chassis(url, key)
    stocks = [Stock(url) for _ in range(THREADS)]
    singles = {"raw": raw.call, "stock": stock.call, "chassis": ours.call}
    found: dict[str, list[float]] = {}
    for call in singles.values():
        latencies(call, 100)  # warm
    for _ in range(ROUNDS):
        for name, call in singles.items():
            times = latencies(call)
            found.setdefault(f"{name} p50", []).append(times[len(times) // 2])
            found.setdefault(f"{name} p99", []).append(times[len(times) * 99 // 100])
        found.setdefault("stock/s", []).append(per_second([each.call for each in stocks]))
        found.setdefault("chassis/s", []).append(per_second([ours.call] * THREADS))
    for each in (stock, *stocks):
        each.close()
    return rows(found)


def rows(found: dict[str, list[float]]) -> list[Row]:
    """Figures and the two ratios that have a bar."""

    def ratio(name: str, a: str, b: str, bar: float, *, most: bool) -> Row:
        each = [x / y for x, y in zip(found[a], found[b], strict=True)]
        figure = statistics.median(each)
        ok = figure <= bar if most else figure >= bar
        return Row(name, f"{'<=' if most else '>='} {bar}", figure, "ratio", ok, each)

    figures = [
        Row(name, "", statistics.median(each), "per second" if name.endswith("/s") else "ms", None, each)
        for name, each in found.items()
    ]
    return [
        *figures,
        ratio("chassis RPC p50 / raw p50", "chassis p50", "raw p50", 2.0, most=True),
        ratio("chassis RPC per second / stock, 32 threads", "chassis/s", "stock/s", 1.8, most=False),
    ]


@contextmanager
def echoes(environment: dict[str, str]) -> Any:
    """The raw and the stock echo, running."""
    modules = ("tests.bench.raw_echo", "tests.bench.stock_echo")
    processes = [subprocess.Popen([sys.executable, "-m", module], env=environment) for module in modules]
    try:
        time.sleep(3)
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def main() -> int:
    """Measure, print, write; 1 when a bar is missed."""
    with TemporaryDirectory() as folder:
        stack = start_lab(Path(folder))
        try:
            topology, gateway = stack.environment("topology"), stack.environment("gateway")
            with echoes({**stack.environment("licensing"), "AMQP_URL": topology["AMQP_URL"]}):
                measured = measure(topology["AMQP_URL"], gateway["BUS_KEY"])
        finally:
            stack.stop()
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps([vars(row) for row in measured], indent=2) + "\n", encoding="utf-8")
    for row in measured:
        verdict = {True: "ok", False: "MISSED", None: ""}[row.ok]
        print(f"{row.name:45} {row.figure:9.2f} {row.unit:10} {row.goal:8} {verdict}")
    return 1 if any(row.ok is False for row in measured) else 0


if __name__ == "__main__":
    sys.exit(main())
