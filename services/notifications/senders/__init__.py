"""Ways to reach a person. A carrier is opened for a bundle and sends one message at a time.

Errors are codes of ours, never a provider's text: that may hold an address.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol


class SendingError(Exception):
    """`code` says what was in the way."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class Refused(SendingError):
    """This message will never be taken."""


class Postponed(SendingError):
    """This message was not taken now; others may be."""


class Unreachable(SendingError):
    """The provider takes nothing now, whoever it is for."""


@dataclass(frozen=True)
class Envelope:
    """One message for one address. The delivery's id makes a repeat the same message.

    `content` is what the carrier carries: an Email, or the text of a short message.
    """

    delivery_id: str
    to: str
    content: Any


class Line(Protocol):
    """An open way to the provider."""

    def send(self, envelope: Envelope) -> str | None:
        """Hand over one message; the provider's own id of it, if it has one. Raises SendingError."""


class Carrier(Protocol):
    """A provider. Both calls end within seconds, whatever the provider does."""

    def open(self) -> AbstractContextManager[Line]:
        """Raises Unreachable."""
