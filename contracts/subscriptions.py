"""Which handler of which service hears which events: the topology step declares queues and bindings from it.

A handler's name is on the wire (its queue is `events.<service>.<handler>`): add beside, never rename.
"""

from itertools import chain

from contracts import documents, identity, licensing, notifications, requests
from contracts.events import Event

EVENTS: dict[str, type[Event]] = {
    event.NAME: event
    for event in chain(
        identity.EVENTS, requests.EVENTS, licensing.EVENTS, documents.EVENTS, notifications.EVENTS
    )
}

# Heard only by the gateways, on the exchange `live`; nothing is lost when nobody listens.
LIVE_ONLY = frozenset(
    {
        identity.SessionRevoked.NAME,
        notifications.NoticePosted.NAME,
        *(event.NAME for event in licensing.EVENTS),
    }
)

SUBSCRIPTIONS: dict[str, dict[str, tuple[type[Event], ...]]] = {
    "identity": {},
    "requests": {
        "note_document_state": (documents.DocumentChecked,),
        "note_officer": (identity.OfficerChanged,),
    },
    "licensing": {
        "note_office": (identity.OfficeChanged,),
        "note_member": (identity.MemberChanged,),
        "apply_effect": (requests.RequestApproved,),
    },
    "documents": {"remove_detached": (requests.DocumentsDetached,)},
    "notifications": {
        # Codes have a queue of their own: a wave of other news must not hold up somebody at the door.
        "tell_code": (identity.CodeIssued, identity.PasswordResetRequested),
        "tell": (
            identity.RegistrationRepeated,
            identity.AccountVerified,
            identity.PasswordChanged,
            requests.RequestSubmitted,
            requests.RequestClaimed,
            requests.RequestPreliminarilyApproved,
            requests.RequestRejected,
            requests.RequestWithdrawn,
            requests.RequestReturned,
            requests.CorrectionDue,
            requests.RequestLapsed,
            requests.RequestReopened,
            requests.RequestOverdue,
            requests.ExamAnnounced,
            requests.CandidateNominated,
            requests.CandidateWaitListed,
            requests.SeatOffered,
            requests.AttendanceConfirmed,
            requests.CandidateListed,
            requests.CandidateNotSeated,
            requests.ExamMoved,
            requests.ExamCancelled,
            requests.ExamPassed,
            requests.ExamFailed,
            requests.ExamMissed,
            requests.DraftExpiring,
        ),
    },
}
