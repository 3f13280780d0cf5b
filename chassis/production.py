"""What production refuses: demo settings, secrets that anybody knows or can guess, addresses that anybody can read.

Each raises SettingsError with a sentence that names the setting and never repeats a secret.
"""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

KEY_BYTES = 32
SHORTEST_SECRET = 16
# What manuals, images and examples are delivered with, written without digits and punctuation.
_KNOWN = frozenset(
    (
        *("admin", "changeit", "changeme", "default", "demo", "example", "guest", "minioadmin", "password"),
        *("portal", "postgres", "rabbitmq", "replaceme", "root", "secret", "test"),
    )
)
_NOBODYS = (".example", ".invalid", ".localhost")  # RFC 6761: names of manuals and demos


class SettingsError(Exception):
    """A sentence for the operator: which setting, what is wrong, what is expected."""


def check_secret(name: str, text: str, shortest: int = SHORTEST_SECRET) -> None:
    """Refuse a secret that is short, one letter repeated, or one that is known."""
    letters = "".join(letter for letter in text.lower() if letter.isalpha())
    if letters in _KNOWN or (text and len(set(text)) < 5):
        raise SettingsError(f"{name} is a default that everybody knows: make one with deploy/secrets.sh")
    if len(text) < shortest:
        raise SettingsError(f"{name} is too short for production: {shortest} random characters or more")


def check_key(name: str, text: str) -> None:
    """Refuse what is not the base64 of at least 32 bytes, or of bytes that are all alike."""
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise SettingsError(f"{name} is not base64: make one with deploy/secrets.sh") from None
    if len(key) < KEY_BYTES or len(set(key)) < 8:
        raise SettingsError(
            f"{name} is not the base64 of {KEY_BYTES} random bytes: deploy/secrets.sh makes one"
        )


def check_https(name: str, address: str) -> None:
    """Refuse an address that is reached in the clear, or by this machine alone, or that is a demo's."""
    parts = urlsplit(address)
    if parts.scheme != "https":
        raise SettingsError(f"{name} is {address!r}: production needs https")
    check_host(name, parts.hostname or "")


def check_host(name: str, host: str) -> None:
    """Refuse the names of demos and of the machine itself."""
    if host in ("localhost", "::1") or host.startswith("127.") or f".{host}".endswith(_NOBODYS):
        raise SettingsError(f"{name} names {host}, which is a demo's: production needs the real name")


def check_server(name: str, address: str, forbidden: tuple[str, ...]) -> None:
    """Refuse the address of a server without a good password, or as one of the users it is delivered with."""
    parts = urlsplit(address)
    if parts.username in forbidden:
        raise SettingsError(
            f"{name} signs in as {parts.username}: production gives each service its own user"
        )
    check_secret(f"the password in {name}", unquote(parts.password or ""))


def check_bus(key: str, trusted: Mapping[str, Mapping[str, str]]) -> None:
    """Refuse keys of the bus that can be guessed, this process's own or one that it believes."""
    check_key("BUS_KEY", key.partition(":")[2])
    for sender, keys in trusted.items():
        for kid, secret in keys.items():
            check_key(f"BUS_KEYS_TRUSTED, {sender}, {kid}", secret)
