"""Which passwords are good enough: the manual's four classes, no common one, none that holds the email."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chassis.arabic import fold

SHORTEST, LONGEST = 8, 128  # characters
SHORTEST_NAME = 4  # of the email's part before @: "a@b.kw" must not forbid every a

_LEET = str.maketrans("@$!013457", "asioleast")
_CLASSES = (
    ("password.needs_upper", str.isupper),
    ("password.needs_lower", str.islower),
    ("password.needs_digit", str.isdecimal),
    ("password.needs_symbol", lambda char: not char.isalnum() and not char.isspace()),
)


@dataclass(frozen=True)
class WordLists:
    """Folded, lower case. `common`: whole passwords; `context`: words of the portal."""

    common: frozenset[str] = frozenset()
    context: frozenset[str] = frozenset()


def normal(password: str) -> str:
    """The form that is hashed: the same password typed on two keyboards is one."""
    return unicodedata.normalize("NFC", password)


def faults(password: str, email: str, lists: WordLists) -> list[tuple[str, dict[str, Any]]]:
    """Every reason against it, as code and facts; empty when it will do."""
    if len(password) > LONGEST:
        return [("password.too_long", {"maximum": LONGEST})]
    found: list[tuple[str, dict[str, Any]]] = []
    if len(password) < SHORTEST:
        found.append(("password.too_short", {"minimum": SHORTEST}))
    found += [(code, {}) for code, is_in in _CLASSES if not any(map(is_in, password))]
    if _is_common(password, lists):
        found.append(("password.too_common", {}))
    if _holds_email(password, email):
        found.append(("password.contains_email", {}))
    return found


def _holds_email(password: str, email: str) -> bool:
    name = email.partition("@")[0].casefold()
    return len(name) >= SHORTEST_NAME and name in password.casefold()


def _is_common(password: str, lists: WordLists) -> bool:
    if any(form in lists.common or form in lists.context for form in _forms(password)):
        return True
    words = _words(_core(password))
    return bool(words) and all(word in lists.context for word in words)


def _forms(password: str) -> Iterator[str]:
    """What a guesser tries first of it: without signs, without its ends, with 4 read as a."""
    core = _core(password)
    yield re.sub(r"[\W_]", "", fold(password))
    yield core
    yield core.translate(_LEET)
    yield "".join(re.findall(r"[^\W\d_]+", core.translate(_LEET)))
    if not _words(core):
        yield "".join(re.findall(r"\d", fold(password)))


def _core(password: str) -> str:
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", fold(password))


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 2]
