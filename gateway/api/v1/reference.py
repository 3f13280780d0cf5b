"""Codes and their words, for filling in forms. They come from the service types that use them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chassis.errors import NotFound
from gateway import clients
from gateway.api.v1.resource import Resource
from gateway.api.v1.schemas.service_types import ReferencePage
from gateway.locales import words
from gateway.locales.compile import LANGUAGES

blueprint = Resource("reference", __name__)
Entry = Mapping[str, Any]

LEGAL_ENTITIES = ("clearing_agent",)


@blueprint.call("GET", "/reference/<word:name>", permission="reference.read", answer=ReferencePage)
def get_reference(name: str):
    """countries, reasons, slots, legal-entities."""
    source = _SOURCES.get(name)
    if source is None:
        raise NotFound("reference.unknown")
    return {"items": list(source()), "next": None}


def _definitions() -> Iterator[Entry]:
    for summary in clients.requests.list_service_types()["items"]:
        yield clients.requests.get_service_type(summary["code"])


def _once(entries: Iterable[Entry]) -> list[Entry]:
    return list({entry["code"]: entry for entry in entries}.values())


def _countries() -> list[Entry]:
    return _once(
        {"code": choice["value"], "name": choice["label"]}
        for definition in _definitions()
        for field in definition["fields"]
        if field["name"] == "nationality"
        for choice in field["choices"]
    )


def _reasons() -> list[Entry]:
    return _once(
        {"code": reason["code"], "name": reason["text"]}
        for definition in _definitions()
        for reason in (*definition["reasons"], *definition["correction_reasons"])
    )


def _slots() -> list[Entry]:
    return _once(
        {"code": slot["code"], "name": slot["label"]}
        for definition in _definitions()
        for slot in definition["documents"]
    )


def _legal_entities() -> list[Entry]:
    return [
        {
            "code": code,
            "name": {language: words.say(language, f"legal_entity.{code}") for language in LANGUAGES},
        }
        for code in LEGAL_ENTITIES
    ]


_SOURCES: dict[str, Callable[[], list[Entry]]] = {
    "countries": _countries,
    "reasons": _reasons,
    "slots": _slots,
    "legal-entities": _legal_entities,
}
