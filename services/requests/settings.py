"""Settings of requests."""

import re
from dataclasses import dataclass, field

from chassis import production
from chassis.config import ServiceSettings, SettingsError

_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """What the Bureau may set. Days are whole; working days only where it says so."""

    GRANT_KEY: str  # base64; shared with documents
    # Working days to a decision by service type; what is not named keeps its definition's.
    TARGET_DAYS: dict = field(default_factory=dict)
    # Days that an ended exam request still blocks its civil ID: 0 not at all, -1 for ever.
    EXAM_RETAKE_DAYS: dict = field(
        default_factory=lambda: {"failed": 90, "absent": 90, "lapsed": 90, "rejected": 0, "withdrawn": 0}
    )
    CLOSES_AT: str = "14:30"  # of the Bureau, in Kuwait; other hours of some weeks are rows of working_hours
    CORRECTION_DAYS: int = 5  # working days to mend what was marked, unless the officer says otherwise
    DRAFT_DAYS: int = 60  # an untouched draft is removed after so many
    DRAFT_NOTICE_DAYS: int = 7  # and its owner is told so many before

    def __post_init__(self) -> None:
        for name, least in (("TARGET_DAYS", 1), ("EXAM_RETAKE_DAYS", -1)):
            for key, days in getattr(self, name).items():
                if isinstance(days, bool) or not isinstance(days, int) or days < least:
                    raise SettingsError(f"{name}: {key} is {days!r}: write whole days, {least} or more")
        if not _HOUR.fullmatch(self.CLOSES_AT):
            raise SettingsError(f"CLOSES_AT is {self.CLOSES_AT!r}: write an hour such as 14:30")
        if not 0 < self.DRAFT_NOTICE_DAYS < self.DRAFT_DAYS:
            raise SettingsError("DRAFT_NOTICE_DAYS must be more than 0 and less than DRAFT_DAYS")
        super().__post_init__()

    def check_production(self) -> None:
        super().check_production()
        production.check_key("GRANT_KEY", self.GRANT_KEY)


SETTINGS = Settings
