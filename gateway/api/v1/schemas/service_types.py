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
    editable = fields.Boolean(metadata={"description": "false: fixed when the request is opened"})
    label = fields.Nested(Words, required=True)
    hint = fields.Nested(Words, allow_none=True)
    choices = fields.List(fields.Nested(FieldChoice))
    parts = fields.List(fields.Nested(NamePart))
    reference = fields.String(allow_none=True, metadata={"description": "a list of /reference"})
    min_length = fields.Integer(metadata={"description": "characters"})
    max_length = fields.Integer(metadata={"description": "characters"})
    after_today = fields.Boolean()
    page = fields.String()


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


class Lines(Schema):
    """Sentences in both languages."""

    ar = fields.List(fields.String(), required=True)
    en = fields.List(fields.String(), required=True)


class NamedStatus(Schema):
    """A step of the way."""

    status = fields.String(required=True)
    name = fields.Nested(Words, required=True)


class Reason(Schema):
    """A reason that officers choose."""

    code = fields.String(required=True)
    text = fields.Nested(Words, required=True)


class ServiceTypeSummary(Schema):
    """A service type in a list."""

    code = fields.String(required=True)
    prefix = fields.String(required=True)
    name = fields.Nested(Words, required=True)
    summary = fields.Nested(Words)
    processing_time = fields.Nested(ProcessingTime, required=True)


class ServiceType(ServiceTypeSummary):
    """A service type with all that one needs to apply."""

    fields_ = fields.List(
        fields.Nested(FieldDefinition), required=True, data_key="fields", attribute="fields"
    )
    documents = fields.List(fields.Nested(SlotDefinition), required=True)
    conditions = fields.Nested(Lines, required=True)
    requirements = fields.Nested(Lines)
    steps = fields.List(fields.Nested(NamedStatus))
    reasons = fields.List(fields.Nested(Reason), metadata={"description": "of decisions"})
    correction_reasons = fields.List(fields.Nested(Reason), metadata={"description": "of asked corrections"})


ServiceTypePage = page_of(ServiceTypeSummary)


class Reference(Schema):
    """A code with its words."""

    code = fields.String(required=True)
    name = fields.Nested(Words, required=True)


ReferencePage = page_of(Reference)
