"""The words of one service type: its TOML file, refused unless it says exactly what the definition needs."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.requests.domain.definition import ServiceType
from services.requests.reference import IncompleteWords, Text, is_text

# Paths are tuples of keys; a trailing "*" stands for a list of texts.
Path = tuple[str, ...]


class Words:
    """Texts by path, such as `words.text("fields", "mobile", "label")`."""

    def __init__(self, tree: Mapping[str, Any]):
        self._tree = tree

    def text(self, *path: str) -> Text:
        """The text `{ar, en}`. Raises KeyError."""
        return self._at(path)

    def find(self, *path: str) -> Text | None:
        """The text, or None when the file has none there."""
        try:
            return self._at(path)
        except KeyError:
            return None

    def texts(self, key: str) -> list[Text]:
        """A list of texts."""
        return self._tree[key]

    def _at(self, path: Path) -> Any:
        node: Any = self._tree
        for key in path:
            node = node[key]
        return node


def check(definition: ServiceType, tree: Mapping[str, Any]) -> None:
    """Raises IncompleteWords naming every text that is missing, incomplete or asked for by nobody."""
    needed, optional = set(_needed(definition)), set(_optional(definition))
    found = dict(_walk(tree))
    faults = [
        *(f"{_dotted(path)} is missing" for path in sorted(needed - set(found))),
        *(f"{_dotted(path)} belongs to nothing" for path in sorted(set(found) - needed - optional)),
        *(f"{_dotted(path)} is not complete in both languages" for path, good in found.items() if not good),
    ]
    if faults:
        raise IncompleteWords(f"{definition.code}.toml: " + "; ".join(faults))


def _needed(definition: ServiceType) -> Iterator[Path]:
    yield from (("name",), ("menu",), ("button",), ("summary",), ("conditions", "*"), ("requirements", "*"))
    for field in definition.fields:
        yield ("fields", field.name, "label")
        yield from (("fields", field.name, "parts", part) for part in field.parts)
        if not field.reference:
            yield from (("fields", field.name, "choices", choice) for choice in field.choices)
    yield from (("pages", page.name, "title") for page in definition.pages)
    yield from (("slots", slot.code, "label") for slot in definition.slots)
    for each in definition.checks:
        yield from (("checks", each.code, "message"), ("checks", each.code, "fix"))
    for reason in (*definition.rejection_reasons, *definition.correction_reasons):
        yield ("reasons", reason, "text")


def _optional(definition: ServiceType) -> Iterator[Path]:
    yield from (("fields", field.name, "hint") for field in definition.fields)
    yield from (("slots", slot.code, "hint") for slot in definition.slots)
    for status in {*definition.path, *definition.moves.values()}:
        yield from (("statuses", status.value, key) for key in ("explanation", "waiting_for"))


def _walk(node: Any, path: Path = ()) -> Iterator[tuple[Path, bool]]:
    if isinstance(node, list):
        yield (*path, "*"), bool(node) and all(is_text(text) for text in node)
    elif isinstance(node, Mapping) and all(isinstance(inner, Mapping | list) for inner in node.values()):
        for key, inner in node.items():
            yield from _walk(inner, (*path, key))
    else:
        yield path, is_text(node)


def _dotted(path: Path) -> str:
    return ".".join(path)
