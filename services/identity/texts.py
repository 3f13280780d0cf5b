"""Files of words: the versions of the terms, and what is no password. Read once."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.identity.domain.passwords import WordLists

HERE = Path(__file__).parent
LANGUAGES = ("ar", "en")


@dataclass(frozen=True)
class Terms:
    """One version of the terms and conditions, Markdown in both languages."""

    version: str
    text: dict[str, str]


@cache
def terms() -> Terms:
    """The version in force: the highest number in `terms/`. Raises FileNotFoundError for a missing language."""
    names = (re.fullmatch(r"(\d+)\.ar\.md", path.name) for path in (HERE / "terms").iterdir())
    version = max((int(name[1]) for name in names if name), default=0)
    return Terms(
        str(version),
        {each: (HERE / "terms" / f"{version}.{each}.md").read_text(encoding="utf-8") for each in LANGUAGES},
    )


@cache
def word_lists() -> WordLists:
    """Common passwords and words of the portal."""
    return WordLists(common=_words("common"), context=_words("context"))


def _words(name: str) -> frozenset[str]:
    return frozenset((HERE / "word_lists" / f"{name}.txt").read_text(encoding="utf-8").split())
