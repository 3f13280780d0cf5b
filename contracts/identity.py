"""What identity publishes. Codes and tokens travel sealed: only notifications can open them, when it sends."""

from dataclasses import dataclass
from typing import ClassVar

from contracts.events import Event


@dataclass(frozen=True, kw_only=True)
class CodeIssued(Event):
    """A six-digit code for one channel; `sealed` opens to the code."""

    NAME: ClassVar[str] = "identity.code_issued"
    channel: str  # email | sms
    sealed: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class RegistrationRepeated(Event):
    """Somebody registered with the address of a verified account: only its owner is told."""

    NAME: ClassVar[str] = "identity.registration_repeated"


@dataclass(frozen=True, kw_only=True)
class AccountVerified(Event):
    """Both codes were right; the account may sign in."""

    NAME: ClassVar[str] = "identity.account_verified"


@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(Event):
    """`sealed` opens to the token of the one-time link."""

    NAME: ClassVar[str] = "identity.password_reset_requested"
    sealed: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """The password was changed or reset; the other sessions ended."""

    NAME: ClassVar[str] = "identity.password_changed"


@dataclass(frozen=True, kw_only=True)
class SessionRevoked(Event):
    """`aggregate` is the account whose sessions changed: claims held anywhere are to be dropped."""

    NAME: ClassVar[str] = "identity.session_revoked"


@dataclass(frozen=True, kw_only=True)
class OfficerChanged(Event):
    """Somebody of the Bureau is new, or has other roles. `aggregate` is the account; no role: no officer any more."""

    NAME: ClassVar[str] = "identity.officer_changed"
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OfficeChanged(Event):
    """A clearing office is new, or has other names or another code. `aggregate` is the office's id."""

    NAME: ClassVar[str] = "identity.office_changed"
    code: str
    name_ar: str
    name_en: str
    commercial_registration: str | None


@dataclass(frozen=True, kw_only=True)
class MemberChanged(Event):
    """Somebody works for an office, in another way than before, or no longer. `aggregate` is the membership's id."""

    NAME: ClassVar[str] = "identity.member_changed"
    office: str  # ids
    account: str
    kind: str  # general | additional
    is_active: bool


EVENTS: tuple[type[Event], ...] = (
    CodeIssued,
    RegistrationRepeated,
    AccountVerified,
    PasswordResetRequested,
    PasswordChanged,
    SessionRevoked,
    OfficerChanged,
    OfficeChanged,
    MemberChanged,
)
