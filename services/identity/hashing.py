"""Passwords at rest: Argon2id, computed off the hub and a few at a time, so that others are not held up."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from eventlet import patcher, tpool

from services.identity.domain.passwords import LONGEST, normal

_AT_ONCE = 4
_HASHER = PasswordHasher(
    time_cost=2, memory_cost=19 * 1024, parallelism=1
)  # OWASP's first choice, about 20 ms
_turns = threading.BoundedSemaphore(_AT_ONCE)
# Compared when there is nobody to compare with: a guess costs the same for every address.
_NOBODY = _HASHER.hash("nobody")


def off_hub(work: Callable[..., Any], *arguments: Any) -> Any:
    """The result of heavy work, done in a native thread where green threads share one."""
    if patcher.is_monkey_patched("thread"):
        return tpool.execute(work, *arguments)
    return work(*arguments)


def make(password: str) -> str:
    """The hash to be stored."""
    with _turns:
        return off_hub(_HASHER.hash, normal(password))


def find_match(hashes: Sequence[str | None], password: str) -> str | None:
    """The first hash that the password fits. Every hash costs one Argon2 until then, a missing one too."""
    for each in hashes:
        with _turns:
            if off_hub(_fits, each or _NOBODY, normal(password[: LONGEST + 1])) and each:
                return each
    return None


def renewed(hash_: str, password: str) -> str | None:
    """A hash of today's cost when this one is of an older; else None."""
    return make(password) if _HASHER.check_needs_rehash(hash_) else None


def _fits(hash_: str, password: str) -> bool:
    try:
        return _HASHER.verify(hash_, password)
    except (VerificationError, InvalidHashError):
        return False
