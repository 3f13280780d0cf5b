"""Turns the catalogs people edit (.po) into the ones gettext reads (.mo). Cheap when nothing changed."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
LANGUAGES = ("ar", "en")


def compile_catalogs(folder: Path = FOLDER) -> list[str]:
    """Write every .mo that is missing or older than its .po; return the languages that were compiled."""
    return [language for language in LANGUAGES if _compile(folder / language / "LC_MESSAGES", language)]


def _compile(folder: Path, language: str) -> bool:
    source, target = folder / "messages.po", folder / "messages.mo"
    if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return False
    with source.open("rb") as file:
        catalog = read_po(file, locale=language)
    # Several workers may start at once: each writes its own file and the last rename wins.
    draft = folder / f"messages.{os.getpid()}.tmp"
    with draft.open("wb") as file:
        write_mo(file, catalog)
    draft.replace(target)
    return True


if __name__ == "__main__":
    compile_catalogs()
