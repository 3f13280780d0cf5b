"""The broker's users, its virtual host and everybody's rights, as RabbitMQ loads them at its start."""

import base64
from collections.abc import Callable
from hashlib import sha256

from deploy.local.rights import RIGHTS, TAGS, VHOST


def broker_definitions(password: Callable[[str], str]) -> dict[str, object]:
    """Queues and exchanges are not among them: those are the topology step's. `password` gives a user's."""
    return {
        # No default queue type: it would turn the RPC queues into slower quorum queues.
        "vhosts": [{"name": VHOST}],
        "users": [
            {"name": name, "password_hash": _hash(password(name)), "tags": TAGS.get(name, "")}
            for name in RIGHTS
        ],
        "permissions": [
            {
                "user": name,
                "vhost": VHOST,
                "configure": rights.configure,
                "write": rights.write,
                "read": rights.read,
            }
            for name, rights in RIGHTS.items()
        ],
    }


def _hash(password: str) -> str:
    salt = sha256(b"salt of " + password.encode()).digest()[:4]  # the same at each start
    return base64.b64encode(salt + sha256(salt + password.encode()).digest()).decode()
