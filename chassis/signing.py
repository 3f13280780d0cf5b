"""Who sent a message on the bus: HMAC-SHA256 with the sender's key, for one purpose, over the very bytes."""

import base64
import hmac
from collections.abc import Mapping
from hashlib import sha256


class Signer:
    """Signs as one sender. `key` is "kid:base64"."""

    def __init__(self, sender: str, key: str):
        self.sender = sender
        self.kid, _, secret = key.partition(":")
        self._secret = base64.b64decode(secret)

    def sign(self, purpose: str, *parts: bytes) -> str:
        """`sender.kid.hex` over purpose and parts; each part is length-prefixed by its own digest."""
        return f"{self.sender}.{self.kid}.{_mac(self._secret, purpose, parts)}"


class Verifier:
    """Knows the keys of the senders that this process believes."""

    def __init__(self, trusted: Mapping[str, Mapping[str, str]]):
        self._keys = {
            (sender, kid): base64.b64decode(secret)
            for sender, keys in trusted.items()
            for kid, secret in keys.items()
        }

    def sender(self, signature: str, purpose: str, *parts: bytes) -> str | None:
        """The sender that signed this, or None."""
        name, _, rest = signature.partition(".")
        kid, _, mac = rest.partition(".")
        secret = self._keys.get((name, kid))
        if secret is None or not hmac.compare_digest(mac, _mac(secret, purpose, parts)):
            return None
        return name


def _mac(secret: bytes, purpose: str, parts: tuple[bytes, ...]) -> str:
    mac = hmac.new(secret, purpose.encode(), sha256)
    for part in parts:
        mac.update(sha256(part).digest())
    return mac.hexdigest()
