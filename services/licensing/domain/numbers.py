"""The number of a license: TT/OOO/NNNNNN/YYYY, such as 01/209/000123/2026. Imported licenses keep what they have.

TT is the type, OOO the customs office, NNNNNN a serial of both that never starts anew, YYYY the year of the first
issue. A number consists of digits, Latin letters and slashes; whatever else was a number once is a legacy number.
"""

import re
from dataclasses import dataclass

from chassis import arabic

LONGEST = 40
UNKNOWN_OFFICE = "000"  # of licenses whose first customs office nobody wrote down
TYPE_CODES = {"general_broker": "01", "representative": "02"}

_OURS = re.compile(r"(01|02)/(\d{3})/(\d{6})/(\d{4})", re.ASCII)
_PLAIN = re.compile(r"[0-9A-Z]+(?:/[0-9A-Z]+)*")


@dataclass(frozen=True)
class Number:
    """A number of our own form, taken apart."""

    type_code: str
    customs_office: str
    serial: int
    year: int

    def __str__(self) -> str:
        return f"{self.type_code}/{self.customs_office}/{self.serial:06d}/{self.year:04d}"


def find(text: str) -> str | None:
    """The number in its one spelling, from slashes or dashes, capital or small; None when it can be none."""
    return find_plain(text.replace("-", "/"))


def find_plain(text: str) -> str | None:
    """As find, of what stood in a register: there a dash is no slash, and makes a legacy number."""
    number = arabic.digits(text.strip()).upper()
    return number if len(number) <= LONGEST and _PLAIN.fullmatch(number) else None


def parse(text: str) -> Number | None:
    """The parts of a number of our own form, else None."""
    match = _OURS.fullmatch(find(text) or "")
    return Number(match[1], match[2], int(match[3]), int(match[4])) if match else None


def dashed(number: str) -> str:
    """The spelling for paths."""
    return number.replace("/", "-")


def searchable(text: str) -> str:
    """Folded, and with one spelling for slashes and dashes: so are the columns and the words searched for."""
    return arabic.fold(text).replace("-", "/")
