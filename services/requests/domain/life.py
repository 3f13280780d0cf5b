"""The life of a request: statuses, and the table of what leads from one to the next.

Moves that every service type shares stand here; a definition adds its own.
"""

from collections.abc import Mapping
from enum import StrEnum

from chassis.errors import Conflict


class Status(StrEnum):
    """Where a request is. The words are in reference/statuses.toml."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    RETURNED = "returned"
    PRELIMINARILY_APPROVED = "preliminarily_approved"
    WAITING_LISTED = "waiting_listed"
    NOMINATED = "nominated"
    ATTENDANCE_CONFIRMED = "attendance_confirmed"
    ON_FINAL_LIST = "on_final_list"
    AWAITING_RELEASE = "awaiting_release"
    AWAITING_CONSENT = "awaiting_consent"
    AWAITING_ACCEPTANCE = "awaiting_acceptance"
    AWAITING_OFFICE_APPROVAL = "awaiting_office_approval"
    APPROVED = "approved"
    REJECTED = "rejected"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"


class Action(StrEnum):
    """What somebody does to a request that may change its status."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    CLAIM = "claim"
    TAKE_OVER = "take_over"
    UNASSIGN = "unassign"
    APPROVE = "approve"
    REJECT = "reject"
    RECOMMEND = "recommend"
    RETURN = "return"
    ASSIGN = "assign"
    REOPEN = "reopen"
    LAPSE = "lapse"
    NOMINATE = "nominate"
    WAIT_LIST = "wait_list"
    OFFER_SEAT = "offer_seat"
    CONFIRM_ATTENDANCE = "confirm_attendance"
    ASK_AGAIN = "ask_again"  # the session was moved: attendance is to be confirmed anew
    UNSEAT = "unseat"  # back to the preliminary approval
    LIST = "list"
    PASS = "pass"  # noqa: S105 - of an exam
    FAIL = "fail"
    MISS = "miss"


class Party(StrEnum):
    """Who has to act next."""

    APPLICANT = "applicant"  # or another party on that side: an office that was asked, the broker
    BUREAU = "bureau"
    NOBODY = "nobody"


Moves = Mapping[tuple[Action, Status], Status]

COMMON_MOVES: Moves = {
    (Action.SUBMIT, Status.DRAFT): Status.SUBMITTED,
    (Action.SUBMIT, Status.RETURNED): Status.SUBMITTED,
    (Action.WITHDRAW, Status.SUBMITTED): Status.WITHDRAWN,
    (Action.WITHDRAW, Status.UNDER_REVIEW): Status.WITHDRAWN,
    (Action.WITHDRAW, Status.RETURNED): Status.WITHDRAWN,
    (Action.LAPSE, Status.RETURNED): Status.LAPSED,
    (Action.CLAIM, Status.SUBMITTED): Status.UNDER_REVIEW,
    (Action.TAKE_OVER, Status.SUBMITTED): Status.UNDER_REVIEW,
    (Action.TAKE_OVER, Status.UNDER_REVIEW): Status.UNDER_REVIEW,
    (Action.ASSIGN, Status.SUBMITTED): Status.UNDER_REVIEW,
    (Action.ASSIGN, Status.UNDER_REVIEW): Status.UNDER_REVIEW,
    (Action.UNASSIGN, Status.UNDER_REVIEW): Status.SUBMITTED,
    (Action.RETURN, Status.UNDER_REVIEW): Status.RETURNED,
    (Action.REJECT, Status.UNDER_REVIEW): Status.REJECTED,
    (Action.REOPEN, Status.REJECTED): Status.UNDER_REVIEW,
}

ENDED = frozenset(
    {
        Status.REJECTED,
        Status.COMPLETED,
        Status.WITHDRAWN,
        Status.LAPSED,
        Status.PASSED,
        Status.FAILED,
        Status.ABSENT,
    }
)

# The applicant may change it: a draft whole, a returned one as far as it is unlocked.
EDITABLE = frozenset({Status.DRAFT, Status.RETURNED})

# The Bureau has not decided yet: its clock runs, or rests while the applicant mends something.
UNDECIDED = frozenset({Status.SUBMITTED, Status.UNDER_REVIEW, Status.RETURNED})

# The Bureau's clock runs in these alone.
CLOCK_RUNS = frozenset({Status.SUBMITTED, Status.UNDER_REVIEW})


def turn(status: Status) -> Party:
    """Whose days they are on the Bureau's clock; nobody's once it has decided."""
    if status not in UNDECIDED:
        return Party.NOBODY
    return Party.BUREAU if status in CLOCK_RUNS else Party.APPLICANT


WAITS_FOR: dict[Status, Party] = {
    Status.DRAFT: Party.APPLICANT,
    Status.SUBMITTED: Party.BUREAU,
    Status.UNDER_REVIEW: Party.BUREAU,
    Status.RETURNED: Party.APPLICANT,
    Status.PRELIMINARILY_APPROVED: Party.BUREAU,
    Status.WAITING_LISTED: Party.BUREAU,
    Status.NOMINATED: Party.APPLICANT,
    Status.ATTENDANCE_CONFIRMED: Party.BUREAU,
    Status.ON_FINAL_LIST: Party.APPLICANT,
    Status.AWAITING_RELEASE: Party.APPLICANT,
    Status.AWAITING_CONSENT: Party.APPLICANT,
    Status.AWAITING_ACCEPTANCE: Party.APPLICANT,
    Status.AWAITING_OFFICE_APPROVAL: Party.APPLICANT,
    Status.APPROVED: Party.BUREAU,
    **dict.fromkeys(ENDED, Party.NOBODY),
}

_BUREAU_ACTIONS = frozenset(
    {
        Action.CLAIM,
        Action.TAKE_OVER,
        Action.ASSIGN,
        Action.UNASSIGN,
        Action.RECOMMEND,
        Action.RETURN,
        Action.APPROVE,
        Action.REJECT,
    }
)

# What a move that is not in the table is refused with, where the action and the status say it.
_REFUSALS_IN = {(Action.WITHDRAW, Status.ON_FINAL_LIST): "exam.wrong_state"}

# The same, where the action alone says it.
_REFUSALS = {
    Action.SUBMIT: "request.already_submitted",
    Action.REOPEN: "request.not_reopenable",
    Action.CONFIRM_ATTENDANCE: "exam.not_nominated",
}
# Only types whose decisions one officer takes have no such step.
_ONE_OFFICER = (Action.RECOMMEND, Status.UNDER_REVIEW)


def next_status(moves: Moves, action: Action, status: Status) -> Status:
    """Where the action leads. Raises Conflict with a code that says why it leads nowhere."""
    following = moves.get((action, status))
    if following is None:
        raise Conflict(_refusal(action, status), {"status": status.value})
    return following


def possible_actions(moves: Moves, status: Status) -> frozenset[Action]:
    """What the table allows in this status, whoever asks."""
    return frozenset(action for action, before in moves if before is status)


def _refusal(action: Action, status: Status) -> str:
    if (action, status) in _REFUSALS_IN:
        return _REFUSALS_IN[action, status]
    if action in _REFUSALS:
        return _REFUSALS[action]
    if (action, status) == _ONE_OFFICER:
        return "decision.one_officer"
    if action in _BUREAU_ACTIONS:
        return "request.not_under_review" if status in UNDECIDED else "request.already_decided"
    return "request.not_submitted" if status is Status.DRAFT else "request.already_ended"
