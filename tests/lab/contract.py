"""The lab's part of the contracts; importing it adds the lab's methods and events to the tables."""

from dataclasses import dataclass
from typing import ClassVar

from contracts import calls, subscriptions
from contracts.calls import Kind, Method
from contracts.events import Event

ANYBODY = frozenset({"gateway"})


@dataclass(frozen=True, kw_only=True)
class ThingHappened(Event):
    """Heard by the lab itself."""

    NAME: ClassVar[str] = "licensing.thing_happened"
    text: str = ""


calls.METHODS["licensing"].update(
    echo=Method(Kind.QUESTION, ANYBODY, True),
    nap=Method(Kind.QUESTION, ANYBODY, True),
    sleep_in_database=Method(Kind.QUESTION, ANYBODY, True),
    add=Method(Kind.COMMAND, ANYBODY, True),
    refuse=Method(Kind.COMMAND, ANYBODY, True),
    guess=Method(Kind.ATTEMPT, ANYBODY, True),
    whoami=Method(Kind.QUESTION, ANYBODY, True),
    call_inside=Method(Kind.QUESTION, ANYBODY, True),
    explode=Method(Kind.QUESTION, ANYBODY, True),
    big=Method(Kind.QUESTION, ANYBODY, True),
    list_rows=Method(Kind.QUESTION, ANYBODY, True),
    add_due=Method(Kind.COMMAND, ANYBODY, True),
    what_time=Method(Kind.QUESTION, ANYBODY, True),
)
subscriptions.EVENTS[ThingHappened.NAME] = ThingHappened
subscriptions.SUBSCRIPTIONS["licensing"]["hear"] = (ThingHappened,)
