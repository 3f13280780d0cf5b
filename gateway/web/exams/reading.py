"""The list of sessions, one session with its candidates, its papers."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from chassis.errors import Conflict, PortalError
from gateway import clients, errors, papers, permissions
from gateway.clients.bus import Later
from gateway.permissions import needs
from gateway.web import page
from gateway.web.exams import ONE, SESSIONS, blueprint

STATES = (
    "draft", "published", "closed", "results_entered", "results_confirmed", "results_published", "cancelled",
)  # fmt: skip
MOST = 100  # candidates that one call answers

Session = dict[str, Any]


@blueprint.get(SESSIONS)
@needs("exam.read")
def index() -> str:
    """All sessions, the latest exam first."""
    chosen = request.args.get("state", "")
    state = chosen if chosen in STATES else ""
    asked = {"state": state} if state else {}
    found = clients.exams.list_sessions(cursor=request.args.get("cursor"), **asked)
    return render_template(
        "pages/exams/index.html",
        items=found["items"],
        states=STATES,
        filters={"state": state},
        may_manage=permissions.may("exam.manage"),
        told=page.told(),
        **page.pages("exams.index", found, state=state),
    )


@blueprint.get(ONE)
@needs("exam.read")
def session(session_id: object) -> str:
    """Facts, what comes next, who is in it."""
    later = _ask(session_id)
    found = clients.exams.list_candidates(str(session_id), cursor=request.args.get("cursor"))
    return render_template(
        "pages/exams/session.html",
        session=later.get(),
        candidates=found["items"],
        may_review=permissions.may("queue.read"),
        told=page.told(),
        **_pages(found, session_id),
    )


@blueprint.get(f"{ONE}/attendance-sheet.pdf")
@needs("exam.read")
@page.bare
def attendance_sheet(session_id: object) -> ResponseReturnValue:
    """To be signed in the hall."""
    return redirect(papers.wait_for(clients.exams.order_paper(str(session_id), "attendance_sheet")))


@blueprint.get(f"{ONE}/final-list.pdf")
@needs("exam.read")
@page.bare
def final_list(session_id: object) -> ResponseReturnValue:
    """To be signed and posted."""
    return redirect(papers.wait_for(clients.exams.order_paper(str(session_id), "final_list")))


def get_all_candidates(session_id: object) -> list[dict[str, Any]]:
    """Everybody of a session, page by page."""
    found = clients.exams.list_candidates(str(session_id), limit=MOST)
    items = list(found["items"])
    while found["next"]:
        found = clients.exams.list_candidates(str(session_id), limit=MOST, cursor=found["next"])
        items += found["items"]
    return items


def conflict_page(session_id: object, error: PortalError, typed: dict[str, str]) -> ResponseReturnValue:
    """The session is no longer as the page showed it."""
    shown = render_template(
        "pages/errors/conflict.stale.html",
        error=errors.problem(error),
        code=error.code,
        facts=error.facts,
        typed=typed,
        continue_url=url_for("exams.session", session_id=session_id),
    )
    return shown, errors.status_of(error)


def is_stale(error: PortalError | None) -> bool:
    """Whether somebody else was there first, which the form of the reader cannot mend."""
    return isinstance(error, Conflict) and error.code in ("conflict.stale", "exam.wrong_state")


def _ask(session_id: object) -> Later:
    return page.bus().ask_beside("requests", "get_exam_session", session_id=str(session_id))


def _pages(found: dict[str, Any], session_id: object) -> dict[str, str | None]:
    here = url_for("exams.session", session_id=session_id)
    following = (
        url_for("exams.session", session_id=session_id, cursor=found["next"]) if found["next"] else None
    )
    return {"next_url": following, "first_url": here if request.args.get("cursor") else None}
