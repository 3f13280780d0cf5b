"""The gateway's settings: read once, typed, and a wrong one stops the process."""

import ipaddress
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from limits import parse_many

from chassis import production
from chassis.config import BusSettings, SettingsError

MIN_SECRET = 32
RATES = ("RATE_ALL", "RATE_SIGN_IN", "RATE_FORMS")


@dataclass(frozen=True, kw_only=True)
class Settings(BusSettings):
    """What the gateway needs beside the bus. Addresses are origins: scheme, host, port."""

    PORTAL_URL: str  # what people type, and what links in mails begin with
    SECRET_KEY: str  # signs the forms' cookie
    S3_PUBLIC_URL: str  # where browsers send and fetch files
    S3_URL: str = ""  # the same store from inside; empty = the public one
    THREADS: int = 64  # of this process, as given to gunicorn
    REQUEST_SECONDS: float = 7.0  # one deadline for everything that a request asks of services
    TRUSTED_PROXIES: str = ""  # networks whose X-Forwarded-For is believed, separated by commas
    RATE_ALL: str = "1200 per minute"  # per address and process; fairness, not protection of accounts
    RATE_SIGN_IN: str = "60 per minute"
    RATE_FORMS: str = "60 per minute"
    SUPPORT_TEAM_AR: str = "فريق الدعم الفني للنظام الجمركي الآلي"
    SUPPORT_TEAM_EN: str = "Support team of the Automated Customs System"
    SUPPORT_EMAIL: str = "mcsupport@agilitylogistics.com"
    SUPPORT_PHONES: str = "1809222 Ext. 1234, 24981423"  # separated by commas
    SUPPORT_FAX: str = "24981479"

    def __post_init__(self) -> None:
        for name in ("PORTAL_URL", "S3_PUBLIC_URL"):
            _check_origin(name, getattr(self, name))
        if self.S3_URL:
            _check_origin("S3_URL", self.S3_URL)
        if len(self.SECRET_KEY) < MIN_SECRET:
            raise SettingsError(f"SECRET_KEY is too short: write at least {MIN_SECRET} random characters")
        try:
            _ = self.trusted_proxies
        except ValueError as error:
            raise SettingsError(f"TRUSTED_PROXIES holds something that is no network: {error}") from None
        for name in RATES:
            _check_rate(name, getattr(self, name))
        super().__post_init__()

    def check_production(self) -> None:
        super().check_production()
        production.check_https("PORTAL_URL", self.PORTAL_URL)
        production.check_https("S3_PUBLIC_URL", self.S3_PUBLIC_URL)
        production.check_secret("SECRET_KEY", self.SECRET_KEY, MIN_SECRET)
        if not self.trusted_proxies:
            raise SettingsError(
                "TRUSTED_PROXIES is empty: without the proxy's network all visitors count as one address"
            )
        if any(network.prefixlen == 0 for network in self.trusted_proxies):
            raise SettingsError(
                "TRUSTED_PROXIES holds every address: anybody could choose the one he counts as"
            )

    @property
    def is_https(self) -> bool:
        """Whether browsers reach the portal by https: cookies are Secure then."""
        return self.PORTAL_URL.startswith("https://")

    @property
    def shows_demo(self) -> bool:
        """Whether pages say that nothing here is real."""
        return self.PORTAL_ENV == "demo"

    @property
    def trusted_proxies(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """The networks of TRUSTED_PROXIES. Raises ValueError."""
        return tuple(ipaddress.ip_network(text) for text in _words(self.TRUSTED_PROXIES))

    @property
    def storage_origin(self) -> str:
        """The store's origin as browsers see it, for the content security policy."""
        parts = urlsplit(self.S3_PUBLIC_URL)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def support(self) -> dict:
        """Whom to ask for help, as the pages show it."""
        return {
            "team": {"ar": self.SUPPORT_TEAM_AR, "en": self.SUPPORT_TEAM_EN},
            "email": self.SUPPORT_EMAIL,
            "phones": _words(self.SUPPORT_PHONES),
            "fax": self.SUPPORT_FAX or None,
        }


SETTINGS = Settings


def threads() -> int:
    """THREADS, for gunicorn, which starts them before the settings are loaded."""
    return int(os.environ.get("THREADS", Settings.THREADS))


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _check_origin(name: str, address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise SettingsError(f"{name} is {address!r}: write an address such as https://portal.example")


def _check_rate(name: str, text: str) -> None:
    try:
        parse_many(text)
    except ValueError:
        raise SettingsError(f"{name} is {text!r}: write a rate such as 60 per minute") from None
