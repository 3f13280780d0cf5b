"""What the portal offers, as declared by the requests service."""

from marshmallow import fields

from chassis.schemas import Schema
from gateway.api.v1.schemas.shared import Words, page_of


class FieldChoice(Schema):
    """One value of a field that is chosen."""

    value = fields.String(required=True)
    label = fields.Nested(Words, required=True)


class NamePart(Schema):
    """One input of a field that has several."""

    name = fields.String(required=True)
    label = fields.Nested(Words, required=True)
    required = fields.Boolean()


class FieldDefinition(Schema):
    """A field of the form."""

    name = fields.String(required=True)
    type = fields.String(required=True)
    required = fields.Boolean(required=True)
    typed = fields.Boolean(metadata={"description": "false: shown, fixed when the request is opened"})
    label = fields.Nested(Words, required=True)
    hint = fields.Nested(Words, allow_none=True)
    choices = fields.List(fields.Nested(FieldChoice))
    parts = fields.List(fields.Nested(NamePart))
    minimum = fields.Integer(metadata={"description": "characters"})
    maximum = fields.Integer(metadata={"description": "characters"})
    after_today = fields.Boolean()


class SlotDefinition(Schema):
    """A place for a document."""

    code = fields.String(required=True)
    required = fields.Boolean(required=True)
    label = fields.Nested(Words, required=True)
    hint = fields.Nested(Words, allow_none=True)
    types = fields.List(fields.String(), required=True)
    max_bytes = fields.Integer(required=True)
    most = fields.Integer(metadata={"description": "files that the slot holds"})


class ProcessingTime(Schema):
    """How long the Bureau takes."""

    working_days = fields.Integer(required=True)


class ServiceTypeSummary(Schema):
    """A service type in a list."""

    code = fields.String(required=True)
    prefix = fields.String(required=True)
    name = fields.Nested(Words, required=True)
    summary = fields.Nested(Words)


class ServiceType(ServiceTypeSummary):
    """A service type with all that one needs to apply."""

    fields_ = fields.List(fields.Nested(FieldDefinition), required=True, data_key="fields", attribute="fields")
    documents = fields.List(fields.Nested(SlotDefinition), required=True)
    conditions = fields.List(fields.Nested(Words), required=True)
    processing_time = fields.Nested(ProcessingTime, required=True)


ServiceTypePage = page_of(ServiceTypeSummary)


class Reference(Schema):
    """A code with its words."""

    code = fields.String(required=True)
    name = fields.Nested(Words, required=True)


ReferencePage = page_of(Reference)
