"""Turns the catalogs people edit (.po) into the ones gettext reads (.mo). Cheap when nothing changed.

Where nothing may be written, the catalogs are read as people edit them.
"""

import errno
import gettext
import io
import os
from pathlib import Path
from typing import BinaryIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
LANGUAGES = ("ar", "en")
READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def compile_catalogs(folder: Path = FOLDER) -> list[str]:
    """Write every .mo that is missing or older than its .po; return the languages that were compiled."""
    return [language for language in LANGUAGES if _compile_where_possible(folder, language)]


def load(language: str, folder: Path = FOLDER) -> gettext.GNUTranslations:
    """The catalog of a language, compiled first when its words changed."""
    place = folder / language / "LC_MESSAGES"
    _compile_where_possible(folder, language)
    if _is_fresh(place):
        with (place / "messages.mo").open("rb") as file:
            return gettext.GNUTranslations(file)
    compiled = io.BytesIO()
    _translate(place, language, compiled)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _compile_where_possible(folder: Path, language: str) -> bool:
    try:
        return _compile(folder / language / "LC_MESSAGES", language)
    except OSError as error:
        if error.errno not in READ_ONLY:
            raise
        return False


def _is_fresh(place: Path) -> bool:
    source, target = place / "messages.po", place / "messages.mo"
    return target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns


def _compile(place: Path, language: str) -> bool:
    if _is_fresh(place):
        return False
    # Several workers may start at once: each writes its own file and the last rename wins.
    draft = place / f"messages.{os.getpid()}.tmp"
    with draft.open("wb") as file:
        _translate(place, language, file)
    draft.replace(place / "messages.mo")
    return True


def _translate(place: Path, language: str, to: BinaryIO) -> None:
    with (place / "messages.po").open("rb") as file:
        write_mo(to, read_po(file, locale=language))


if __name__ == "__main__":
    compile_catalogs()
