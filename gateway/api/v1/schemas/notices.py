"""Notices in the portal."""

from marshmallow import fields

from chassis.schemas import Schema
from gateway.api.v1.schemas.shared import Moment, Words, page_of


class Notice(Schema):
    """One piece of news for its reader."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.Nested(Words, required=True)
    text = fields.Nested(Words, required=True)
    number = fields.String(allow_none=True, metadata={"description": "the request that it is about"})
    path = fields.String(allow_none=True, metadata={"description": "the page of the portal that it leads to"})
    at = Moment(required=True)
    read_at = Moment(allow_none=True)


NoticePage = page_of(Notice)
