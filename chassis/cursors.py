"""Keyset pages: a cursor is the sort key of the last row, opaque to the client."""

import base64
import binascii
import json
from datetime import datetime
from typing import Any

from chassis.errors import Fault, Invalid

DEFAULT_LIMIT = 25
MOST = 100


def encode(values: list[Any]) -> str:
    """The cursor after a row with this sort key."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def decode(text: str, length: int | None = None) -> list[Any]:
    """The sort key. Raises Invalid `cursor.invalid`."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        values = None
    if not isinstance(values, list) or (length is not None and len(values) != length):
        raise invalid()
    return values


def decode_moment_and_id(text: str) -> tuple[datetime, str]:
    """A sort key of a moment and an id. Raises Invalid `cursor.invalid`."""
    moment, last_id = decode(text, 2)
    try:
        place = datetime.fromisoformat(moment)
    except (TypeError, ValueError):
        raise invalid() from None
    if place.tzinfo is None or not isinstance(last_id, str) or "\x00" in last_id:
        raise invalid()
    return place, last_id


def invalid() -> Invalid:
    """The refusal of a cursor that nobody gave out."""
    return Invalid("cursor.invalid", faults=[Fault("/cursor", "cursor.invalid")])


def check_limit(limit: Any) -> int:
    """The limit. Raises Invalid `limit.invalid` unless 1 to 100."""
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST:
        fault = Fault("/limit", "limit.invalid", {"maximum": MOST})
        raise Invalid("limit.invalid", {"maximum": MOST}, [fault])
    return limit
