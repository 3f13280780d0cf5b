"""Requests of the applicant: open, fill in, check, send, follow."""

from flask import Response, redirect

from gateway import clients, i18n
from gateway.api.v1.resource import Resource
from gateway.api.v1.schemas import requests as shapes
from gateway.api.v1.schemas.shared import Versioned

blueprint = Resource("requests", __name__)


@blueprint.call(
    "POST",
    "/requests",
    permission="request.open",
    body=shapes.RequestOpening,
    answer=shapes.Request,
    status=201,
)
def open_request(body: dict):
    """Open a draft; it has its number from now on."""
    return clients.requests.open_request(body)


@blueprint.call(
    "GET", "/requests", permission="request.read", query=shapes.RequestQuery, answer=shapes.RequestPage
)
def list_requests(query: dict):
    """My requests, and those of my office that I may see."""
    if "updated_since" in query:
        query["updated_since"] = query["updated_since"].isoformat()
    return clients.requests.list_requests(**query)


@blueprint.call("GET", "/requests/<number:number>", permission="request.read", answer=shapes.Request)
def get_request(number: str):
    """One request."""
    return clients.requests.get_request(number)


@blueprint.call(
    "PATCH",
    "/requests/<number:number>",
    permission="request.edit",
    body=shapes.FieldsChange,
    answer=shapes.Request,
)
def save_fields(body: dict, number: str):
    """Change fields of a draft, or those to be corrected. One wrong value and nothing is taken."""
    return clients.requests.save_fields(number, body["fields"], body["version"])


@blueprint.call("DELETE", "/requests/<number:number>", permission="request.edit", status=204)
def delete_draft(number: str):
    """Remove a draft; its number is not used again."""
    clients.requests.delete_draft(number)


@blueprint.call(
    "GET", "/requests/<number:number>/checks", permission="request.read", answer=shapes.Check(many=True)
)
def list_checks(number: str):
    """Will it be accepted? The Bureau's own rules, answered now."""
    language = i18n.language()
    return [
        {**check, "message": check["message"][language], "fix": check["fix"][language]}
        for check in clients.requests.list_checks(number)
    ]


@blueprint.call(
    "POST",
    "/requests/<number:number>/submit",
    permission="request.submit",
    body=Versioned,
    answer=shapes.Request,
)
def submit_request(body: dict, number: str):
    """Send it to the Bureau, also after a correction."""
    return clients.requests.submit(number, body.get("version"))


@blueprint.call(
    "POST",
    "/requests/<number:number>/withdraw",
    permission="request.withdraw",
    body=shapes.Withdrawal,
    answer=shapes.Request,
)
def withdraw_request(body: dict, number: str):
    """Take it back."""
    return clients.requests.withdraw(number, body.get("version"), body["reason"])


@blueprint.call(
    "POST",
    "/requests/<number:number>/confirm-attendance",
    permission="exam.confirm",
    body=Versioned,
    answer=shapes.Request,
)
def confirm_attendance(body: dict, number: str):
    """The candidate will come to the exam."""
    return clients.requests.confirm_attendance(number, body.get("version"))


@blueprint.call(
    "POST",
    "/requests/<number:number>/documents",
    permission="document.attach",
    body=shapes.DocumentAnnouncement,
    answer=shapes.AnnouncedDocument,
    status=201,
)
def attach_document(body: dict, number: str):
    """Announce a file; the answer says where to upload it."""
    facts = {name: value for name, value in body.items() if name != "slot"}
    return clients.requests.attach_document(number, body["slot"], facts)


@blueprint.call(
    "GET",
    "/requests/<number:number>/print.pdf",
    permission="request.print",
    status=302,
)
def print_request(number: str) -> Response:
    """The request on paper: a short-lived address of the PDF."""
    return redirect(clients.documents.get_paper(clients.requests.order_paper(number)))  # type: ignore[return-value]


@blueprint.call(
    "GET",
    "/requests/<number:number>/admission-slip.pdf",
    permission="request.print",
    status=302,
)
def print_admission_slip(number: str) -> Response:
    """What opens the door of the exam: a short-lived address of the PDF."""
    order = clients.requests.order_paper(number, "admission_slip")
    return redirect(clients.documents.get_paper(order))  # type: ignore[return-value]
