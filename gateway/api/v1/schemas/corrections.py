"""A correction: what was asked for, what may be changed, what came back, and the Bureau's clock meanwhile."""

from marshmallow import fields

from chassis.schemas import Schema
from gateway.api.v1.schemas.shared import Day, Moment, Words


class CorrectionItem(Schema):
    """A field or a slot that has to be mended."""

    kind = fields.String(required=True, metadata={"enum": ["field", "slot"]})
    target = fields.String(required=True, metadata={"description": "name of the field, code of the slot"})
    label = fields.Nested(Words, required=True)
    reason_code = fields.String(required=True, allow_none=True)
    reason = fields.Nested(Words, required=True, allow_none=True)


class Correction(Schema):
    """What the officer marked, and until when it can be sent again."""

    items = fields.List(fields.Nested(CorrectionItem), required=True)
    message = fields.Nested(Words, required=True, allow_none=True)
    due_on = Day(required=True)
    working_days = fields.Integer(required=True)
    returned_at = Moment(required=True)
    answered_at = Moment(required=True, allow_none=True)


class Unlocked(Schema):
    """What can be changed while the request is returned."""

    fields_ = fields.List(fields.String(), required=True, data_key="fields", attribute="fields")
    slots = fields.List(fields.String(), required=True)


class Clock(Schema):
    """The Bureau's working days. They stand still while somebody else's turn lasts."""

    target_days = fields.Integer(required=True)
    spent_days = fields.Integer(required=True)
    paused_days = fields.Integer(required=True)
    is_running = fields.Boolean(required=True)


class Change(Schema):
    """Old beside new, of a field or of a slot: exactly one of both is named."""

    field = fields.String()
    slot = fields.String()
    label = fields.Nested(Words, required=True)
    before = fields.Raw(
        required=True, allow_none=True, metadata={"description": "a field's value, or a slot's files"}
    )
    after = fields.Raw(
        required=True, allow_none=True, metadata={"description": "a field's value, or a slot's files"}
    )
    reason = fields.Nested(Words, required=True, allow_none=True)
