"""Decisions: what will be sent is shown before it is decided; nothing written is lost to a colleague's haste."""

from flask import render_template
from flask.typing import ResponseReturnValue

from gateway import forms
from gateway.clients.requests import Requests
from gateway.forms import Form
from gateway.permissions import needs
from gateway.web import definitions
from gateway.web.office import blueprint, confirming
from gateway.web.office.confirming import Decision, Look
from gateway.web.office.reviewing import ONE

REASONED = ("reason_code", "reason", "note")


def _show_approval(look: Look) -> str:
    return render_template(
        "pages/office/approve.html", service_request=look.request, form=look.form, preview=look.preview
    )


def _show_rejection(look: Look) -> str:
    return render_template(
        "pages/office/reject.html",
        service_request=look.request,
        reasons=definitions.get(look.request["service_type"])["reasons"],
        form=look.form,
        previewed=look.is_preview,
        preview=look.preview,
    )


def _show_reopening(look: Look) -> str:
    return render_template(
        "pages/office/reopen.html",
        service_request=look.request,
        form=look.form,
        previewed=look.is_preview,
        preview=look.preview,
    )


APPROVAL = Decision(
    action="approve",
    read=lambda: confirming.read("note"),
    decide=Requests.approve,
    show=_show_approval,
    done="approve.done",
)
REJECTION = Decision(
    action="reject",
    read=lambda: confirming.read(*REASONED),
    decide=Requests.reject,
    show=_show_rejection,
    done="reject.done",
)
REOPENING = Decision(
    action="reopen",
    read=lambda: confirming.read("reason", "note"),
    decide=Requests.reopen,
    show=_show_reopening,
    done="reopen.done",
)


@blueprint.get(f"{ONE}/approve")
@needs("request.decide")
def approve(number: str) -> ResponseReturnValue:
    """What approving does."""
    return confirming.preview(number, APPROVAL, Form({}), {})


@blueprint.post(f"{ONE}/approve", endpoint="confirm_approval")
@needs("request.decide")
def confirm_approval(number: str) -> ResponseReturnValue:
    """Approve."""
    if forms.asks_again():
        return confirming.preview(number, APPROVAL, forms.typed(), {})
    return confirming.send(number, APPROVAL)


@blueprint.get(f"{ONE}/reject")
@needs("request.decide")
def reject(number: str) -> str:
    """The reason."""
    return confirming.write(number, REJECTION)


@blueprint.post(f"{ONE}/reject", endpoint="confirm_rejection")
@needs("request.decide")
def confirm_rejection(number: str) -> ResponseReturnValue:
    """Preview, or decide."""
    return confirming.press(number, REJECTION)


@blueprint.get(f"{ONE}/reopen")
@needs("request.reopen")
def reopen(number: str) -> str:
    """Why the decision is taken back."""
    return confirming.write(number, REOPENING)


@blueprint.post(f"{ONE}/reopen", endpoint="confirm_reopening")
@needs("request.reopen")
def confirm_reopening(number: str) -> ResponseReturnValue:
    """Preview, or take the decision back."""
    return confirming.press(number, REOPENING)
