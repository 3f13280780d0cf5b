"""Decisions: what will be sent is shown before it is decided; nothing written is lost to a colleague's haste."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from chassis.errors import Conflict
from gateway import clients, errors, forms, i18n, preview
from gateway.forms import Form
from gateway.permissions import needs
from gateway.web import definitions, page
from gateway.web.office import blueprint
from gateway.web.office.reviewing import ONE, conflict_page

DECISION = ("reason_code", "reason", "note")


@blueprint.get(f"{ONE}/approve")
@needs("request.decide")
def approve(number: str) -> str:
    """What approving does."""
    return _show_approval(clients.requests.get_for_review(number), Form({}))


@blueprint.post(f"{ONE}/approve", endpoint="confirm_approval")
@needs("request.decide")
def confirm_approval(number: str) -> ResponseReturnValue:
    """Approve."""
    if forms.asks_again():
        return _show_approval(clients.requests.get_for_review(number), forms.typed())
    error = forms.attempt(lambda: clients.requests.approve(number, _decision("note")))
    if isinstance(error, Conflict):
        return conflict_page(number, error, _written())
    if error:
        form = forms.typed().refuse(error)
        return _show_approval(clients.requests.get_for_review(number), form), errors.status_of(error)
    page.tell("approve.done")
    return redirect(url_for("office.review", number=number), 303)


@blueprint.get(f"{ONE}/reject")
@needs("request.decide")
def reject(number: str) -> str:
    """The reason."""
    return _show_rejection(clients.requests.get_for_review(number), Form({}), is_preview=False)


@blueprint.post(f"{ONE}/reject", endpoint="confirm_rejection")
@needs("request.decide")
def confirm_rejection(number: str) -> ResponseReturnValue:
    """Preview with `preview`, decide with `send`, else back to the reason."""
    form = forms.typed()
    if forms.asks_again() or "change" in request.form:
        return _show_rejection(clients.requests.get_for_review(number), form, is_preview=False)
    if "send" not in request.form:
        return _preview_rejection(number, form)
    error = forms.attempt(lambda: clients.requests.reject(number, _decision(*DECISION)))
    if isinstance(error, Conflict):
        return conflict_page(number, error, _written())
    if error:
        found = clients.requests.get_for_review(number)
        return _show_rejection(found, form.refuse(error), is_preview=False), errors.status_of(error)
    page.tell("reject.done")
    return redirect(url_for("office.review", number=number), 303)


def _preview_rejection(number: str, form: Form) -> ResponseReturnValue:
    found = clients.requests.get_for_review(number)
    if not (forms.read_optional("reason_code") or forms.read_optional("reason")):
        missing = forms.required("reason_code")
        return _show_rejection(found, form.refuse(missing), is_preview=False), errors.status_of(missing)
    return _show_rejection(found, form, is_preview=True)


def _decision(*names: str) -> dict[str, Any]:
    return {"version": forms.read_version(), **{name: forms.read_optional(name) for name in names}}


def _written() -> dict[str, str]:
    """What the officer had written, by label."""
    return {i18n.say(f"field.{name}"): forms.read_text(name) for name in ("reason", "note")}


def _show_approval(found: dict[str, Any], form: Form) -> str:
    return render_template(
        "pages/office/approve.html", service_request=found, form=form, preview=preview.of_approval(found)
    )


def _show_rejection(found: dict[str, Any], form: Form, *, is_preview: bool) -> str:
    reasons = definitions.get(found["service_type"])["reasons"]
    return render_template(
        "pages/office/reject.html",
        service_request=found,
        reasons=reasons,
        form=form,
        preview=preview.of_rejection(found, reasons, form.values) if is_preview else None,
    )
