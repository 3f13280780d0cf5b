"""What can go wrong, as a code and facts: words and HTTP numbers are added at the border, nowhere else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class Fault:
    """One wrong field. `pointer` is an RFC 6901 path into what was sent, such as `/fields/mobile`."""

    pointer: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_wire(self) -> dict[str, Any]:
        """JSON form in an envelope."""
        return {"pointer": self.pointer, "code": self.code, "facts": dict(self.facts)}


class PortalError(Exception):
    """A refusal that the caller can act on. `code` is `noun.problem`; facts fill the sentence."""

    kind: ClassVar[str]

    def __init__(self, code: str, facts: Mapping[str, Any] | None = None, faults: Iterable[Fault] = ()):
        super().__init__(code)
        self.code = code
        self.facts = dict(facts or {})
        self.faults = tuple(faults)

    def to_wire(self) -> dict[str, Any]:
        """JSON form in an envelope."""
        return {
            "kind": self.kind,
            "code": self.code,
            "facts": self.facts,
            "fields": [fault.to_wire() for fault in self.faults],
        }


class Invalid(PortalError):
    """What was sent cannot be taken as it is."""

    kind = "invalid"


class NotSignedIn(PortalError):
    """Nobody, or nobody any more, is signed in."""

    kind = "not_signed_in"


class Forbidden(PortalError):
    """Seen, but not to be done by this actor."""

    kind = "forbidden"


class NotFound(PortalError):
    """Not there, or not for this actor: the two look the same."""

    kind = "not_found"


class Conflict(PortalError):
    """Right in itself, but not in the present state."""

    kind = "conflict"


class NotYet(Conflict):
    """A conflict that passes by itself: the same call may go through in a moment, so no answer is kept."""


class TooMany(PortalError):
    """Too often. The fact `retry_after` (whole seconds) says when again."""

    kind = "too_many"


class Unavailable(PortalError):
    """Something needed is not there now; the same call may go through later."""

    kind = "unavailable"


class Internal(PortalError):
    """An error nobody foresaw: its text stays in the log under the trace id."""

    kind = "internal"


KINDS: dict[str, type[PortalError]] = {
    error.kind: error
    for error in (Invalid, NotSignedIn, Forbidden, NotFound, Conflict, TooMany, Unavailable, Internal)
}


def from_wire(data: Mapping[str, Any]) -> PortalError:
    """The error that an envelope carries; an unknown kind becomes `Internal`."""
    faults = [Fault(f["pointer"], f["code"], f.get("facts", {})) for f in data.get("fields", ())]
    return KINDS.get(data.get("kind", ""), Internal)(data["code"], data.get("facts"), faults)
