"""The project's own Python, as the rules about it read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("contracts", "chassis", "services", "gateway", "deploy")


def python_files(*packages: str) -> Iterator[Path]:
    """Every Python file of these packages, without vendored ones."""
    for package in packages or PRODUCT:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "node_modules" not in path.parts and "vendor" not in path.parts:
                yield path


def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """The path from the root of the project, for messages."""
    return str(path.relative_to(ROOT))
