"""What the documents service is told from outside. Addresses of the store: one for us, one for browsers."""

from dataclasses import dataclass

from chassis import production
from chassis.config import ServiceSettings, SettingsError
from services.documents import scanner


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Settings of the documents service."""

    GRANT_KEY: str  # base64; shared with the services that own attachments
    PORTAL_URL: str  # what the QR of a paper leads to
    S3_URL: str
    S3_PUBLIC_URL: str  # the same store, as browsers reach it
    S3_REGION: str
    S3_ACCESS_KEY: str
    S3_SECRET_KEY: str
    SCANNER: str = "none"
    MAX_PIXELS: int = 64_000_000  # of one image
    CHECK_LANES: int = 3  # uploads looked at at the same time
    PAPER_DAYS: int = 7  # a printed request is kept so long and made anew when asked for later

    def __post_init__(self) -> None:
        if self.SCANNER not in scanner.KINDS:
            raise SettingsError(f"SCANNER is {self.SCANNER!r}: write one of {', '.join(scanner.KINDS)}")
        for name in ("S3_URL", "S3_PUBLIC_URL", "PORTAL_URL"):
            if not getattr(self, name).startswith(("http://", "https://")):
                raise SettingsError(f"{name} does not begin with http:// or https://")
        super().__post_init__()

    def check_production(self) -> None:
        super().check_production()
        production.check_key("GRANT_KEY", self.GRANT_KEY)
        production.check_secret("S3_SECRET_KEY", self.S3_SECRET_KEY)
        production.check_https("S3_PUBLIC_URL", self.S3_PUBLIC_URL)
        production.check_https("PORTAL_URL", self.PORTAL_URL)


SETTINGS = Settings
