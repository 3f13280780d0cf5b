"""Where each server of a stack listens: on 127.0.0.1, in a fixed block of ports (demo) or a free one (test)."""

import os
import socket
from collections.abc import Iterable, Iterator

from deploy.local.words import sentence

HOST = "127.0.0.1"
DEMO_BASE = 8600
SERVICES = ("identity", "requests", "licensing", "documents", "notifications")
MAX_REPLICAS = 6

_SINGLE = (
    "gateway",
    "catcher",
    "s3",
    "smtp",
    "postgres",
    "amqp",
    "rabbitmq_http",
    "rabbitmq_metrics",
    "rabbitmq_dist",
    "epmd",
    "s3_master",
    "s3_volume",
    "s3_filer",
    "s3_admin",
    "s3_grpc",
    "s3_master_grpc",
    "s3_volume_grpc",
    "s3_filer_grpc",
)
_OFFSETS = {name: offset for offset, name in enumerate(_SINGLE)}
_FIRST_HEALTH = 30
_BLOCK = _FIRST_HEALTH + len(SERVICES) * MAX_REPLICAS
_FAR = {"s3_admin_grpc": ("s3_admin", 10_000)}  # its clients count on this distance, whatever is configured
HIGHEST_BASE = 65_535 - 10_000 - _BLOCK
# Below the range from which the kernel gives ports to outgoing connections, above what services usually take.
_TEST_RANGE = range(12_000, 22_000, _BLOCK + 4)


class PortTaken(Exception):
    """A sentence: which port is in use, for what we need it, and what to do."""


class Ports:
    """The addresses of one stack, counted from `base`."""

    def __init__(self, base: int):
        if not 1024 <= base <= HIGHEST_BASE:
            raise ValueError(sentence("port_out_of_range", port=base, highest=HIGHEST_BASE))
        self.base = base
        self._claim: socket.socket | None = None

    def of(self, name: str) -> int:
        """The port of a server; `name` may be a service or its replica (`identity-2`): its health port."""
        if name in _OFFSETS:
            return self.base + _OFFSETS[name]
        if name in _FAR:
            neighbour, distance = _FAR[name]
            return self.of(neighbour) + distance
        service, _, replica = name.partition("-")
        return self.base + _FIRST_HEALTH + SERVICES.index(service) + len(SERVICES) * (int(replica or 1) - 1)

    def address(self, name: str) -> str:
        """host:port"""
        return f"{HOST}:{self.of(name)}"

    def url(self, name: str) -> str:
        """http://host:port"""
        return f"http://{self.address(name)}"

    def check_free(self, names: Iterable[str]) -> None:
        """Raises PortTaken for the first of these ports that somebody listens on."""
        for name in names:
            if not _is_free(self.of(name)):
                raise PortTaken(sentence("port_taken", port=self.of(name), server=name))

    def release(self) -> None:
        """Let other test stacks have the block."""
        if self._claim:
            self._claim.close()
            self._claim = None

    @classmethod
    def free(cls) -> "Ports":
        """A block that is free now and that no other stack of this machine gets while this process lives."""
        for base in _candidates():
            claim = _claim(base)
            if claim is None:
                continue
            if all(_is_free(port) for port in range(base, base + _BLOCK)):
                ports = cls(base)
                ports._claim = claim
                return ports
            claim.close()
        raise PortTaken(sentence("no_free_ports", first=_TEST_RANGE.start, last=_TEST_RANGE.stop))


def _candidates() -> Iterator[int]:
    start = os.getpid() % len(_TEST_RANGE)
    yield from (_TEST_RANGE[(start + step) % len(_TEST_RANGE)] for step in range(len(_TEST_RANGE)))


def _claim(base: int) -> socket.socket | None:
    # An abstract socket is a lock that leaves no file and ends with the process.
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        claim.bind(f"\0portal-local-stack-{base}")
    except OSError:
        claim.close()
        return None
    return claim


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
