"""The number of a request: PREFIX/serial/YY, such as CE/8/26. Serial per prefix and Kuwait year, no padding."""

import re
from datetime import datetime

from chassis.clock import local_date

_NUMBER = re.compile(r"([A-Za-z]{2})[/-]([1-9]\d{0,8})[/-](\d{2})", re.ASCII)


def series_year(moment: datetime) -> int:
    """The year, in Kuwait, whose series counts at that moment."""
    return local_date(moment).year


def write(prefix: str, serial: int, year: int) -> str:
    """The number as people read it."""
    return f"{prefix}/{serial}/{year % 100:02d}"


def find(text: str) -> str | None:
    """The number in its one spelling, from `CE/8/26` or `CE-8-26`; None when it is none."""
    match = _NUMBER.fullmatch(text.strip())
    return f"{match[1].upper()}/{match[2]}/{match[3]}" if match else None


def dashed(number: str) -> str:
    """The spelling for paths."""
    return number.replace("/", "-")
