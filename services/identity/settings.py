"""What identity must be told by its environment."""

from dataclasses import dataclass

from chassis import production
from chassis.config import ServiceSettings, SettingsError

SHORTEST_PEPPER = 16


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Secrets, and how far codes may go."""

    CODE_SEALING_KEY: str  # base64, 32 bytes: shared with notifications alone
    PEPPER: str  # keys the digests of codes and the answers of CAPTCHAs
    SMS_CODES: bool = True  # false where no SMS channel is configured: the email code then suffices
    CODES_PER_ADDRESS_PER_DAY: int = 20  # over all accounts with that email or mobile; 0 is no limit

    def __post_init__(self) -> None:
        if len(self.PEPPER) < SHORTEST_PEPPER:
            raise SettingsError(f"PEPPER is too short: make it at least {SHORTEST_PEPPER} random characters")
        super().__post_init__()

    def check_production(self) -> None:
        super().check_production()
        production.check_key("CODE_SEALING_KEY", self.CODE_SEALING_KEY)
        production.check_secret("PEPPER", self.PEPPER, production.KEY_BYTES)

    @property
    def codes_per_address(self) -> int | None:
        """The cap of an address; none in a demo, where many test accounts share one mobile."""
        return None if self.is_demo else self.CODES_PER_ADDRESS_PER_DAY or None


SETTINGS = Settings
