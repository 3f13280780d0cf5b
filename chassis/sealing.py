"""Short secrets that must cross the bus or rest in a table: sealed for one purpose, opened by one holder."""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Sealer:
    """AES-256-GCM under a 32-byte key (base64), bound to a purpose."""

    def __init__(self, key: str, purpose: str):
        self._cipher = AESGCM(base64.b64decode(key))
        self._purpose = purpose.encode()

    def seal(self, text: str) -> str:
        """URL-safe base64 of nonce and ciphertext."""
        nonce = os.urandom(12)
        sealed = nonce + self._cipher.encrypt(nonce, text.encode(), self._purpose)
        return base64.urlsafe_b64encode(sealed).decode()

    def open(self, sealed: str) -> str:
        """The text. Raises ValueError when the key, the purpose or a single bit differs."""
        try:
            raw = base64.urlsafe_b64decode(sealed)
            return self._cipher.decrypt(raw[:12], raw[12:], self._purpose).decode()
        except (InvalidTag, binascii.Error) as error:
            raise ValueError("not sealed for this purpose by this key") from error
