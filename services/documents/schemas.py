"""What the doorways take and give."""

import re
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, fields, validate

from chassis.errors import Fault, Invalid
from chassis.schemas import Choice, Schema, Text, load, problem
from services.documents import domain
from services.documents.models import Upload

MOST_BYTES = 50 * 1024 * 1024
MOST_IDS = 200
_MOST_SEATS = validate.Length(max=1000)  # as many as a session may have
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Sha256(fields.String):
    """Hexadecimal, taken in either case."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).lower()
        if not _SHA256.fullmatch(text):
            raise problem("field.invalid")
        return text


class StartSchema(Schema):
    """What start_upload takes."""

    owner = Text(1, 40, required=True)
    slot = Text(1, 40, required=True)
    filename = fields.String(required=True, validate=validate.Length(max=1000, error="field.too_long"))
    content_types = fields.List(Choice(*domain.TYPES), required=True, validate=validate.Length(min=1))
    max_bytes = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_BYTES))
    size = fields.Integer(allow_none=True, strict=True, load_default=None)
    sha256 = Sha256(allow_none=True, load_default=None)


class CompletionSchema(Schema):
    """What complete_upload takes beside its grant."""

    sha256 = Sha256(allow_none=True, load_default=None)


def load_start(data: dict[str, Any]) -> dict[str, Any]:
    """Raises Invalid `input.invalid`, `document.empty`, `document.too_large`."""
    order = load(StartSchema(), data)
    code = domain.refusal_of_announcement(order["size"], order["max_bytes"])
    if code:
        facts = {"maximum_bytes": order["max_bytes"]}
        raise Invalid(code, facts, [Fault("/size", code, facts)])
    return order


class _Words(Schema):
    """One text in both languages."""

    ar = fields.String(required=True)
    en = fields.String(required=True)


class _Lenient(Schema):
    """What another service fills: what this version does not know is left out."""

    class Meta:
        unknown = EXCLUDE


class _Value(fields.Field):
    """A text, or a text in both languages, or nothing."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, dict):
            return _Words().load(value)
        return "" if value is None else str(value)


class _RowSchema(_Lenient):
    label = fields.Nested(_Words, required=True)
    value = _Value(required=True, allow_none=True)


class _StepSchema(_Lenient):
    status = fields.Nested(_Words, required=True)
    at = fields.AwareDateTime(required=True)
    by = fields.Nested(_Words, required=True)


class _PaperDocumentSchema(_Lenient):
    slot = fields.Nested(_Words, required=True)
    name = fields.String(required=True)


class _PaperSchema(_Lenient):
    """What every paper has: its number names the file, its code leads to a page of the portal."""

    number = fields.String(required=True)
    verify_path = fields.String(required=True, validate=validate.Regexp(r"/[^/]"))


class RequestPaperSchema(_PaperSchema):
    """What the printed request is made of."""

    service_name = fields.Nested(_Words, required=True)
    status = fields.Nested(_Words, required=True)
    submitted_at = fields.AwareDateTime(allow_none=True, load_default=None)
    printed_at = fields.AwareDateTime(required=True)
    rows = fields.List(fields.Nested(_RowSchema), required=True)
    history = fields.List(fields.Nested(_StepSchema), load_default=list)
    documents = fields.List(fields.Nested(_PaperDocumentSchema), load_default=list)


class _ExamPaperSchema(_PaperSchema):
    """What papers of an exam share: they go out under a serial and say when and where it is held."""

    number = Text(1, 64, required=True)
    serial = Text(1, 64, required=True)
    outgoing_on = fields.Date(required=True)
    broker_type = fields.Nested(_Words, required=True)
    held_at = fields.AwareDateTime(required=True)
    place = fields.Nested(_Words, required=True)


class _SeatSchema(_Lenient):
    """One who sits the exam."""

    seat = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    number = Text(1, 64, required=True)
    name_ar = Text(1, 200, required=True)
    name_en = Text(1, 200, required=True)


class _SignedSeatSchema(_SeatSchema):
    civil_id = Text(1, 40, required=True)


class AdmissionSlipSchema(_ExamPaperSchema, _SignedSeatSchema):
    """What the slip for the door of the exam hall is made of."""

    service_name = fields.Nested(_Words, required=True)
    attendance_code = Text(1, 40, required=True)


class AttendanceSheetSchema(_ExamPaperSchema):
    """What the sheet to be signed in the exam hall is made of."""

    rows = fields.List(fields.Nested(_SignedSeatSchema), required=True, validate=_MOST_SEATS)


class FinalListSchema(_ExamPaperSchema):
    """What the list to be shown is made of: whatever else comes, a civil ID never gets onto it."""

    rows = fields.List(fields.Nested(_SeatSchema), required=True, validate=_MOST_SEATS)


@dataclass(frozen=True)
class PaperKind:
    """What a kind of paper is made of, and who may have it."""

    schema: type[Schema]
    permission: str


PAPERS = {
    "request": PaperKind(RequestPaperSchema, "request.print"),
    "admission_slip": PaperKind(AdmissionSlipSchema, "request.print"),
    "attendance_sheet": PaperKind(AttendanceSheetSchema, "exam.read"),
    "final_list": PaperKind(FinalListSchema, "exam.read"),
}


def load_order(claims: dict[str, Any]) -> dict[str, Any]:
    """`{paper, key, data, permission}` of a signed order, the data as JSON.

    Raises Invalid `paper.unknown`, `input.invalid`.
    """
    kind = PAPERS.get(claims.get("paper", ""))
    key = str(claims.get("key", ""))
    if kind is None or not 0 < len(key) <= 80:
        raise Invalid("paper.unknown")
    data = kind.schema().dump(load(kind.schema(), claims.get("data")))
    return {"paper": claims["paper"], "key": key, "data": data, "permission": kind.permission}


def load_ids(document_ids: Any) -> list[str]:
    """A list of ids. Raises Invalid `input.invalid`."""
    if not isinstance(document_ids, list) or len(document_ids) > MOST_IDS:
        raise Invalid("input.invalid", faults=[Fault("/document_ids", "field.invalid")])
    return [str(document_id) for document_id in document_ids]


def load_page(page: Any) -> int:
    """The number of a page, from 1. Raises Invalid `input.invalid`."""
    if not isinstance(page, int) or isinstance(page, bool) or page < 1:
        raise Invalid("input.invalid", faults=[Fault("/page", "field.invalid")])
    return page


def dump_state(upload: Upload) -> dict[str, Any]:
    """What list_states and get_document give."""
    return {
        "id": upload.id,
        "state": upload.state,
        "code": upload.code,
        "content_type": upload.content_type,
        "size": upload.size,
        "sha256": upload.sha256,
        "uploaded_at": upload.uploaded_at.isoformat() if upload.uploaded_at else None,
        "pages_shown": 1 if upload.has_rendition else upload.pages_shown,
        "page_count": 1 if upload.has_rendition else upload.page_count,
    }
