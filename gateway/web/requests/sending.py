"""Check answers, Send, and taking back."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from chassis.errors import PortalError
from gateway import clients, errors, forms
from gateway.forms import Form
from gateway.permissions import needs
from gateway.web import page
from gateway.web.requests import blueprint, views

ALREADY = "request.already_submitted"


@blueprint.get("/requests/<number:number>/check")
@needs("request.edit")
def check(number: str) -> ResponseReturnValue:
    """The answers, and whether they will be accepted."""
    found = clients.requests.get_request(number)
    if not views.is_writable(found):
        return redirect(url_for("requests.details", number=number), 303)
    return _show_check(found, None)


@blueprint.post("/requests/<number:number>/submit")
@needs("request.submit")
def submit(number: str) -> ResponseReturnValue:
    """Send it."""
    if forms.asks_again():
        return redirect(url_for("requests.check", number=number), 303)
    error = forms.attempt(lambda: clients.requests.submit(number, forms.read_version()))
    if error is None or error.code == ALREADY:
        return redirect(url_for("requests.sent", number=number), 303)
    return _show_check(clients.requests.get_request(number), error), errors.status_of(error)


@blueprint.get("/requests/<number:number>/sent")
@needs("request.read")
def sent(number: str) -> str:
    """It was sent: the number, what happens next, by when."""
    return render_template("pages/requests/sent.html", service_request=clients.requests.get_request(number))


@blueprint.get("/requests/<number:number>/withdraw")
@needs("request.withdraw")
def withdraw(number: str) -> str:
    """Really?"""
    found = clients.requests.get_request(number)
    return render_template("pages/requests/withdraw.html", service_request=found, form=Form({}))


@blueprint.post("/requests/<number:number>/withdraw", endpoint="confirm_withdrawal")
@needs("request.withdraw")
def confirm_withdrawal(number: str) -> ResponseReturnValue:
    """Take it back."""
    return _end(
        number,
        "pages/requests/withdraw.html",
        "withdraw.done",
        lambda: clients.requests.withdraw(number, forms.read_version(), forms.read_optional("reason")),
    )


@blueprint.get("/requests/<number:number>/delete", endpoint="delete")
@needs("request.edit")
def delete(number: str) -> str:
    """Really?"""
    found = clients.requests.get_request(number)
    return render_template("pages/requests/delete.html", service_request=found, form=Form({}))


@blueprint.post("/requests/<number:number>/delete", endpoint="confirm_deletion")
@needs("request.edit")
def confirm_deletion(number: str) -> ResponseReturnValue:
    """Remove the draft."""
    return _end(
        number, "pages/requests/delete.html", "delete.done", lambda: clients.requests.delete_draft(number)
    )


def _end(number: str, template: str, told: str, action: Any) -> ResponseReturnValue:
    form = forms.typed()
    if forms.asks_again():
        found = clients.requests.get_request(number)
        return render_template(template, service_request=found, form=form)
    error = forms.attempt(action)
    if error:
        found = clients.requests.get_request(number)
        return render_template(template, service_request=found, form=form.refuse(error)), errors.status_of(
            error
        )
    page.tell(told)
    is_gone = told == "delete.done"
    return redirect(url_for("requests.index") if is_gone else url_for("requests.details", number=number), 303)


def _show_check(found: dict[str, Any], error: PortalError | None) -> str:
    pages = views.pages_to_write(found)
    problems = forms.messages(error, views.labels_of(found)) if error else []
    return render_template(
        "pages/requests/check.html",
        service_request=found,
        pages=pages,
        slots=views.slots_of(found),
        checks=clients.requests.list_checks(found["number"]),
        asked=views.asked_of(found),
        form=Form({}, views.leading_to_pages(found, pages, problems)),
        previous_url=views.Way(found, pages).before(views.CHECK),
    )
