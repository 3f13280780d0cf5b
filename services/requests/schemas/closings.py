"""Days on which the Bureau is closed or closes earlier, in and out."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from marshmallow import fields as kinds
from marshmallow import post_load

from chassis import schemas
from chassis.schemas import Schema
from services.requests.schemas import forms
from services.requests.schemas.inputs import line
from services.requests.usecases.closing import Closing


class _Closing(Schema):
    day = kinds.Date(required=True, error_messages={"invalid": "field.not_date"})
    until = kinds.Date(allow_none=True, error_messages={"invalid": "field.not_date"})
    closes_at = kinds.Time(format="%H:%M", allow_none=True, error_messages={"invalid": "field.not_hour"})
    name_ar = line(100, minimum=2, required=True)
    name_en = line(100, minimum=2, required=True)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Closing:
        return Closing(**{"closes_at": None, **data, "until": data.get("until") or data["day"]})


def load(arguments: Mapping[str, Any]) -> Closing:
    """Of add_closing. Raises Invalid."""
    return schemas.load(_Closing(), arguments)


def dump(closing: Closing) -> dict[str, Any]:
    """`{day, until, closes_at, name {ar, en}}`; `closes_at` is null when it is closed the whole day."""
    return {
        "day": forms.day(closing.day),
        "until": forms.day(closing.until),
        "closes_at": _hour(closing.closes_at),
        "name": {"ar": closing.name_ar, "en": closing.name_en},
    }


def _hour(hour: time | None) -> str | None:
    return hour.strftime("%H:%M") if hour else None
