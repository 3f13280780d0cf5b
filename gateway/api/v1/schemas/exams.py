"""Exam sessions: announced to anybody, run by examiners."""

from marshmallow import fields

from chassis.schemas import Schema
from gateway.api.v1.schemas.shared import Line, Moment, PageQuery, Versioned, Whole, Words, page_of

OUTCOMES = ["passed", "failed", "absent"]
STATES = [
    "draft", "published", "closed", "results_entered", "results_confirmed", "results_published", "cancelled",
]  # fmt: skip


class RequestExam(Schema):
    """The session that a request is in, as its applicant sees it."""

    session_id = fields.String(required=True)
    held_at = Moment(required=True)
    place_ar = fields.String(required=True)
    place_en = fields.String(required=True)
    confirm_until = Moment(required=True, allow_none=True, metadata={"description": "once nominated"})
    waiting_position = fields.Integer(required=True, allow_none=True)
    outcome = fields.String(
        required=True, allow_none=True, metadata={"description": f"once published: {', '.join(OUTCOMES)}"}
    )
    score = fields.Integer(required=True, allow_none=True, metadata={"description": "of 100"})


class Announcement(Schema):
    """What anybody may know of a session."""

    id = fields.String(required=True)
    broker_type = fields.String(required=True)
    broker_type_name = fields.Nested(Words)
    held_at = Moment(required=True)
    place_ar = fields.String(required=True)
    place_en = fields.String(required=True)
    seats = fields.Integer(required=True)
    confirm_until = Moment(required=True)
    state = fields.String(required=True, metadata={"enum": STATES})
    state_name = fields.Nested(Words)
    announced_at = Moment(allow_none=True)


AnnouncementPage = page_of(Announcement)


class Counts(Schema):
    """How many of the session's candidates are how far."""

    candidates = fields.Integer(required=True)
    nominated = fields.Integer(required=True)
    waiting_listed = fields.Integer(required=True)
    attendance_confirmed = fields.Integer(required=True)
    on_final_list = fields.Integer(required=True)
    attended = fields.Integer(required=True)
    lapsed = fields.Integer(required=True)
    withdrawn = fields.Integer(required=True)


class ResultRow(Schema):
    """One candidate's result."""

    number = fields.String(required=True)
    outcome = fields.String(required=True, metadata={"enum": OUTCOMES})
    score = fields.Integer(required=True, allow_none=True, metadata={"description": "of 100"})


class SessionResults(Schema):
    """Who entered and who confirmed; the rows are shown to who entered them and, once published, to all."""

    entered_by = fields.String(required=True, allow_none=True)
    entered_at = Moment(required=True, allow_none=True)
    confirmed_by = fields.String(required=True, allow_none=True)
    confirmed_at = Moment(required=True, allow_none=True)
    published_at = Moment(required=True, allow_none=True)
    rows = fields.List(fields.Nested(ResultRow), required=True)


class ExamSession(Announcement):
    """A session as staff see it."""

    place = fields.Nested(Words)
    version = fields.Integer(required=True)
    closed_at = Moment(allow_none=True)
    counts = fields.Nested(Counts)
    results = fields.Nested(SessionResults)
    eligible = fields.Integer(
        metadata={"description": "preliminarily approved requests that could be nominated"}
    )
    allowed_actions = fields.List(fields.String(), required=True)


ExamSessionPage = page_of(ExamSession)


class Candidate(Schema):
    """A candidate of a session."""

    number = fields.String(required=True)
    name_ar = fields.String(allow_none=True)
    name_en = fields.String(allow_none=True)
    civil_id = fields.String(allow_none=True)
    mobile = fields.String(allow_none=True)
    position = fields.Integer(allow_none=True)
    status = fields.String(required=True)
    status_name = fields.Nested(Words)
    confirm_until = Moment(allow_none=True)
    waiting_position = fields.Integer(allow_none=True)
    attended_at = Moment(allow_none=True)
    outcome = fields.String(allow_none=True)
    score = fields.Integer(allow_none=True)


CandidatePage = page_of(Candidate)


class SessionQuery(PageQuery):
    """Which sessions."""

    state = Line(metadata={"enum": STATES})


class SessionOpening(Schema):
    """A new session; without a deadline of its own, confirmation ends with the third working day before."""

    broker_type = Line(required=True)
    held_at = Line(required=True, metadata={"format": "date-time"})
    place_ar = Line(required=True)
    place_en = Line(required=True)
    seats = Whole(required=True)
    confirm_until = Line(allow_none=True, metadata={"format": "date-time"})


class SessionChange(Schema):
    """Another date, place, number of seats; a published session is moved, and everyone is told."""

    version = Whole(required=True)
    held_at = Line(metadata={"format": "date-time"})
    place_ar = Line()
    place_en = Line()
    seats = Whole()
    confirm_until = Line(allow_none=True, metadata={"format": "date-time"})


class Nomination(Versioned):
    """Whom; without numbers, all that are preliminarily approved."""

    numbers = fields.List(Line(), allow_none=True, load_default=None)


class AttendanceCode(Schema):
    """What the admission slip shows."""

    code = Line(required=True)


class Result(Schema):
    """One candidate's result, as an examiner has it."""

    number = Line(required=True)
    outcome = Line(required=True, metadata={"enum": OUTCOMES})
    score = Whole(allow_none=True)


class Results(Schema):
    """Everybody of the final list, once."""

    results = fields.List(fields.Nested(Result), required=True)
