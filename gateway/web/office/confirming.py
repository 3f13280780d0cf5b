"""A decision in two looks: written, then shown with the very notice, then sent. Nothing written is lost on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from chassis.errors import Conflict, PortalError
from gateway import clients, errors, forms, i18n
from gateway.clients.requests import Requests
from gateway.forms import Form
from gateway.web import page
from gateway.web.office import previewing
from gateway.web.office.reviewing import conflict_page

WRITTEN = ("reason", "note")
Request = dict[str, Any]


@dataclass(frozen=True)
class Look:
    """What a page of a decision shows. `is_preview`: the second look, with what will be sent."""

    request: Request
    form: Form
    is_preview: bool = False
    preview: previewing.Preview | None = None


def written(_request: Request) -> dict[str, str | None]:
    """What the officer had written, by label."""
    return {i18n.say(f"field.{name}"): forms.read_text(name) for name in WRITTEN}


def _refuse(_request: Request, form: Form, error: PortalError) -> Form:
    return form.refuse(error)


@dataclass(frozen=True)
class Decision:
    """What one decision has of its own. `done` is the key of what is said afterwards."""

    action: str
    read: Callable[[], dict[str, Any]]
    decide: Callable[[Requests, str, dict[str, Any]], Any]
    show: Callable[[Look], str]
    done: str
    refuse: Callable[[Request, Form, PortalError], Form] = _refuse
    written: Callable[[Request], dict[str, str | None]] = written


def write(number: str, decision: Decision) -> str:
    """The first look."""
    return decision.show(Look(clients.requests.get_for_review(number), Form({})))


def press(number: str, decision: Decision) -> ResponseReturnValue:
    """Decide with `send`, back to writing with `change`, else show what will be sent."""
    again = forms.asks_again()
    if "change" in request.form or (again and "preview" not in request.form):
        return decision.show(Look(clients.requests.get_for_review(number), forms.typed()))
    if "send" in request.form and not again:
        return send(number, decision)
    return preview(number, decision, forms.typed(), decision.read())


def preview(number: str, decision: Decision, form: Form, told: dict[str, Any]) -> ResponseReturnValue:
    """The second look; the first one again where the decision would be refused."""
    later = previewing.ask_for_request(number)
    found: list[previewing.Preview | None] = []
    error = forms.attempt(lambda: found.append(previewing.find(number, decision.action, told)))
    if error:
        return _refused(number, decision, form, error)
    return decision.show(Look(later.get(), form, is_preview=True, preview=found[0]))


def send(number: str, decision: Decision) -> ResponseReturnValue:
    """Decide."""
    error = forms.attempt(lambda: decision.decide(clients.requests, number, decision.read()))
    if error:
        return _refused(number, decision, forms.typed(), error)
    page.tell(decision.done)
    return redirect(url_for("office.review", number=number), 303)


def read(*names: str) -> dict[str, Any]:
    """The version that the page showed, and these texts of its form."""
    return {"version": forms.read_version(), **{name: forms.read_optional(name) for name in names}}


def _refused(number: str, decision: Decision, form: Form, error: PortalError) -> ResponseReturnValue:
    found = clients.requests.get_for_review(number)
    if isinstance(error, Conflict):
        return conflict_page(found, error, decision.written(found))
    return decision.show(Look(found, decision.refuse(found, form, error))), errors.status_of(error)
