"""What the service needs to know to reach people. Wrong values stop it with a sentence."""

import base64
import binascii
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

from chassis import production
from chassis.config import ServiceSettings, SettingsError

SMTP_SCHEMES = ("smtp", "smtp+starttls", "smtps")


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """SMTP_URL is smtp://, smtp+starttls:// or smtps://[user:password@]host[:port]."""

    SMTP_URL: str
    MAIL_FROM: str  # an address, or "Name <address>"
    SMS_URL: str  # POST {id, to, text} -> 202 {id}
    SMS_TOKEN: str  # sent to SMS_URL as bearer
    PORTAL_URL: str  # what links in messages begin with
    CODE_SEALING_KEY: str  # base64 of 32 bytes, the same as identity's

    def __post_init__(self) -> None:
        _check_smtp(self.SMTP_URL, self.is_production)
        _check_web("SMS_URL", self.SMS_URL)
        _check_web("PORTAL_URL", self.PORTAL_URL)
        if not self.SMS_TOKEN:
            raise SettingsError("SMS_TOKEN is empty: write the token of the SMS provider")
        if "@" not in parseaddr(self.MAIL_FROM)[1]:
            raise SettingsError("MAIL_FROM is not an address: write name@domain or Name <name@domain>")
        if _decoded_length(self.CODE_SEALING_KEY) != 32:
            raise SettingsError("CODE_SEALING_KEY is not the base64 of 32 bytes")
        super().__post_init__()

    def check_production(self) -> None:
        super().check_production()
        production.check_https("SMS_URL", self.SMS_URL)  # it carries a token and codes
        production.check_https("PORTAL_URL", self.PORTAL_URL)
        production.check_secret("SMS_TOKEN", self.SMS_TOKEN, shortest=8)  # the provider's, not ours to choose
        production.check_host("MAIL_FROM", parseaddr(self.MAIL_FROM)[1].rpartition("@")[2])

    @property
    def portal(self) -> str:
        """PORTAL_URL without a slash at its end."""
        return self.PORTAL_URL.rstrip("/")


def _check_smtp(url: str, is_production: bool) -> None:
    parts = urlsplit(url)
    if parts.scheme not in SMTP_SCHEMES or not parts.hostname:
        raise SettingsError(f"SMTP_URL must be {'://, '.join(SMTP_SCHEMES)}://host:port")
    if is_production and parts.password and parts.scheme == "smtp":
        raise SettingsError("SMTP_URL carries a password: use smtps:// or smtp+starttls:// in production")


def _check_web(name: str, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"{name} must be http:// or https:// and a host")


def _decoded_length(text: str) -> int:
    try:
        return len(base64.b64decode(text, validate=True))
    except binascii.Error:
        return 0
