"""Files of requests. The owner of a request says who may see its files; the store is asked with that grant."""

from flask import Response, redirect

from gateway import clients
from gateway.api.v1.resource import Resource
from gateway.api.v1.schemas import requests as shapes

blueprint = Resource("documents", __name__)


@blueprint.call("GET", "/documents/<uuid:document_id>", permission="document.read", answer=shapes.Document)
def get_document(document_id: object):
    """A document and how far it is."""
    opened = clients.requests.open_document(str(document_id), "read")
    return {**opened["document"], **clients.documents.get_document(opened["grant"])}


@blueprint.call(
    "PATCH",
    "/documents/<uuid:document_id>",
    permission="document.attach",
    body=shapes.DocumentChange,
    answer=shapes.Document,
)
def change_document(body: dict, document_id: object):
    """Another name, another slot."""
    return clients.requests.change_document(str(document_id), body)


@blueprint.call("DELETE", "/documents/<uuid:document_id>", permission="document.attach", status=204)
def detach_document(document_id: object):
    """Remove it."""
    clients.requests.detach_document(str(document_id))


@blueprint.call(
    "POST",
    "/documents/<uuid:document_id>/complete",
    permission="document.attach",
    body=shapes.DocumentCompletion,
    answer=shapes.DocumentState,
    status=202,
)
def complete_upload(body: dict, document_id: object):
    """The upload is done: it will be checked."""
    grant = clients.requests.open_document(str(document_id), "complete")["grant"]
    return clients.documents.complete_upload(grant, body["sha256"])


@blueprint.call("GET", "/documents/<uuid:document_id>/content", permission="document.read", status=302)
def get_content(document_id: object) -> Response:
    """The file: a short-lived address, as attachment. Only clean ones."""
    grant = clients.requests.open_document(str(document_id), "download")["grant"]
    return redirect(clients.documents.get_address(grant))  # type: ignore[return-value]
