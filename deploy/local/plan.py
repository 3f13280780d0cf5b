"""The parts of a stack: what each needs, which ports it takes, in what order they start and stop."""

from collections.abc import Iterable, Mapping

from deploy.local.ports import MAX_REPLICAS, SERVICES

COMPONENTS = ("epmd", "postgres", "rabbitmq", "s3", "catcher", *SERVICES, "gateway")
STOP_LEVELS = (("gateway",), SERVICES, ("catcher", "rabbitmq", "s3", "postgres"), ("epmd",))

# Names in `ports` of those that take others than their own.
PORTS = {
    "rabbitmq": ("amqp", "rabbitmq_http", "rabbitmq_metrics", "rabbitmq_dist"),
    "catcher": ("catcher", "smtp"),
    "s3": (
        "s3",
        *(f"s3_{part}" for part in ("master", "volume", "filer", "admin")),
        *(f"s3_{part}grpc" for part in ("", "master_", "volume_", "filer_", "admin_")),
    ),
}

_NEEDS: dict[str, tuple[str, ...]] = {
    "rabbitmq": ("epmd",),
    **{service: ("postgres", "rabbitmq") for service in SERVICES},
    "documents": ("postgres", "rabbitmq", "s3"),
    "notifications": ("postgres", "rabbitmq", "catcher"),
    "gateway": ("rabbitmq",),
}


def with_needs(names: Iterable[str]) -> set[str]:
    """These components and all that they need. Raises ValueError for an unknown name."""
    wanted: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in COMPONENTS:
            raise ValueError(f"unknown component {name!r}: one of {', '.join(COMPONENTS)}")
        if name not in wanted:
            wanted.add(name)
            waiting.extend(_NEEDS.get(name, ()))
    return wanted


def checked_replicas(replicas: Mapping[str, int]) -> Mapping[str, int]:
    """As given. Raises ValueError for what cannot run several times."""
    for name, count in replicas.items():
        if name not in SERVICES or not 1 <= count <= MAX_REPLICAS:
            raise ValueError(f"{count} of {name!r}: services can run 1 to {MAX_REPLICAS} times")
    return replicas


def after(name: str) -> frozenset[str]:
    """The steps that come before this component's start."""
    steps = {"migrate", "topology"} if name in (*SERVICES, "gateway") else set()
    return frozenset({*_NEEDS.get(name, ()), *steps})
