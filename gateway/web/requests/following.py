"""My requests and what became of them, live."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway import clients, papers, streaming
from gateway.permissions import needs, passive
from gateway.web import definitions, drafts, page
from gateway.web.requests import blueprint, views

FILTERS = ("status", "service_type", "q")
# Where a request may be that is no step of its way.
OFF_THE_WAY = ("returned", "waiting_listed", "failed", "absent", "rejected", "withdrawn", "lapsed")


@blueprint.get("/requests")
@needs("request.read")
def index() -> str:
    """«طلباتي»."""
    definition_list = definitions.find_list()
    return render_template(
        "pages/requests/index.html",
        **_cards(),
        statuses=_statuses(),
        service_types=definition_list,
        live_url=url_for("requests.live"),
        fragment_url=f"{url_for('requests.cards')}?{urlencode(request.args.to_dict())}",
        told=page.told(),
    )


@blueprint.get("/requests/cards")
@passive
@needs("request.read")
@page.bare
def cards() -> str:
    """The cards alone, for a live update."""
    return render_template("pages/requests/cards.html", **_cards())


@blueprint.get("/requests/<number:number>")
@needs("request.read")
def details(number: str) -> str:
    """«تفاصيل الطلب»."""
    found = clients.requests.get_request(number)
    return render_template(
        "pages/requests/details.html",
        service_request=found,
        pages=views.pages_of(found),
        slots=views.slots_of(found),
        back_url=url_for("requests.index"),
        live_url=url_for("requests.live"),
        fragment_url=url_for("requests.status", number=number),
        continue_url=url_for("requests.resume", number=number) if found["status"] == views.DRAFT else None,
        told=page.told(),
    )


@blueprint.get("/requests/<number:number>/status")
@passive
@needs("request.read")
@page.bare
def status(number: str) -> str:
    """The live part alone."""
    return render_template("pages/requests/status.html", service_request=clients.requests.get_request(number))


@blueprint.get("/requests/<number:number>/print.pdf", endpoint="print")
@needs("request.print")
@page.bare
def print_request(number: str) -> ResponseReturnValue:
    """The request on paper."""
    return redirect(papers.wait_for(clients.requests.order_paper(number)))


@blueprint.get("/live")
@passive
@needs("notice.read")
@page.bare
def live() -> Response:
    """News for open pages: the number of the request that changed."""
    return streaming.respond(_number)


def _number(event: Mapping[str, Any]) -> str:
    return event["aggregate"] if event["name"].startswith("requests.") else event["name"]


def _cards() -> dict[str, Any]:
    filters = {name: request.args.get(name, "").strip() for name in FILTERS}
    asked = {name: value for name, value in filters.items() if value}
    found = clients.requests.list_requests(cursor=request.args.get("cursor"), **asked)
    return {
        "items": [drafts.with_way(one) for one in found["items"]],
        "filters": filters,
        **page.pages("requests.index", found, **filters),
    }


def _statuses() -> list[str]:
    """The statuses that a request of these service types can be in, in the order of its way."""
    known: dict[str, None] = {"draft": None}
    for summary in definitions.find_list():
        known |= {step["status"]: None for step in definitions.get(summary["code"])["steps"]}
    return list(known | dict.fromkeys(OFF_THE_WAY))
