"""Every permission, and the roles that hold it.

The gateway names one per route and shows menus by it; services call `actor.require(...)` first. What a holder may
do to one object is decided by the service that owns the object.
"""

from enum import StrEnum


class Role(StrEnum):
    """What an account is to the portal. `anybody` needs no account, `signed_in` any."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed_in"
    CANDIDATE = "candidate"
    GENERAL_USER = "general_user"
    ADDITIONAL_USER = "additional_user"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    EXAMINER = "examiner"
    ADMINISTRATOR = "administrator"


STAFF = frozenset({Role.REVIEWER, Role.SUPERVISOR, Role.EXAMINER, Role.ADMINISTRATOR})
APPLICANTS = frozenset({Role.CANDIDATE, Role.GENERAL_USER, Role.ADDITIONAL_USER})
DECIDERS = frozenset({Role.REVIEWER, Role.SUPERVISOR})
EXAMINERS = frozenset({Role.EXAMINER})
_ANYBODY = frozenset({Role.ANYBODY})
_SIGNED_IN = frozenset({Role.SIGNED_IN})

ALLOWED: dict[str, frozenset[Role]] = {
    "page.read": _ANYBODY,
    "demo.clock": _ANYBODY,  # production has no such route
    "captcha.read": _ANYBODY,
    "account.register": _ANYBODY,
    "account.verify": _ANYBODY,
    "session.open": _ANYBODY,
    "password.reset": _ANYBODY,
    "service_type.read": _ANYBODY,
    "reference.read": _ANYBODY,
    "session.read": _SIGNED_IN,
    "session.close": _SIGNED_IN,
    "account.read": _SIGNED_IN,
    "account.update": _SIGNED_IN,
    "terms.accept": _SIGNED_IN,
    "notice.read": _SIGNED_IN,
    "request.open": APPLICANTS,
    "request.read": APPLICANTS,
    "request.edit": APPLICANTS,
    "request.submit": APPLICANTS,
    "request.withdraw": APPLICANTS,
    "request.print": APPLICANTS | DECIDERS,
    "document.attach": APPLICANTS,
    "document.read": APPLICANTS | DECIDERS,
    "queue.read": DECIDERS,
    "request.review": DECIDERS,
    "request.decide": DECIDERS,
    "request.assign": frozenset({Role.SUPERVISOR}),
    "request.reopen": frozenset({Role.SUPERVISOR}),
    "calendar.read": STAFF,
    "calendar.change": frozenset({Role.ADMINISTRATOR}),
    "announcement.read": _ANYBODY,
    "exam.confirm": APPLICANTS,
    "exam.read": DECIDERS | EXAMINERS,
    "exam.manage": EXAMINERS,
    "exam.grade": EXAMINERS,
    "license.read": APPLICANTS | DECIDERS,
    "license.read_all": DECIDERS,
}


def is_allowed(permission: str, roles: frozenset[str]) -> bool:
    """Whether somebody with these roles holds the permission. An unknown permission raises KeyError."""
    holders = ALLOWED[permission]
    if Role.ANYBODY in holders:
        return True
    return bool(roles) and (Role.SIGNED_IN in holders or bool(holders & roles))
