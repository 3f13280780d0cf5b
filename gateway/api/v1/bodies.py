"""Reads JSON bodies, text bodies and queries. What is not JSON, not UTF-8 or not an object never reaches a service."""

import json
import math
from typing import Any, NoReturn

from flask import Request
from marshmallow import EXCLUDE, Schema, ValidationError
from webargs.flaskparser import FlaskParser

from chassis.errors import Invalid
from chassis.schemas import faults


class Parser(FlaskParser):
    """Unknown members of a body are refused, those of a query are nobody's business."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "json": None, "query": EXCLUDE}  # noqa: RUF012

    def load_json(self, req: Request, schema: Schema) -> Any:
        return read_json(req)

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: Any,
        error_headers: Any,
    ) -> NoReturn:
        located: Any = error.messages
        raise Invalid("input.invalid", faults=faults(next(iter(located.values()))))


def read_json(request: Request) -> Any:
    """The body's value; an empty body is an empty object.

    Raises Invalid: `media_type.unsupported`, `input.not_json` (also for what JSON texts may say and UTF-8 may not).
    """
    body = request.get_data(cache=True)
    if not body:
        return {}
    if request.mimetype != "application/json":
        raise Invalid("media_type.unsupported")
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse, parse_float=_finite)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # a lone surrogate cannot travel further
    except (ValueError, RecursionError):
        raise Invalid("input.not_json") from None
    return value


def read_text(request: Request, media_type: str) -> str:
    """The body of this media type, UTF-8 with or without a byte order mark; an empty body is an empty text.

    Raises Invalid: `media_type.unsupported`, `input.not_text`.
    """
    if request.mimetype != media_type:
        raise Invalid("media_type.unsupported")
    try:
        text = request.get_data(cache=True).decode("utf-8-sig")
    except ValueError:
        raise Invalid("input.not_text") from None
    if "\x00" in text:
        raise Invalid("input.not_text")
    return text


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number
