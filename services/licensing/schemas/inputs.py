"""What may come in: one schema per method, unknown arguments refused, messages are codes."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import fields as kinds
from marshmallow import post_load, validate

from chassis import cursors, schemas
from chassis.schemas import Choice, Schema, Text, problem
from services.licensing.domain.status import Status
from services.licensing.store.lists import Filters, Page

MOST_NUMBERS = 200  # of one question for facts

_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def storable(text: str) -> None:
    """Validates that the database can take a text."""
    if _UNSTORABLE.search(text):
        raise problem("field.invalid")


def line(maximum: int, **options: Any) -> Text:
    """A text of at most so many characters."""
    return Text(maximum=maximum, validate=storable, **options)


class _Listing(Schema):
    q = line(200, allow_none=True)
    status = Choice(*Status, allow_none=True)
    office = line(40, allow_none=True)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Filters:
        status = data.get("status")
        given = {"q": data.get("q"), "office": data.get("office") or None}
        return Filters(**given, status=Status(status) if status else None)


class _Guarantees(Schema):
    office = line(40, allow_none=True)


class _Day(Schema):
    as_of = kinds.Date(allow_none=True)


class _Numbers(Schema):
    numbers = kinds.List(
        line(60), required=True, validate=validate.Length(max=MOST_NUMBERS, error="field.too_long")
    )


class _Wish(Schema):
    effect = line(40, required=True)
    license_number = line(60, required=True)
    data = kinds.Dict(keys=kinds.String(), required=True)


def filters(arguments: Mapping[str, Any]) -> Filters:
    """What a list of licenses is narrowed by. Raises Invalid, as all below."""
    return schemas.load(_Listing(), arguments)


def office(arguments: Mapping[str, Any]) -> str | None:
    """What a list of guarantees is narrowed by."""
    return schemas.load(_Guarantees(), arguments).get("office") or None


def page(limit: Any, cursor: Any) -> Page:
    """The limit and the cursor of a list."""
    return cursors.check_limit(limit), cursor if isinstance(cursor, str) and cursor else None


def day(as_of: Any) -> date | None:
    """Of get_license."""
    return schemas.load(_Day(), {"as_of": as_of or None})["as_of"]


def numbers(given: Any) -> Sequence[str]:
    """Of facts."""
    return schemas.load(_Numbers(), {"numbers": given})["numbers"]


def wish(effect: Any, license_number: Any, data: Any) -> dict[str, Any]:
    """Of check."""
    given = {"effect": effect, "license_number": license_number, "data": data}
    return schemas.load(_Wish(), given)


def key(text: Any) -> str:
    """A number or an id as the database can take it; nothing matches what cannot be one."""
    return _UNSTORABLE.sub("", text)[:64] if isinstance(text, str) else ""
