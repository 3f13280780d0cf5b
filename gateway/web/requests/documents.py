"""The documents of a request: a slot each, their files, getting them back."""

from typing import Any

from flask import Response, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from chassis.errors import NotFound
from gateway import clients, errors, forms
from gateway.forms import Form
from gateway.permissions import needs
from gateway.web import page
from gateway.web.requests import blueprint, views

DOCUMENT = "/requests/<number:number>/documents/<uuid:document_id>"
OVER = frozenset({"clean", "refused"})


@blueprint.get("/requests/<number:number>/slots/<word:slot>", endpoint="documents")
@needs("request.read")
@page.bare
def slot(number: str, slot: str) -> str:
    """The inside of one slot, after a script uploaded into it."""
    found = clients.requests.get_request(number)
    return render_template(
        "pages/requests/slot.html", service_request=found, slot=views.slot_named(found, slot)
    )


@blueprint.get(DOCUMENT)
@needs("document.read")
@page.bare
def document(number: str, document_id: object) -> ResponseReturnValue:
    """The file."""
    opened = open_own(number, document_id, "download")
    return redirect(clients.documents.get_address(opened["grant"]))


@blueprint.get(f"{DOCUMENT}/state")
@needs("document.read")
@page.script
def document_state(number: str, document_id: object) -> Response:
    """How far its checking is."""
    opened = open_own(number, document_id, "read")
    return jsonify(state_of(number, document_id, clients.documents.get_document(opened["grant"])))


@blueprint.post(f"{DOCUMENT}/rename")
@needs("document.attach")
def rename_document(number: str, document_id: object) -> ResponseReturnValue:
    """Another name, easier to recognise."""
    opened = open_own(number, document_id, "read")
    error = forms.attempt(
        lambda: clients.requests.change_document(str(document_id), {"name": forms.read_text("name")})
    )
    if error:
        return _refused(number, opened["document"]["slot"], error), errors.status_of(error)
    page.tell("documents.renamed")
    return redirect(url_for("requests.step", number=number, step=views.DOCUMENTS), 303)


@blueprint.post(f"{DOCUMENT}/remove")
@needs("document.attach")
def remove_document(number: str, document_id: object) -> ResponseReturnValue:
    """Take it out."""
    opened = open_own(number, document_id, "read")
    error = forms.attempt(lambda: clients.requests.detach_document(str(document_id)))
    if error:
        return _refused(number, opened["document"]["slot"], error), errors.status_of(error)
    page.tell("documents.removed")
    return redirect(url_for("requests.step", number=number, step=views.DOCUMENTS), 303)


def open_own(number: str, document_id: object, verb: str) -> dict[str, Any]:
    """The grant and the document, if it belongs to this request. Raises NotFound."""
    opened = clients.requests.open_document(str(document_id), verb)
    if opened["document"]["number"] != number:
        raise NotFound("document.unknown")
    return opened


def state_of(number: str, document_id: object, found: dict[str, Any]) -> dict[str, Any]:
    """{state, code, message, state_url} for scripts."""
    told = views.with_words(found)
    return {
        "state": found["state"],
        "code": found.get("code"),
        "message": told["message"],
        "state_url": url_for("requests.document_state", number=number, document_id=document_id),
    }


def show_documents(found: dict[str, Any], form: Form | None = None) -> str:
    """The page of all slots."""
    way = views.Way(found, views.pages_to_write(found))
    is_asked = way.has(views.DOCUMENTS)
    return render_template(
        "pages/requests/documents.html",
        service_request=found,
        slots=views.slots_of(found),
        form=form or Form({}),
        place=way.place(views.DOCUMENTS) if is_asked else None,
        previous_url=way.before(views.DOCUMENTS if is_asked else views.CHECK),
        next_url=way.after(views.DOCUMENTS) if is_asked else way.to(views.CHECK),
        asked_slots=views.asked_of(found)["slots"],
        returning=False,
        told=page.told(),
    )


def at_slot(slot: str, error: Any) -> Form:
    """The error at the slot that it is about, whatever part of the file is wrong."""
    told = forms.messages(error)
    return Form({}, [forms.FormError(f"/documents/{slot}", f"slot-{slot}", told[0].message)])


def _refused(number: str, slot: str, error: Any) -> str:
    return show_documents(clients.requests.get_request(number), at_slot(slot, error))
