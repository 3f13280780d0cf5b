"""Who is asking. The claim is made by the gateway from a session, signed with each call, never guessed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chassis.errors import Forbidden, NotSignedIn
from contracts.permissions import STAFF, is_allowed


@dataclass(frozen=True)
class Actor:
    """An account in one session, a service (`system`), or nobody (`anonymous`).

    `person` holds the account's civil_id, first_name, last_name, gender, mobile, email and legal_entity.
    """

    kind: str = "anonymous"  # anonymous | person | staff | system
    id: str = ""
    roles: frozenset[str] = frozenset()
    session: str = ""
    office: str | None = None
    name: str = ""
    language: str = "ar"
    person: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_anonymous(self) -> bool:
        """Nobody is signed in."""
        return self.kind == "anonymous"

    @property
    def is_staff(self) -> bool:
        """Somebody of the Bureau."""
        return bool(self.roles & STAFF)

    @property
    def role(self) -> str:
        """One word for histories: the system's name, the first role, or nothing."""
        return self.id if self.kind == "system" else next(iter(sorted(self.roles)), "")

    def require(self, permission: str) -> None:
        """Raises NotSignedIn or Forbidden unless this actor holds the permission."""
        if self.kind == "system" or is_allowed(permission, self.roles):
            return
        raise NotSignedIn("session.required") if self.is_anonymous else Forbidden("permission.missing")

    def to_claim(self) -> dict[str, Any]:
        """JSON form, as signed."""
        return {**vars(self), "roles": sorted(self.roles), "person": dict(self.person)}

    @classmethod
    def from_claim(cls, claim: Mapping[str, Any]) -> "Actor":
        """The actor of a verified claim."""
        return cls(**{**claim, "roles": frozenset(claim.get("roles", ()))})


ANONYMOUS = Actor()


def system(service: str) -> Actor:
    """A service acting for itself: jobs and handlers of events."""
    return Actor(kind="system", id=f"system:{service}", name=service)
