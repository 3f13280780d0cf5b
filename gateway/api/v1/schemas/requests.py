"""Requests, their documents, their life."""

from marshmallow import fields, validate

from chassis.schemas import Schema
from gateway.api.v1.schemas.corrections import Clock, Correction, Unlocked
from gateway.api.v1.schemas.exams import RequestExam
from gateway.api.v1.schemas.shared import Day, Line, Moment, PageQuery, Versioned, Whole, Words, page_of


class RequestOpening(Schema):
    """A new draft of a service type."""

    service_type = Line(required=True)
    broker_type = Line()
    license_number = Line()
    civil_id = Line()
    exam_number = Line()
    guarantee_id = Line()
    office = Line()
    on_behalf_of = Line()


class RequestQuery(PageQuery):
    """Which of my requests."""

    status = Line()
    service_type = Line()
    q = Line(metadata={"description": "number, or part of a name"})
    license_number = Line()
    updated_since = fields.AwareDateTime(metadata={"description": "RFC 3339"})


class Step(Schema):
    """One step of the stepper."""

    status = fields.String(required=True)
    name = fields.Nested(Words, required=True)
    state = fields.String(required=True, metadata={"enum": ["done", "now", "next"]})


class Waiting(Schema):
    """Whose turn it is."""

    who = fields.String(required=True, metadata={"enum": ["applicant", "bureau", "nobody"]})
    text = fields.Nested(Words, required=True)


class HistoryEntry(Schema):
    """One change of status."""

    status = fields.String(required=True)
    at = Moment(required=True)
    status_name = fields.Nested(Words)
    action = fields.String()
    by_role = fields.String(required=True, allow_none=True)
    by_role_name = fields.Nested(Words)
    by = fields.String(allow_none=True, metadata={"description": "a name, for officers"})
    reason_code = fields.String(allow_none=True)
    reason = fields.Nested(Words, allow_none=True)


class AttachedFile(Schema):
    """A file in a slot."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    filename = fields.String()
    state = fields.String(required=True)
    code = fields.String(allow_none=True, metadata={"description": "why it was refused"})
    uploaded_at = Moment(allow_none=True)
    size = fields.Integer(allow_none=True)
    content_type = fields.String(allow_none=True)


class RequestSlot(Schema):
    """A place for documents of this request, as of now."""

    slot = fields.String(required=True)
    required = fields.Boolean(required=True)
    types = fields.List(fields.String(), required=True)
    max_bytes = fields.Integer(required=True)
    most = fields.Integer(metadata={"description": "files that the slot holds"})
    label = fields.Nested(Words)
    files = fields.List(fields.Nested(AttachedFile), required=True)


class RequestSummary(Schema):
    """A request in a list."""

    number = fields.String(required=True)
    service_type = fields.String(required=True)
    service_name = fields.Nested(Words)
    status = fields.String(required=True)
    status_name = fields.Nested(Words)
    license_number = fields.String(allow_none=True)
    submitted_at = Moment(allow_none=True)
    opened_at = Moment()
    updated_at = Moment()
    version = fields.Integer(required=True)
    applicant_name = fields.Nested(Words)
    waiting_for = fields.Nested(Waiting)
    steps = fields.List(fields.Nested(Step))
    due_on = Day(allow_none=True)


class Request(RequestSummary):
    """A request with everything."""

    fields_ = fields.Dict(required=True, data_key="fields", attribute="fields", keys=fields.String())
    documents = fields.List(fields.Nested(RequestSlot), required=True)
    status_history = fields.List(fields.Nested(HistoryEntry), required=True)
    allowed_actions = fields.List(fields.String(), required=True)
    office = fields.String(allow_none=True)
    civil_id = fields.String(allow_none=True)
    expires_on = Day(allow_none=True, metadata={"description": "when an untouched draft is removed"})
    explanation = fields.Nested(Words)
    correction = fields.Nested(Correction, allow_none=True, metadata={"description": "the last one"})
    unlocked = fields.Nested(Unlocked)
    clock = fields.Nested(Clock, allow_none=True)
    exam = fields.Nested(RequestExam, allow_none=True)


RequestPage = page_of(RequestSummary)


class FieldsChange(Schema):
    """Any subset of the fields; null empties one."""

    fields_ = fields.Dict(
        required=True,
        data_key="fields",
        attribute="fields",
        keys=fields.String(validate=validate.Length(max=100, error="field.unknown")),
    )
    version = Whole(required=True)


class Check(Schema):
    """One of the Bureau's own rules, answered before Send."""

    code = fields.String(required=True)
    passed = fields.Boolean(required=True)
    message = fields.String(required=True)
    fix = fields.String(required=True)


class Withdrawal(Versioned):
    """Why, if one likes."""

    reason = Line(allow_none=True, load_default=None)


class DocumentAnnouncement(Schema):
    """A file that will be uploaded."""

    slot = Line(required=True)
    filename = Line(required=True)
    content_type = Line(required=True)
    name = Line(allow_none=True)
    size = Whole(allow_none=True, metadata={"description": "bytes"})
    sha256 = Line(allow_none=True, metadata={"description": "hexadecimal"})


class Upload(Schema):
    """Where the file goes: a form to post, the file as its last field `file`."""

    method = fields.String(required=True)
    url = fields.String(required=True)
    fields_ = fields.Dict(required=True, data_key="fields", attribute="fields")
    expires_at = Moment(required=True)


class AnnouncedDocument(Schema):
    """The document's id and its upload."""

    id = fields.String(required=True)
    slot = fields.String(required=True)
    upload = fields.Nested(Upload, required=True)


class DocumentChange(Schema):
    """Another name, another slot."""

    name = Line()
    slot = Line()


class DocumentCompletion(Schema):
    """What was uploaded, if it was not announced."""

    sha256 = Line(allow_none=True, load_default=None)


class DocumentState(Schema):
    """How far a document is."""

    id = fields.String(required=True)
    state = fields.String(required=True)


class Document(DocumentState):
    """A document."""

    slot = fields.String(required=True)
    name = fields.String(required=True)
    number = fields.String()
    code = fields.String(allow_none=True, metadata={"description": "why it was refused"})
    content_type = fields.String(allow_none=True)
    size = fields.Integer(allow_none=True)
    uploaded_at = Moment(allow_none=True)
