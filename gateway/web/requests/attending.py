"""The exam of one request: confirming attendance, and the slip that opens the hall."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway import clients, errors, forms, papers
from gateway.forms import Form
from gateway.permissions import needs
from gateway.web import page
from gateway.web.requests import blueprint


@blueprint.get("/requests/<number:number>/confirm-attendance")
@needs("exam.confirm")
def confirm_attendance(number: str) -> str:
    """What confirming means."""
    return _show(number, Form({}))


@blueprint.post("/requests/<number:number>/confirm-attendance", endpoint="send_confirmation")
@needs("exam.confirm")
def send_confirmation(number: str) -> ResponseReturnValue:
    """The candidate will come."""
    form = forms.typed()
    if forms.asks_again():
        return _show(number, form)
    error = forms.attempt(lambda: clients.requests.confirm_attendance(number, forms.read_version()))
    if error:
        return _show(number, form.refuse(error)), errors.status_of(error)
    page.tell("attend.done")
    return redirect(url_for("requests.details", number=number), 303)


@blueprint.get("/requests/<number:number>/admission-slip.pdf")
@needs("request.print")
@page.bare
def admission_slip(number: str) -> ResponseReturnValue:
    """The slip on paper."""
    return redirect(papers.wait_for(clients.requests.order_paper(number, "admission_slip")))


def _show(number: str, form: Form) -> str:
    found = clients.requests.get_request(number)
    return render_template("pages/requests/confirm_attendance.html", service_request=found, form=form)
