"""The settings of licensing."""

from dataclasses import dataclass

from chassis.config import ServiceSettings, SettingsError
from services.licensing.domain.renewal import Terms
from services.licensing.domain.status import HOLDING, What


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """What the Bureau may set."""

    # What puts a license on hold when it lapses, with commas between: of guarantee, civil_id, passport.
    HOLD_ON: str = "guarantee,civil_id,passport"
    RENEWAL_OPENS_DAYS: int = 0  # so many days before its end a license may be renewed; 0: at any time

    def __post_init__(self) -> None:
        super().__post_init__()
        chosen = {word.strip() for word in self.HOLD_ON.split(",") if word.strip()}
        if unknown := chosen - HOLDING:
            raise SettingsError(
                f"HOLD_ON names {', '.join(sorted(unknown))}: write some of {', '.join(sorted(HOLDING))}"
            )
        if self.RENEWAL_OPENS_DAYS < 0:
            raise SettingsError("RENEWAL_OPENS_DAYS is less than 0: write whole days, 0 for any time")

    @property
    def terms(self) -> Terms:
        """What the rules of the register ask for."""
        words = (word.strip() for word in self.HOLD_ON.split(","))
        return Terms(frozenset(What(word) for word in words if word), self.RENEWAL_OPENS_DAYS)
