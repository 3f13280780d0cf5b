"""What may come in about exam sessions, and lists of results as CSV."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from marshmallow import fields as kinds
from marshmallow import validate

from chassis import arabic, cursors, schemas
from chassis.errors import Fault, Invalid
from chassis.schemas import Choice, Digits, Schema, problem
from services.requests import reference
from services.requests.domain import exam, numbers
from services.requests.domain.exam import Outcome, Result, SessionState
from services.requests.schemas.inputs import Step, line, storable, version_field

_MOST_ROWS = 2000
_LAST_YEAR = 9999
_COLUMNS = ("number", "outcome", "score")


def _between(least: int, most: int) -> Any:
    def check(value: int) -> None:
        if not least <= value <= most:
            raise problem("field.out_of_range", minimum=least, maximum=most)

    return check


def _in_calendar(moment: datetime) -> None:
    """At either end of the calendar a moment has no date in Kuwait."""
    if not 1 < moment.year < _LAST_YEAR:
        raise problem("field.not_moment")


def _moment(**options: Any) -> kinds.AwareDateTime:
    return kinds.AwareDateTime(
        format="iso",
        error_messages={"invalid": "field.not_moment", "invalid_awareness": "field.not_moment"},
        validate=_in_calendar,
        **options,
    )


def _known_broker_type(code: str) -> None:
    if code not in reference.broker_types():
        raise problem("field.not_a_choice")


def _seats(**options: Any) -> kinds.Integer:
    return kinds.Integer(strict=True, validate=_between(1, exam.MOST_SEATS), **options)


class _Opening(Schema):
    broker_type = kinds.String(required=True, validate=_known_broker_type)
    held_at = _moment(required=True)
    place_ar = line(200, minimum=3, required=True)
    place_en = line(200, minimum=3, required=True)
    seats = _seats(required=True)
    confirm_until = _moment(allow_none=True)


class _Change(Schema):
    version = version_field(required=True)
    held_at = _moment()
    place_ar = line(200, minimum=3)
    place_en = line(200, minimum=3)
    seats = _seats()
    confirm_until = _moment()


class _Row(Schema):
    number = Digits(maximum=20, minimum=1, validate=storable, required=True)
    outcome = Choice(*Outcome, required=True)
    score = kinds.Integer(strict=True, allow_none=True, validate=_between(0, exam.HIGHEST_SCORE))


class _Results(Schema):
    results = kinds.List(kinds.Nested(_Row), required=True)


class _Numbers(Schema):
    numbers = kinds.List(
        Digits(maximum=20, validate=storable),
        validate=validate.Length(max=exam.NOMINATED_AT_ONCE, error="field.invalid"),
        allow_none=True,
        load_default=None,
    )


class _State(Schema):
    state = Choice(*SessionState, allow_none=True, load_default=None)


class _Code(Schema):
    code = line(60, required=True, minimum=1)


class _Sheet(Schema):
    kind = Choice("attendance_sheet", "final_list", required=True)


def opening(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Of open_exam_session. Raises Invalid, as all below."""
    return schemas.load(_Opening(), arguments)


def change(arguments: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """Of change_exam_session: the version that was seen, and the changes."""
    loaded = schemas.load(_Change(), arguments)
    return loaded.pop("version"), loaded


def version(text: Any) -> int | None:
    """The version that a step may name."""
    return schemas.load(Step(), {"version": text})["version"]


def wanted(given: Any) -> list[str] | None:
    """Of nominate."""
    return schemas.load(_Numbers(), {"numbers": given})["numbers"]


def state(word: Any) -> str | None:
    """Of list_exam_sessions."""
    return schemas.load(_State(), {"state": word})["state"]


def code(text: Any) -> str:
    """Of record_attendance."""
    return schemas.load(_Code(), {"code": text})["code"]


def sheet(word: Any) -> str:
    """Of order_exam_paper."""
    return schemas.load(_Sheet(), {"kind": word})["kind"]


def results(given: Any) -> list[Result]:
    """Of enter_results and confirm_results. Numbers may be written with dashes; who was absent has no score."""
    rows = schemas.load(_Results(), {"results": given})["results"]
    faults = [
        Fault(f"/results/{at}/score", "exam.absent_has_no_score")
        for at, row in enumerate(rows)
        if row["outcome"] == Outcome.ABSENT and row.get("score") is not None
    ]
    if len(rows) > _MOST_ROWS:
        faults.append(Fault("/results", "field.invalid"))
    if faults:
        raise Invalid("input.invalid", faults=faults)
    return [_result(row) for row in rows]


def results_of_text(text: Any) -> list[Result]:
    """Of import_results: CSV with a line of column names. Raises Invalid `exam.csv_unreadable` naming the line."""
    if not isinstance(text, str):
        raise _unreadable(1)
    lines = io.StringIO(arabic.digits(text.removeprefix("\ufeff")), newline=None)  # any end of line
    reader = csv.DictReader(lines)
    try:
        if tuple(name.strip().lower() for name in reader.fieldnames or ()) != _COLUMNS:
            raise _unreadable(1)
        rows = [_read_row(row, reader.line_num) for row in reader]
    except csv.Error:
        raise _unreadable(reader.reader.line_num) from None  # the reader's own has the line before
    return results(rows)


def after(cursor: Any) -> tuple[datetime, str] | None:
    """The place of the page before in a list of sessions."""
    return cursors.decode_moment_and_id(cursor) if isinstance(cursor, str) and cursor else None


def after_position(cursor: Any) -> int:
    """The place of the page before in a list of candidates; 0 at its beginning."""
    if not isinstance(cursor, str) or not cursor:
        return 0
    (position,) = cursors.decode(cursor, 1)
    if type(position) is not int or abs(position) > 2**31 - 1:
        raise cursors.invalid()
    return position


def _read_row(row: Mapping[Any, Any], line_number: int) -> dict[str, Any]:
    values: Sequence[Any] = [row.get(name) for name in row]
    if len(values) != len(_COLUMNS) or not all(isinstance(value, str) for value in values):
        raise _unreadable(line_number)
    number, outcome, score = (value.strip() for value in values)
    if score and not (score.isascii() and score.isdigit() and len(score) < 6):
        raise _unreadable(line_number)
    return {"number": number, "outcome": outcome.lower(), "score": int(score) if score else None}


def _result(row: Mapping[str, Any]) -> Result:
    number = numbers.find(row["number"]) or row["number"]
    return Result(number, Outcome(row["outcome"]), row.get("score"))


def _unreadable(line_number: int) -> Invalid:
    facts = {"line": line_number}
    return Invalid("exam.csv_unreadable", facts, [Fault("/text", "exam.csv_unreadable", facts)])
