"""Who may call which method of which service, and what a repeated call means.

The names are on the wire: they are added to and never renamed. The direction between services is acyclic; a
test compares this table with the entrypoints and with the clients.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What may happen to a call whose answer got lost."""

    QUESTION = "question"  # changes nothing that matters: the client may ask again
    COMMAND = "command"  # carries an idempotency key: whoever holds the key may repeat it
    ATTEMPT = "attempt"  # counts each time (a guess at a password, a code): never repeated by machinery


@dataclass(frozen=True)
class Method:
    """One RPC method: its kind, its callers, and whether it answers somebody who is not signed in."""

    kind: Kind
    callers: frozenset[str] = frozenset({"gateway"})
    anonymous: bool = False


def _question(*callers: str, anonymous: bool = False) -> Method:
    return Method(Kind.QUESTION, frozenset(callers or ("gateway",)), anonymous)


def _command(*callers: str, anonymous: bool = False) -> Method:
    return Method(Kind.COMMAND, frozenset(callers or ("gateway",)), anonymous)


def _attempt(*callers: str, anonymous: bool = False) -> Method:
    return Method(Kind.ATTEMPT, frozenset(callers or ("gateway",)), anonymous)


EVERYWHERE = {
    "health": _question("gateway", anonymous=True),
    "read_clock": _question("gateway", anonymous=True),  # the two of a demo: production refuses them
    "move_clock": _attempt("gateway", anonymous=True),
}

METHODS: dict[str, dict[str, Method]] = {
    "identity": {
        **EVERYWHERE,
        "new_captcha": _attempt(anonymous=True),
        "captcha_audio": _question(anonymous=True),
        "register": _command(anonymous=True),
        "open_session": _attempt(anonymous=True),
        "verify": _attempt(anonymous=True),
        "verification": _question(anonymous=True),
        "resend_code": _attempt(anonymous=True),
        "request_password_reset": _attempt(anonymous=True),
        "reset_password": _attempt(anonymous=True),
        "authenticate": _question(anonymous=True),
        "close_session": _command(),
        "list_sessions": _question(),
        "terms": _question(anonymous=True),
        "me": _question(),
        "update_me": _command(),
        "choose_company": _command(),
        "change_password": _attempt(),
        "accept_terms": _command(),
        "contacts": _question("notifications"),
    },
    "requests": {
        **EVERYWHERE,
        "list_service_types": _question(anonymous=True),
        "get_service_type": _question(anonymous=True),
        "open_request": _command(),
        "get_request": _question(),
        "list_requests": _question(),
        "save_fields": _command(),
        "delete_draft": _command(),
        "list_checks": _question(),
        "submit": _command(),
        "withdraw": _command(),
        "attach_document": _command(),
        "change_document": _command(),
        "detach_document": _command(),
        "open_document": _question(),
        "order_paper": _question(),
        "list_queue": _question(),
        "get_for_review": _question(),
        "take_next": _command(),
        "claim": _command(),
        "unassign": _command(),
        "add_note": _command(),
        "approve": _command(),
        "reject": _command(),
        "recommend": _command(),
        "return_request": _command(),
        "assign": _command(),
        "reopen": _command(),
        "preview_decision": _question(),
        "list_officers": _question(),
        "list_closings": _question(),
        "add_closing": _command(),
        "confirm_attendance": _command(),
        "list_announcements": _question(anonymous=True),
        "get_announcement": _question(anonymous=True),
        "list_exam_sessions": _question(),
        "get_exam_session": _question(),
        "list_candidates": _question(),
        "open_exam_session": _command(),
        "change_exam_session": _command(),
        "publish_exam_session": _command(),
        "nominate": _command(),
        "close_exam_session": _command(),
        "cancel_exam_session": _command(),
        "record_attendance": _command(),
        "enter_results": _command(),
        "import_results": _command(),
        "confirm_results": _command(),
        "publish_results": _command(),
        "order_exam_paper": _question(),
    },
    "licensing": {
        **EVERYWHERE,
        "facts": _question("requests"),
        "check": _question("requests"),
        "list_licenses": _question(),
        "get_license": _question(),
        "license_history": _question(),
        "list_guarantees": _question(),
        "get_guarantee": _question(),
    },
    "documents": {
        **EVERYWHERE,
        "start_upload": _command("requests"),
        "list_states": _question("requests"),
        "get_document": _question(),
        "complete_upload": _command(),
        "get_address": _question(),
        "get_paper": _question(),
    },
    "notifications": {
        **EVERYWHERE,
        "list_notices": _question(),
        "count_unread": _question(),
        "read_notice": _command(),
        "preview_notice": _question(),
    },
}

DIRECTIONS: dict[str, frozenset[str]] = {
    "gateway": frozenset({"identity", "requests", "licensing", "documents", "notifications"}),
    "requests": frozenset({"licensing", "documents"}),
    "licensing": frozenset({"documents"}),
    "notifications": frozenset({"identity"}),
    "identity": frozenset(),
    "documents": frozenset(),
}

SERVICES = tuple(METHODS)
