"""Nomination: all that are preliminarily approved, or these numbers."""

import re

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from chassis import arabic
from chassis.errors import PortalError
from gateway import clients, errors, forms
from gateway.forms import Form
from gateway.permissions import needs
from gateway.web import page
from gateway.web.exams import ONE, blueprint
from gateway.web.exams.reading import Session, conflict_page, is_stale

ALL, SOME = "all", "some"
_BETWEEN = re.compile(r"[\s,;،؛]+")


@blueprint.get(f"{ONE}/nominate")
@needs("exam.manage")
def nominate(session_id: object) -> str:
    """Whom, and what they will be told."""
    return _show(clients.exams.get_session(str(session_id)), Form({"whom": ALL}))


@blueprint.post(f"{ONE}/nominate", endpoint="confirm_nomination")
@needs("exam.manage")
def confirm_nomination(session_id: object) -> ResponseReturnValue:
    """Seats in the order of approval, then the waiting list."""
    session, form = str(session_id), forms.typed()
    if forms.asks_again():
        return _show(clients.exams.get_session(session), form)
    error = _nominate(session)
    if error and is_stale(error):
        return conflict_page(session_id, error, {})
    if error:
        return _show(clients.exams.get_session(session), form.refuse(error)), errors.status_of(error)
    page.tell("exam_nominate.done")
    return redirect(url_for("exams.session", session_id=session_id), 303)


def _nominate(session: str) -> PortalError | None:
    if forms.read_text("whom") != SOME:
        return forms.attempt(lambda: clients.exams.nominate(session))
    numbers = read_numbers(forms.read_text("numbers"))
    return (
        forms.attempt(lambda: clients.exams.nominate(session, numbers))
        if numbers
        else forms.required("numbers")
    )


def read_numbers(text: str) -> list[str]:
    """The numbers of requests in a text, each once, whatever stands between them."""
    found = (
        each.upper().replace("-", "/") for each in _BETWEEN.split(arabic.digits(arabic.clean(text))) if each
    )
    return list(dict.fromkeys(found))


def _show(found: Session, form: Form) -> str:
    return render_template("pages/exams/nominate.html", session=found, form=form)
