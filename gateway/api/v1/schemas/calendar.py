"""Days on which the Bureau is closed or closes earlier."""

from marshmallow import fields

from chassis.schemas import Schema
from gateway.api.v1.schemas.shared import Day, Line, Words, page_of


class Closing(Schema):
    """From `day` to `until`, both counted."""

    day = Day(required=True)
    until = Day(required=True)
    closes_at = fields.String(
        required=True, allow_none=True, metadata={"description": "HH:MM; null when it is closed all day"}
    )
    name = fields.Nested(Words, required=True)


ClosingPage = page_of(Closing)


class NewClosing(Schema):
    """Days that are still to come."""

    day = Line(required=True, metadata={"format": "date"})
    until = Line(allow_none=True, metadata={"format": "date"})
    closes_at = Line(allow_none=True, metadata={"description": "HH:MM, for weeks with other hours"})
    name_ar = Line(required=True)
    name_en = Line(required=True)
