"""Who believes whom on the bus: the keys that a process checks with are those of its callers and of whom it hears."""

import json

from contracts.calls import DIRECTIONS
from contracts.subscriptions import EVENTS, LIVE_ONLY, SUBSCRIPTIONS
from deploy.local.keys import Keys


def believed(name: str) -> list[str]:
    """The senders whose messages this process takes: its callers, and the publishers that it hears."""
    callers = {caller for caller, called in DIRECTIONS.items() if name in called}
    if name == "gateway":
        heard = {EVENTS[event].service() for event in LIVE_ONLY}
    else:
        heard = {event.service() for events in SUBSCRIPTIONS[name].values() for event in events}
    return sorted(callers | heard)


def bus_settings(name: str, keys: Keys) -> dict[str, str]:
    """The process's own key, and those that it checks with."""
    kid, key = keys.bus_key(name)
    trusted = {sender: dict([keys.bus_key(sender)]) for sender in believed(name)}
    return {"BUS_KEY": f"{kid}:{key}", "BUS_KEYS_TRUSTED": json.dumps(trusted)}
