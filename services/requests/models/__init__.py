"""Records of the requests database."""

from services.requests.models.base import Base
from services.requests.models.bureau import Holiday, Officer, Series, WorkingHours
from services.requests.models.correction import Correction, CorrectionMark
from services.requests.models.exam import Candidate, ExamSession
from services.requests.models.request import Attachment, HistoryEntry, Note, ServiceRequest

__all__ = [
    "Attachment",
    "Base",
    "Candidate",
    "Correction",
    "CorrectionMark",
    "ExamSession",
    "HistoryEntry",
    "Holiday",
    "Note",
    "Officer",
    "Series",
    "ServiceRequest",
    "WorkingHours",
]
