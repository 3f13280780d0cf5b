"""Pieces that many shapes share."""

from typing import Any

from marshmallow import fields

from chassis.cursors import DEFAULT_LIMIT, MOST
from chassis.schemas import Schema, Text, problem

MAX_TEXT = 20_000  # characters; services have their own, smaller limits


class Line(fields.String):
    """Text as sent; its service cleans and checks it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if "\x00" in text:
            raise problem("field.invalid")
        if len(text) > MAX_TEXT:
            raise problem("field.too_long", maximum=MAX_TEXT)
        return text


class Whole(fields.Integer):
    """A JSON number without a fraction; texts are refused."""

    def __init__(self, **options: Any):
        super().__init__(strict=True, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, str | bool) or (isinstance(value, int) and abs(value) > 2**53):
            raise problem("field.invalid")
        number = super()._deserialize(value, attr, data, **kwargs)
        assert isinstance(number, int)
        return number


class Truth(fields.Boolean):
    """true or false, nothing else."""

    truthy = {True}  # noqa: RUF012
    falsy = {False}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise problem("field.invalid")
        return value


class Moment(fields.String):
    """A moment on the way out: RFC 3339, UTC."""

    def __init__(self, *, metadata: dict[str, Any] | None = None, **options: Any):
        super().__init__(metadata={"format": "date-time", **(metadata or {})}, **options)


class Day(fields.String):
    """A date on the way out: YYYY-MM-DD."""

    def __init__(self, *, metadata: dict[str, Any] | None = None, **options: Any):
        super().__init__(metadata={"format": "date", **(metadata or {})}, **options)


class Words(Schema):
    """A text in both languages."""

    ar = fields.String(required=True)
    en = fields.String(required=True)


class Empty(Schema):
    """Nothing."""


class Versioned(Schema):
    """A step on something that may have changed meanwhile."""

    version = Whole(metadata={"description": "of the state that was seen; a stale one is refused"})


class _Limit(fields.Integer):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        try:
            number = int(str(value)) if str(value).isascii() else 0
        except ValueError:
            number = 0
        if not 1 <= number <= MOST:
            raise problem("limit.invalid", maximum=MOST)
        return number


class PageQuery(Schema):
    """Which page of a list."""

    limit = _Limit(load_default=DEFAULT_LIMIT, metadata={"minimum": 1, "maximum": MOST})
    cursor = Text(maximum=1000, metadata={"description": "`next` of the page before"})


def page_of(item: type[Schema]) -> type[Schema]:
    """The shape of a page of these."""
    return type(
        f"{item.__name__}Page",
        (Schema,),
        {
            "__doc__": f"A page of {item.__name__}.",
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(allow_none=True, required=True, dump_default=None),
        },
    )
