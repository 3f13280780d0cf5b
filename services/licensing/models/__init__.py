"""Records of the licensing database."""

from services.licensing.models.base import Base
from services.licensing.models.history import Effect, LicenseState, Reminder, StatusNote
from services.licensing.models.paper import IssuedPaper
from services.licensing.models.people import Broker, Member, Office
from services.licensing.models.register import Guarantee, License, Series

__all__ = [
    "Base",
    "Broker",
    "Effect",
    "Guarantee",
    "IssuedPaper",
    "License",
    "LicenseState",
    "Member",
    "Office",
    "Reminder",
    "Series",
    "StatusNote",
]
