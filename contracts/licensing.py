"""What licensing publishes."""

from contracts.events import Event

EVENTS: tuple[type[Event], ...] = ()
