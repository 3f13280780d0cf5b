"""From officer to officer: a recommendation for the one who decides, a request given to a colleague."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from chassis.errors import Conflict, PortalError
from gateway import clients, errors, forms
from gateway.forms import Form
from gateway.permissions import needs
from gateway.web import definitions, page
from gateway.web.office import blueprint, confirming
from gateway.web.office.previewing import ask_for_request
from gateway.web.office.reviewing import ONE, conflict_page

RECOMMENDATION = ("action", "reason_code", "reason", "note")


@blueprint.get(f"{ONE}/recommend")
@needs("request.decide")
def recommend(number: str) -> ResponseReturnValue:
    """What should be decided, and why."""
    found = clients.requests.get_for_review(number)
    if not found["two_officers"]:  # one officer decides: nobody waits for a recommendation
        return redirect(url_for("office.review", number=number), 303)
    return _show_recommendation(found, Form({}))


@blueprint.post(f"{ONE}/recommend", endpoint="send_recommendation")
@needs("request.decide")
def send_recommendation(number: str) -> ResponseReturnValue:
    """Leave the decision to a supervisor."""
    form = forms.typed()
    if forms.asks_again():
        return _show_recommendation(clients.requests.get_for_review(number), form)
    told = confirming.read(*RECOMMENDATION)
    error = forms.attempt(lambda: clients.requests.recommend(number, told))
    if error and not isinstance(error, Conflict):
        found = clients.requests.get_for_review(number)
        return _show_recommendation(found, form.refuse(error)), errors.status_of(error)
    return _after(number, error, "recommend.done")


@blueprint.get(f"{ONE}/assign")
@needs("request.assign")
def assign(number: str) -> str:
    """To whom."""
    return _show_officers(number, Form({}))


@blueprint.post(f"{ONE}/assign", endpoint="confirm_assignment")
@needs("request.assign")
def confirm_assignment(number: str) -> ResponseReturnValue:
    """Give it to the chosen officer."""
    form = forms.typed()
    if forms.asks_again():
        return _show_officers(number, form)
    officer, version = forms.read_text("officer"), forms.read_version()
    error = (
        forms.attempt(lambda: clients.requests.assign(number, officer, version))
        if officer
        else forms.required("officer")
    )
    if error and not isinstance(error, Conflict):
        return _show_officers(number, form.refuse(error)), errors.status_of(error)
    return _after(number, error, "assign.done")


def _after(number: str, error: PortalError | None, told: str) -> ResponseReturnValue:
    if error:
        found = clients.requests.get_for_review(number)
        return conflict_page(found, error, confirming.written(found))
    page.tell(told)
    return redirect(url_for("office.review", number=number), 303)


def _show_recommendation(found: dict[str, Any], form: Form) -> str:
    actions = found["two_officers"]
    if len(actions) == 1:
        form.values.setdefault("action", actions[0])
    return render_template(
        "pages/office/recommend.html",
        service_request=found,
        actions=actions,
        reasons=definitions.get(found["service_type"])["reasons"],
        form=form,
    )


def _show_officers(number: str, form: Form) -> str:
    later = ask_for_request(number)
    officers = clients.requests.list_officers()
    return render_template(
        "pages/office/assign.html", service_request=later.get(), officers=officers, form=form
    )
