"""One request on an officer's desk."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from chassis.errors import Conflict, NotFound, PortalError
from gateway import clients, context, errors, forms
from gateway.forms import Form
from gateway.permissions import needs
from gateway.web import page
from gateway.web.office import blueprint, pictures
from gateway.web.office.queue import back_url
from gateway.web.requests import views
from gateway.web.requests.documents import open_own

ONE = "/office/requests/<number:number>"


@blueprint.get(ONE)
@needs("queue.read")
def review(number: str) -> str:
    """Documents beside data, checks, history, what may be done."""
    return _show(number, Form({}))


@blueprint.post(f"{ONE}/claim")
@needs("request.review")
def claim(number: str) -> ResponseReturnValue:
    """Take it up."""
    take_over = forms.read_ticked("take_over")
    error = forms.attempt(lambda: clients.requests.claim(number, forms.read_version(), take_over))
    return _after(number, error, "review.claimed")


@blueprint.post(f"{ONE}/unassign")
@needs("request.review")
def unassign(number: str) -> ResponseReturnValue:
    """Put it back."""
    error = forms.attempt(lambda: clients.requests.unassign(number))
    return _after(number, error, "review.unassigned")


@blueprint.post(f"{ONE}/notes")
@needs("request.review")
def add_note(number: str) -> ResponseReturnValue:
    """A note for colleagues."""
    text = forms.read_text("note")
    error = forms.attempt(lambda: clients.requests.add_note(number, text))
    if error and not isinstance(error, Conflict):
        form = Form({"note": text}, [_at_note(one) for one in forms.messages(error)])
        return _show(number, form), errors.status_of(error)
    return _after(number, error, "review.note_added")


@blueprint.get(f"{ONE}/documents/<uuid:document_id>")
@needs("queue.read")
@page.bare
def document(number: str, document_id: object) -> ResponseReturnValue:
    """The file, as attachment."""
    grant = open_own(number, document_id, "download")["grant"]
    return redirect(clients.documents.get_address(grant))


@blueprint.get(f"{ONE}/documents/<uuid:document_id>/pages/<int:page_number>", endpoint="page_image")
@needs("queue.read")
@page.bare
def page_image(number: str, document_id: object, page_number: int) -> ResponseReturnValue:
    """A picture of one page, to be shown in the page."""
    if page_number < 1:
        raise NotFound("path.unknown")
    grant = open_own(number, document_id, "read")["grant"]
    return redirect(clients.documents.get_picture(grant, page_number))


def conflict_page(
    found: dict[str, Any], error: PortalError, typed: Mapping[str, str | None]
) -> ResponseReturnValue:
    """Somebody was there first: who changed what, and what the reader had written."""
    number = found["number"]
    last = found["status_history"][-1] if found["status_history"] else None
    shown = render_template(
        "pages/errors/conflict.stale.html",
        error=errors.problem(error),
        code=error.code,
        facts={**error.facts, "number": number, "changed": last},
        typed={label: text for label, text in typed.items() if text},
        continue_url=url_for("office.review", number=number),
    )
    return shown, errors.status_of(error)


def _after(number: str, error: PortalError | None, told: str) -> ResponseReturnValue:
    if isinstance(error, Conflict):
        return conflict_page(clients.requests.get_for_review(number), error, {})
    if error:
        return _show(number, Form({}).refuse(error)), errors.status_of(error)
    page.tell(told)
    return redirect(url_for("office.review", number=number), 303)


def _show(number: str, note_form: Form) -> str:
    found = clients.requests.get_for_review(number)
    officer = found.get("officer") or {}
    pages = views.pages_of(found)
    return render_template(
        "pages/office/review.html",
        service_request=found,
        pages=pages,
        changes=_changes(found, pages),
        slots=pictures.add_to(views.slots_of(found), number),
        is_mine=officer.get("id") == context.actor().id,
        back_url=back_url(),
        note_form=note_form,
        told=page.told(),
    )


def _changes(found: dict[str, Any], pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a correction changed; of a field with its definition, which says how its values are shown."""
    fields = {field["name"]: field for page in pages for field in page["fields"]}
    return [
        {**change, "definition": fields.get(change.get("field"))} for change in found.get("changes") or ()
    ]


def _at_note(error: forms.FormError) -> forms.FormError:
    return forms.FormError(error.pointer, "note", error.message)
