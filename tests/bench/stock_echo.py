"""The comparison: an echo on Nameko as it comes. `python -m tests.bench.stock_echo`."""

import os

from nameko.containers import ServiceContainer
from nameko.rpc import rpc

import chassis.run  # noqa: F401 - patches the sockets first, as every service does


class StockEcho:
    """One method."""

    name = "bench_stock"

    @rpc
    def echo(self, text: str) -> str:
        return text


def main() -> None:
    """Answer until killed."""
    container = ServiceContainer(StockEcho, config={"AMQP_URI": os.environ["AMQP_URL"], "max_workers": 16})
    container.start()
    container.wait()


if __name__ == "__main__":
    main()
