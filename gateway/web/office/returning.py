"""Return for correction: what is marked, why, and until when; the notice is shown before it is sent."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from chassis.errors import PortalError
from gateway import forms
from gateway.clients.requests import Requests
from gateway.forms import Form
from gateway.permissions import needs
from gateway.web.office import blueprint, confirming, marks
from gateway.web.office.confirming import Decision, Look
from gateway.web.office.reviewing import ONE

WORKING_DAYS = "5"  # what the box holds until the officer writes another number


def _read() -> dict[str, Any]:
    days = forms.read_number("working_days")
    return {
        **confirming.read("reason", "note"),
        "items": marks.read(),
        **({"working_days": days} if days is not None else {}),
    }


def _show(look: Look) -> str:
    look.form.values.setdefault("working_days", WORKING_DAYS)
    return render_template(
        "pages/office/return.html",
        service_request=look.request,
        groups=marks.groups(look.request),
        reasons=marks.reasons(look.request),
        chosen=marks.in_words(look.request) if look.is_preview else [],
        form=look.form,
        previewed=look.is_preview,
        preview=look.preview,
    )


def _refuse(found: confirming.Request, form: Form, error: PortalError) -> Form:
    form.errors += marks.messages(found, error)
    return form


def _written(found: confirming.Request) -> dict[str, str | None]:
    """The marks by their names, and what was written for the whole."""
    marked = {mark["label"]: mark["reason"] for mark in marks.in_words(found)}
    return {**marked, **confirming.written(found)}


RETURN = Decision(
    action="return",
    read=_read,
    decide=Requests.return_request,
    show=_show,
    done="return.done",
    refuse=_refuse,
    written=_written,
)


@blueprint.get(f"{ONE}/return", endpoint="return_request")
@needs("request.decide")
def return_request(number: str) -> str:
    """What has to be corrected."""
    return confirming.write(number, RETURN)


@blueprint.post(f"{ONE}/return", endpoint="confirm_return")
@needs("request.decide")
def confirm_return(number: str) -> ResponseReturnValue:
    """Preview, or return it."""
    return confirming.press(number, RETURN)
