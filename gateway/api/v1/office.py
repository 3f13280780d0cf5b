"""The Bureau: the queue, and decisions."""

from gateway import clients
from gateway.api.v1.resource import Resource
from gateway.api.v1.schemas import office as shapes

blueprint = Resource("office", __name__)
_ONE = "/office/requests/<number:number>"


@blueprint.call(
    "GET", "/office/requests", permission="queue.read", query=shapes.QueueQuery, answer=shapes.QueuePage
)
def list_queue(query: dict):
    """The queue, with counts."""
    return clients.requests.list_queue(**query)


@blueprint.call(
    "POST",
    "/office/requests/next",
    permission="request.review",
    body=shapes.NextQuestion,
    answer=shapes.ReviewedRequest,
)
def take_next(body: dict):
    """The next unassigned request, now mine."""
    return clients.requests.take_next(body["service_type"])


@blueprint.call("GET", "/office/officers", permission="request.assign", answer=shapes.OfficerPage)
def list_officers():
    """Whom a request can be given to."""
    return {"items": clients.requests.list_officers(), "next": None}


@blueprint.call("GET", _ONE, permission="queue.read", answer=shapes.ReviewedRequest)
def get_for_review(number: str):
    """A request as an officer sees it."""
    return clients.requests.get_for_review(number)


@blueprint.call(
    "POST", f"{_ONE}/claim", permission="request.review", body=shapes.Claim, answer=shapes.ReviewedRequest
)
def claim_request(body: dict, number: str):
    """Take it up."""
    return clients.requests.claim(number, body.get("version"), body["take_over"])


@blueprint.call("POST", f"{_ONE}/unassign", permission="request.review", answer=shapes.ReviewedRequest)
def unassign_request(number: str):
    """Put it back into the queue."""
    return clients.requests.unassign(number)


@blueprint.call(
    "POST",
    f"{_ONE}/notes",
    permission="request.review",
    body=shapes.NewNote,
    answer=shapes.ReviewedRequest,
    status=201,
)
def add_note(body: dict, number: str):
    """A note that only officers see."""
    return clients.requests.add_note(number, body["text"])


@blueprint.call(
    "POST",
    f"{_ONE}/approve",
    permission="request.decide",
    body=shapes.Decision,
    answer=shapes.ReviewedRequest,
)
def approve_request(body: dict, number: str):
    """Approve; for an exam preliminarily."""
    return clients.requests.approve(number, body)


@blueprint.call(
    "POST", f"{_ONE}/reject", permission="request.decide", body=shapes.Decision, answer=shapes.ReviewedRequest
)
def reject_request(body: dict, number: str):
    """Reject, with a reason."""
    return clients.requests.reject(number, body)


@blueprint.call(
    "POST",
    f"{_ONE}/recommend",
    permission="request.decide",
    body=shapes.Proposal,
    answer=shapes.ReviewedRequest,
)
def recommend_decision(body: dict, number: str):
    """Recommend approval or rejection to the supervisor."""
    return clients.requests.recommend(number, body)


@blueprint.call(
    "POST", f"{_ONE}/return", permission="request.decide", body=shapes.Return, answer=shapes.ReviewedRequest
)
def return_request(body: dict, number: str):
    """Ask the applicant to correct what is marked; nothing else can be changed."""
    return clients.requests.return_request(number, body)


@blueprint.call(
    "POST",
    f"{_ONE}/assign",
    permission="request.assign",
    body=shapes.Assignment,
    answer=shapes.ReviewedRequest,
)
def assign_request(body: dict, number: str):
    """Give it to an officer."""
    return clients.requests.assign(number, body["officer"], body.get("version"))


@blueprint.call(
    "POST",
    f"{_ONE}/reopen",
    permission="request.reopen",
    body=shapes.Decision,
    answer=shapes.ReviewedRequest,
)
def reopen_request(body: dict, number: str):
    """Take a decision back: the request is under review again."""
    return clients.requests.reopen(number, body)
