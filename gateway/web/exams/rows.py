"""A row per candidate on the page of results: its boxes, what they hold, and which of them is wrong."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request

from chassis.errors import PortalError
from gateway import forms, i18n
from gateway.forms import FormError
from gateway.locales.formats import dashed

OUTCOMES = ("passed", "failed", "absent")
OF_FINAL_LIST = frozenset({"on_final_list", *OUTCOMES})
ROW = "row-"
OUTCOME, SCORE = "outcome-", "score-"


def read() -> list[dict[str, Any]]:
    """[{number, outcome, score}] of this request's form, in its order."""
    return [
        {
            "number": number.replace("-", "/"),
            "outcome": forms.read_optional(f"{OUTCOME}{number}"),
            "score": forms.read_number(f"{SCORE}{number}"),
        }
        for number in _numbers()
    ]


def typed(results: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The boxes of results that were entered before."""
    texts: dict[str, str] = {}
    for row in results:
        number = dashed(row["number"])
        texts[f"{OUTCOME}{number}"] = row["outcome"]
        texts[f"{SCORE}{number}"] = "" if row["score"] is None else str(row["score"])
    return texts


def messages(error: PortalError, *, of_file: bool = False) -> list[FormError]:
    """The refusal at its head, then each row that it names; a row of a file is named by its place there."""
    numbers = [] if of_file else _numbers()
    found = [_at_its_row(one, numbers) for one in forms.messages(error)]
    return [*found, *(_of_row(kind, number) for kind, number in _named(error))]


def _numbers() -> list[str]:
    return [name.removeprefix(ROW) for name in request.form if name.startswith(ROW)]


def _named(error: PortalError) -> list[tuple[str, str]]:
    """(what is wrong, number) of the rows that the facts name."""
    facts = [dict(error.facts), *(dict(fault.facts) for fault in error.faults)]
    kinds = (("differs", "rows"), ("missing", "missing"), ("unknown", "unknown"))
    return [(kind, str(number)) for told in facts for kind, key in kinds for number in told.get(key) or ()]


def _of_row(kind: str, number: str) -> FormError:
    message = i18n.say(f"results.{kind}", number=number)
    return FormError("", f"{OUTCOME}{dashed(number)}", message)


def _at_its_row(error: FormError, numbers: list[str]) -> FormError:
    head, _, rest = error.pointer.strip("/").partition("/")
    place, _, part = rest.partition("/")
    if head == "text":  # what the service calls the file
        return FormError(error.pointer, "csv", error.message)
    if head != "results":
        return error
    if not place.isdigit():
        return FormError(error.pointer, "", error.message)
    if int(place) >= len(numbers):  # a row of a file
        row = i18n.say("results.row", row=int(place) + 1)
        return FormError(error.pointer, "csv", i18n.say("error.labelled", label=row, message=error.message))
    number = numbers[int(place)]
    message = i18n.say("error.labelled", label=number.replace("-", "/"), message=error.message)
    box = SCORE if part == "score" else OUTCOME
    return FormError(error.pointer, f"{box}{number}", message)
