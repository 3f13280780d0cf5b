"""A grant: the owner's word, for some seconds, that its bearer may do one thing to one object."""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from chassis.errors import Forbidden


def issue(key: str, claims: Mapping[str, Any], expires_at: datetime) -> str:
    """`claims.signature`, both URL-safe base64; `key` is base64."""
    body = json.dumps({**claims, "exp": int(expires_at.timestamp())}, separators=(",", ":")).encode()
    return f"{_encode(body)}.{_encode(_mac(key, body))}"


def check(key: str, text: str, now: datetime) -> dict[str, Any]:
    """The claims. Raises Forbidden `grant.invalid` for a forged, altered or expired grant."""
    try:
        body_text, _, mac_text = text.partition(".")
        body, mac = _decode(body_text), _decode(mac_text)
    except (binascii.Error, ValueError):
        raise Forbidden("grant.invalid") from None
    if not hmac.compare_digest(mac, _mac(key, body)):
        raise Forbidden("grant.invalid")
    claims = json.loads(body)
    if claims.pop("exp") < now.timestamp():
        raise Forbidden("grant.invalid")
    return claims


def subject(text: str) -> Any:
    """What a grant is about, whenever it was issued: to tell a repeated call by, never to believe."""
    try:
        claims = json.loads(_decode(text.partition(".")[0]))
    except (binascii.Error, ValueError):
        return text
    return (
        {name: value for name, value in claims.items() if name != "exp"} if isinstance(claims, dict) else text
    )


def _mac(key: str, body: bytes) -> bytes:
    return hmac.new(base64.b64decode(key), body, sha256).digest()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
