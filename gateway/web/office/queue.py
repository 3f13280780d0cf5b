"""The officers' queue: tabs with counts, filters in the address, the next one."""

from typing import Any
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from chassis.errors import NotFound
from gateway import clients, forms
from gateway.permissions import needs
from gateway.web import definitions, page
from gateway.web.office import blueprint

TABS = ("mine", "unassigned", "overdue", "all")
FILTERS = ("service_type", "status", "q")
STATUSES = (
    "submitted", "under_review", "returned", "preliminarily_approved", "waiting_listed", "nominated",
    "attendance_confirmed", "on_final_list", "passed", "failed", "absent", "rejected", "withdrawn", "lapsed",
)  # fmt: skip
EMPTY = "queue.empty"


@blueprint.get("/office")
@needs("queue.read")
def queue() -> str:
    """The queue; it opens on one's own work."""
    chosen = request.args.get("queue", TABS[0])
    tab = chosen if chosen in TABS else TABS[0]
    filters = {name: request.args.get(name, "").strip() for name in FILTERS}
    asked = {name: value for name, value in filters.items() if value}
    found = clients.requests.list_queue(queue=tab, cursor=request.args.get("cursor"), **asked)
    return render_template(
        "pages/office/queue.html",
        tabs=_tabs(tab, found["counts"], asked),
        items=found["items"],
        filters={"queue": tab, **filters},
        service_types=definitions.find_list(),
        statuses=STATUSES,
        return_query=f"?{urlencode({'from': _own_query()})}" if request.query_string else "",
        told=page.told(),
        **page.pages("office.queue", found, queue=tab, **filters),
    )


@blueprint.post("/office/next")
@needs("request.review")
def take_next() -> ResponseReturnValue:
    """The next unassigned request becomes this officer's."""
    try:
        taken = clients.requests.take_next(forms.read_optional("service_type"))
    except NotFound as error:
        if error.code != EMPTY:
            raise
        page.tell("error.queue.empty")
        return redirect(url_for("office.queue"), 303)
    return redirect(url_for("office.review", number=taken["number"]), 303)


def back_url() -> str:
    """The queue as it was left."""
    return (
        f"{url_for('office.queue')}?{request.args['from']}"
        if request.args.get("from")
        else url_for("office.queue")
    )


def _tabs(active: str, counts: dict[str, int], asked: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "url": url_for("office.queue", queue=key, **asked),
            "count": counts[key],
            "active": key == active,
        }
        for key in TABS
    ]


def _own_query() -> str:
    return urlencode([(name, value) for name, value in request.args.items() if name != "lang"])
