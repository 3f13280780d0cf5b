"""Uploads: straight from the browser to the store by a script, or through here without one."""

from hashlib import sha256
from typing import Any

from flask import Response, current_app, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from chassis.errors import Invalid, PortalError
from gateway import clients, context, csrf, errors, forms, limits
from gateway.api.v1.bodies import read_json
from gateway.permissions import needs
from gateway.uploads import FormReader, Sending, Store
from gateway.web import page
from gateway.web.requests import blueprint, views
from gateway.web.requests.documents import DOCUMENT, at_slot, open_own, show_documents, state_of

SLOT = "/requests/<number:number>/documents/<word:slot>"
_ANNOUNCED = ("filename", "content_type", "size", "sha256", "name")


@blueprint.post(f"{SLOT}/start")
@needs("document.attach")
@page.script
def start_upload(number: str, slot: str) -> Response:
    """Where the script sends the file."""
    told = read_json(request)
    if not isinstance(told, dict):
        raise Invalid("input.not_object")
    facts = {name: told[name] for name in _ANNOUNCED if told.get(name) is not None}
    attached = clients.requests.attach_document(number, slot, facts)
    complete_url = url_for("requests.complete_upload", number=number, document_id=attached["id"])
    return jsonify({"id": attached["id"], "upload": attached["upload"], "complete_url": complete_url})


@blueprint.post(f"{DOCUMENT}/complete")
@needs("document.attach")
@page.script
def complete_upload(number: str, document_id: object) -> Response:
    """The script has sent it."""
    told = read_json(request)
    digest = told.get("sha256") if isinstance(told, dict) else None
    return jsonify(state_of(number, document_id, _complete(number, document_id, digest)))


@blueprint.post(SLOT)
@needs("document.attach")
@csrf.protection.exempt
def upload(number: str, slot: str) -> ResponseReturnValue:
    """A file by a plain form. Its token is checked before the first byte of the file is asked for."""
    request.max_content_length = limits.MAX_DISCARDED
    store: Store = current_app.extensions["portal.store"]
    reader = FormReader(request.stream, request.content_type or "", request.content_length)
    try:
        with store.place():
            error = forms.attempt(lambda: _pass_on(reader, store, number, slot))
    finally:
        reader.drain()
    context.renew_deadline()
    if error:
        return _refused(number, slot, error), errors.status_of(error)
    page.tell("documents.taken")
    return redirect(url_for("requests.step", number=number, step=views.DOCUMENTS), 303)


def _pass_on(reader: FormReader, store: Store, number: str, slot: str) -> None:
    if reader.length > limits.MAX_UPLOAD:
        raise Invalid("document.too_large", {"maximum_bytes": limits.MAX_UPLOAD})
    no_file: PortalError | None = None
    try:
        file = reader.read_head()
    except Invalid as error:
        no_file = error
    csrf.check_token(reader.fields.get("csrf_token", ""))
    if no_file is not None:
        raise no_file
    g.idempotency_key = _key(reader.fields, file)
    facts: dict[str, Any] = {
        "filename": file.filename,
        "content_type": file.content_type,
        "size": file.size,
    }
    name = reader.fields.get("name", "").strip()
    attached = clients.requests.attach_document(number, slot, facts | ({"name": name} if name else {}))
    digest = store.post(attached["upload"], file)
    context.renew_deadline()
    _complete(number, attached["id"], digest)


def _complete(number: str, document_id: object, digest: str | None) -> dict[str, Any]:
    grant = open_own(number, document_id, "complete")["grant"]
    return clients.documents.complete_upload(grant, digest)


def _key(fields: dict[str, str], file: Sending) -> str:
    told = (request.path, fields.get("idempotency_key", ""), file.filename, file.size)
    return sha256(repr(told).encode()).hexdigest()


def _refused(number: str, slot: str, error: PortalError) -> str:
    if error.code == csrf.FAILED:
        raise error
    return show_documents(clients.requests.get_request(number), at_slot(slot, error))
