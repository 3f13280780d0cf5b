"""Who may do what on the broker: one user per service with least rights, one that declares, one that looks on.

A right is an expression over names: configure (declare), write (publish, bind a queue), read (consume, bind from).
"""

from dataclasses import dataclass

from deploy.local.ports import SERVICES

VHOST = "portal"
TOPOLOGY = "topology"
OPERATOR = "operator"


@dataclass(frozen=True)
class Rights:
    """Three expressions; the empty one matches only the empty name, which nothing has."""

    configure: str = "^$"
    write: str = "^$"
    read: str = "^$"


def service(name: str) -> Rights:
    """A service consumes its own queues and publishes; it declares nothing."""
    own = rf"rpc-{name}|events\.{name}\..+|parked\.{name}"
    return Rights(
        write=rf"^(amq\.default|events|live|retry\..+|parked\.{name})$",
        read=rf"^({own})$",
    )


GATEWAY = Rights(
    configure=r"^live\..+$",  # each process hears live updates with an exclusive queue of its own
    write=r"^(amq\.default|live\..+)$",
    read=r"^live(\..+)?$",
)

RIGHTS = {
    **{name: service(name) for name in SERVICES},
    "gateway": GATEWAY,
    TOPOLOGY: Rights(".*", ".*", ".*"),
    OPERATOR: Rights(".*", ".*", ".*"),
}
TAGS = {OPERATOR: "administrator"}
