"""What anybody may read: the first page, the start pages of services, support, terms, guide."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway import auth, clients, context, permissions
from gateway.clients.bus import Later
from gateway.permissions import needs
from gateway.web import definitions, drafts, page

blueprint = Blueprint("public", __name__)
RUNNING = 5
NOTICES = 3
ANNOUNCEMENTS = 3


@blueprint.get("/")
@needs("page.read")
def home() -> ResponseReturnValue:
    """The first page: for visitors, for applicants; officers are led to their queue."""
    if auth.session() is None:
        announced = _ask_for_announcements()
        return render_template(
            "pages/public/home.html",
            service_types=definitions.find_list(),
            announcements=_upcoming(announced),
        )
    if permissions.may("queue.read"):
        return redirect(url_for("office.queue"), 303)
    if permissions.may("exam.read"):
        return redirect(url_for("exams.index"), 303)
    if not permissions.may("request.read"):
        return redirect(url_for("account.me"), 303)
    notices, announced = _ask_for_notices(), _ask_for_announcements()
    summaries = clients.requests.list_requests(limit=50)["items"]
    return render_template(
        "pages/account/home.html",
        **_sorted(summaries),
        service_types=definitions.find_list(),
        announcements=_upcoming(announced),
        notices=[notice for notice in notices.find({"items": []})["items"] if not notice["read_at"]][
            :NOTICES
        ],
    )


@blueprint.get("/services/<word:code>")
@needs("page.read")
def service(code: str) -> ResponseReturnValue:
    """The start page of a service type."""
    return show_service(code)


@blueprint.get("/exam-announcements")
@needs("announcement.read")
def announcements() -> str:
    """The exams that were announced."""
    found = clients.exams.list_announcements(cursor=request.args.get("cursor"))
    return render_template(
        "pages/public/announcements.html",
        items=found["items"],
        **page.pages("public.announcements", found),
    )


@blueprint.get("/exam-announcements/<uuid:session_id>")
@needs("announcement.read")
def announcement(session_id: object) -> str:
    """One of them."""
    found = clients.exams.get_announcement(str(session_id))
    return render_template("pages/public/announcement.html", announcement=found)


@blueprint.get("/support")
@needs("page.read")
def support() -> str:
    """Whom to ask."""
    return render_template("pages/public/support.html")


@blueprint.get("/guide")
@needs("page.read")
def guide() -> str:
    """How the portal is used."""
    return render_template("pages/public/guide.html")


@blueprint.get("/terms")
@needs("page.read")
def terms() -> str:
    """The terms in force."""
    return render_template("pages/public/terms.html", terms=clients.identity.get_terms())


def show_service(code: str, refusal: str | None = None) -> str:
    """The start page, with the reason why it could not be started."""
    signed_in = auth.session() is not None
    may_open = permissions.may("request.open") if signed_in else None
    return render_template(
        "pages/public/service.html",
        service_type=definitions.get(code),
        draft=drafts.find_open(code) if may_open else None,
        may_open=may_open,
        refusal=refusal,
    )


def _ask_for_notices() -> Later:
    bus = page.bus()
    return bus.ask_beside(
        "notifications", "list_notices", seconds=context.DECORATION_SECONDS, limit=25, cursor=None
    )


def _ask_for_announcements() -> Later:
    bus = page.bus()
    return bus.ask_beside("requests", "list_announcements", seconds=context.DECORATION_SECONDS)


def _upcoming(announced: Later) -> list[dict[str, Any]]:
    """Exams that are still to be held, as far as they are known at once."""
    found = announced.find({"items": []})["items"]
    return [one for one in found if one["state"] in ("published", "closed")][:ANNOUNCEMENTS]


def _sorted(summaries: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Drafts, what waits for the reader, and the rest."""
    open_drafts = [drafts.with_way(one) for one in summaries if one["status"] == "draft"]
    sent = [one for one in summaries if one["status"] != "draft"]
    owed = [one for one in sent if (one.get("waiting_for") or {}).get("who") == "applicant"]
    running = [one for one in sent if one not in owed]
    return {"drafts": open_drafts, "owed": owed, "running": running[:RUNNING]}
