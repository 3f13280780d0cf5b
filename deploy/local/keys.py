"""Secrets of one stack: made once, kept under `<root>/secrets` for its owner's eyes alone."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def token() -> str:
    """Text for passwords and bearer tokens."""
    return secrets.token_urlsafe(24)


def key32() -> str:
    """32 random bytes, base64."""
    return base64.b64encode(os.urandom(32)).decode()


def hex32() -> str:
    """32 random bytes, hexadecimal."""
    return secrets.token_hex(32)


def hex16() -> str:
    """16 random bytes, hexadecimal."""
    return secrets.token_hex(16)


class Keys:
    """The folder of secrets; one is made when it is first asked for."""

    def __init__(self, folder: Path):
        self._folder = folder

    def get(self, name: str, make: Callable[[], str] = token) -> str:
        """The secret called `name`."""
        path = self._folder / name
        if not path.exists():
            self._write(path, make())
        return path.read_text(encoding="ascii").strip()

    def bus_key(self, sender: str) -> tuple[str, str]:
        """Key id and base64 key with which `sender` signs."""
        return f"{sender}-1", self.get(f"bus_{sender}", key32)

    def _write(self, path: Path, text: str) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Linked into place whole: two threads that ask at once get the same secret.
        draft = self._folder / f".{path.name}.{secrets.token_hex(4)}"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(text)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
