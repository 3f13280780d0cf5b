"""The shape of every piece of news, and who hears which.

An event's own fields travel as `data`; fields are only added, a new meaning is a new name.
"""

from dataclasses import dataclass, fields
from typing import Any, ClassVar

_ENVELOPE = frozenset({"aggregate", "seq", "recipients"})


@dataclass(frozen=True, kw_only=True)
class Event:
    """News about one aggregate. `seq` is the aggregate's version, taken under its row lock."""

    NAME: ClassVar[str]
    V: ClassVar[int] = 1
    aggregate: str
    seq: int
    recipients: tuple[str, ...] = ()  # ids of the accounts that are to be told

    @classmethod
    def service(cls) -> str:
        """The service that publishes it: the part of the name before the dot."""
        return cls.NAME.partition(".")[0]

    def data(self) -> dict[str, Any]:
        """The event's own fields, JSON types only."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in _ENVELOPE}
