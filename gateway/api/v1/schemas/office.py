"""What officers see and send."""

from marshmallow import fields

from chassis.schemas import Choice, Schema
from gateway.api.v1.schemas.corrections import Change
from gateway.api.v1.schemas.requests import Request, RequestSummary
from gateway.api.v1.schemas.shared import Line, Moment, PageQuery, Versioned, Whole, Words, page_of


class QueueQuery(PageQuery):
    """Which part of the Bureau's queue."""

    queue = Choice("mine", "unassigned", "overdue", "all", load_default="mine")
    service_type = Line()
    status = Line()
    q = Line()


class Officer(Schema):
    """Who has it."""

    id = fields.String(required=True)
    name = fields.String(required=True)


class Colleague(Officer):
    """Whom a request can be given to."""

    roles = fields.List(fields.String(), required=True)


OfficerPage = page_of(Colleague)


class QueueItem(RequestSummary):
    """A request in the queue."""

    officer = fields.Nested(Officer, allow_none=True)
    age_days = fields.Integer(allow_none=True)
    overdue = fields.Boolean()
    recommended = fields.Boolean(metadata={"description": "waits for the supervisor"})
    corrected = fields.Boolean(metadata={"description": "came back from a correction"})
    civil_id = fields.String(allow_none=True)


class Duplicate(Schema):
    """Another request of the same person."""

    number = fields.String(required=True)
    status = fields.String(required=True)
    status_name = fields.Nested(Words)
    submitted_at = Moment(allow_none=True)
    applicant_name = fields.Nested(Words)


class CheckInBothLanguages(Schema):
    """One of the Bureau's own rules, as the officer's list has it."""

    code = fields.String(required=True)
    passed = fields.Boolean(required=True)
    message = fields.Nested(Words, required=True)
    fix = fields.Nested(Words, required=True)


class QueueCounts(Schema):
    """How many there are."""

    mine = fields.Integer(required=True)
    unassigned = fields.Integer(required=True)
    overdue = fields.Integer(required=True)
    all = fields.Integer(required=True)


class QueuePage(Schema):
    """A page of the queue."""

    items = fields.List(fields.Nested(QueueItem), required=True)
    next = fields.String(allow_none=True, required=True, dump_default=None)
    counts = fields.Nested(QueueCounts, required=True)


class Note(Schema):
    """What officers wrote for each other."""

    at = Moment(required=True)
    by = fields.String(required=True)
    text = fields.String(required=True)


class Recommendation(Schema):
    """What one officer proposes where two are needed."""

    action = fields.String(required=True, metadata={"enum": ["approve", "reject"]})
    by = fields.String(required=True, metadata={"description": "a name"})
    at = Moment(required=True)
    reason = fields.Nested(Words, required=True, allow_none=True)


class ReviewedRequest(Request):
    """A request as an officer sees it."""

    officer = fields.Nested(Officer, allow_none=True)
    checks = fields.List(fields.Nested(CheckInBothLanguages))
    notes = fields.List(fields.Nested(Note))
    duplicates = fields.List(fields.Nested(Duplicate))
    age_days = fields.Integer(allow_none=True)
    overdue = fields.Boolean()
    recommended = fields.Boolean()
    corrected = fields.Boolean()
    changes = fields.List(fields.Nested(Change), metadata={"description": "what the correction brought"})
    recommendation = fields.Nested(Recommendation, allow_none=True)
    approval_leads_to = fields.String(metadata={"description": "the status after approval"})
    two_officers = fields.List(
        fields.String(),
        metadata={"description": "decisions that need a recommendation and then a supervisor"},
    )


class NextQuestion(Schema):
    """Of which kind."""

    service_type = Line(allow_none=True, load_default=None)


class Claim(Versioned):
    """Taking it up, also from somebody else."""

    take_over = fields.Boolean(load_default=False)


class NewNote(Schema):
    """For officers alone."""

    text = Line(required=True)


class Decision(Versioned):
    """With its reason."""

    reason_code = Line(allow_none=True)
    reason = Line(allow_none=True)
    note = Line(allow_none=True)


class Proposal(Decision):
    """What is recommended."""

    action = Choice("approve", "reject", load_default="approve")


class Assignment(Versioned):
    """To whom."""

    officer = Line(required=True, metadata={"description": "an id of /office/officers"})


class MarkedItem(Schema):
    """One thing to mend, a field or a slot or a document, and why."""

    field = Line(metadata={"description": "name of a field"})
    slot = Line(metadata={"description": "code of a slot"})
    document_id = Line()
    reason_code = Line(allow_none=True)
    note = Line(allow_none=True)


class Return(Decision):
    """What to mend: item by item with its reason, or names of fields and of slots with one reason for all."""

    items = fields.List(fields.Nested(MarkedItem))
    fields_ = fields.List(Line(), data_key="fields", attribute="fields")
    documents = fields.List(Line(), metadata={"description": "codes of slots, or ids of documents"})
    working_days = Whole(allow_none=True)
