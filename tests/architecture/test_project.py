"""The project speaks of itself alone, and names no host of a registry or mirror."""

import re
import subprocess

from tests.architecture.source import ROOT

FOREIGN = re.compile(
    r"pypi\.org|pythonhosted|registry\.npmjs|deb\.debian|files\.python|gcr\.io|quay\.io", re.I
)
OWN_LISTS = ("tests/architecture/test_project.py",)


def _texts() -> list[tuple[str, str]]:
    files = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    found = []
    for name in filter(None, files):
        path = ROOT / name
        if name in OWN_LISTS or not path.is_file() or path.stat().st_size > 2_000_000:
            continue
        try:
            found.append((name, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def test_no_host_of_a_registry_is_named() -> None:
    assert [name for name, text in _texts() if FOREIGN.search(text)] == []


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = sorted(path.name[:4] for path in (ROOT / "docs/adr").glob("*.md"))
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]
