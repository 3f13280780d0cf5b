"""A moment in four boxes: day, month, year and the time of Kuwait. A wrong box alone is marked alone."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime

from chassis import arabic
from chassis.errors import Fault
from gateway import forms
from gateway.locales.formats import KUWAIT

TIME = "time"
BOXES = (*forms.DATE_PARTS, TIME)
_HOURS = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")


def read(name: str) -> tuple[str | None, list[Fault]]:
    """The moment as RFC 3339, None when every box is empty; and what is wrong with a box."""
    boxes = {box: arabic.digits(arabic.clean(text)) for box, text in forms.read_parts(name, BOXES).items()}
    if not any(boxes.values()):
        return None, []
    faults = _faults(name, boxes)
    if faults:
        return None, faults
    day, month, year = (int(boxes[part]) for part in forms.DATE_PARTS)
    hours = _HOURS.fullmatch(boxes[TIME])
    assert hours  # _faults has looked at it
    return datetime(year, month, day, int(hours[1]), int(hours[2]), tzinfo=KUWAIT).isoformat(), []


def show(name: str, moment: str | None) -> dict[str, str]:
    """The four boxes of a moment; nothing for None."""
    if not moment:
        return {}
    found = datetime.fromisoformat(moment)
    local = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(KUWAIT)
    told = {"day": f"{local:%d}", "month": f"{local:%m}", "year": f"{local:%Y}", TIME: f"{local:%H:%M}"}
    return {f"{name}-{box}": text for box, text in told.items()}


def _faults(name: str, boxes: dict[str, str]) -> list[Fault]:
    wrong = [part for part in forms.DATE_PARTS if not _is_right(part, boxes)]
    faults = [Fault(f"/{name}/{part}", f"field.{part}_wrong") for part in wrong]
    if not _HOURS.fullmatch(boxes[TIME]):
        faults.append(Fault(f"/{name}/{TIME}", "field.time_wrong"))
    return faults


def _is_right(part: str, boxes: dict[str, str]) -> bool:
    text = boxes[part]
    if not (text.isascii() and text.isdigit()):
        return False
    number = int(text)
    if part == "year":
        return len(text) == 4 and date.min.year <= number
    return 1 <= number <= (12 if part == "month" else _last_day(boxes))


def _last_day(boxes: dict[str, str]) -> int:
    """Of that month, as far as month and year are right themselves."""
    if _is_right("month", boxes) and _is_right("year", boxes):
        return monthrange(int(boxes["year"]), int(boxes["month"]))[1]
    return 31
