"""Announcing, closing, cancelling a session and publishing its results: each page says what will happen first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from chassis.errors import PortalError
from gateway import clients, errors, forms
from gateway.clients.exams import Exams
from gateway.forms import Form
from gateway.permissions import needs
from gateway.web import page
from gateway.web.exams import ONE, blueprint
from gateway.web.exams.reading import Session, conflict_page, is_stale


@dataclass(frozen=True)
class Step:
    """One step of a session, named as among its allowed_actions. Its words are `exam_step.<name>_…`."""

    name: str
    take: Callable[[Exams, str, int | None], Any]
    is_grave: bool = False
    shows_announcement: bool = False


PUBLISH = Step("publish", Exams.publish, shows_announcement=True)
CLOSE = Step("close", Exams.close)
CANCEL = Step("cancel", Exams.cancel, is_grave=True)
PUBLISH_RESULTS = Step("publish_results", Exams.publish_results)


@blueprint.get(f"{ONE}/publish")
@needs("exam.manage")
def publish(session_id: object) -> str:
    """The announcement as everybody will read it."""
    return _show(PUBLISH, clients.exams.get_session(str(session_id)), Form({}))


@blueprint.post(f"{ONE}/publish", endpoint="confirm_publication")
@needs("exam.manage")
def confirm_publication(session_id: object) -> ResponseReturnValue:
    """Announce it."""
    return _take(PUBLISH, session_id)


@blueprint.get(f"{ONE}/close")
@needs("exam.manage")
def close(session_id: object) -> str:
    """What closing fixes."""
    return _show(CLOSE, clients.exams.get_session(str(session_id)), Form({}))


@blueprint.post(f"{ONE}/close", endpoint="confirm_closing")
@needs("exam.manage")
def confirm_closing(session_id: object) -> ResponseReturnValue:
    """Fix the final list."""
    return _take(CLOSE, session_id)


@blueprint.get(f"{ONE}/cancel")
@needs("exam.manage")
def cancel(session_id: object) -> str:
    """What cancelling does to whom."""
    return _show(CANCEL, clients.exams.get_session(str(session_id)), Form({}))


@blueprint.post(f"{ONE}/cancel", endpoint="confirm_cancellation")
@needs("exam.manage")
def confirm_cancellation(session_id: object) -> ResponseReturnValue:
    """It will not be held."""
    return _take(CANCEL, session_id)


@blueprint.get(f"{ONE}/results/publish")
@needs("exam.grade")
def publish_results(session_id: object) -> str:
    """Whom the results reach."""
    return _show(PUBLISH_RESULTS, clients.exams.get_session(str(session_id)), Form({}))


@blueprint.post(f"{ONE}/results/publish", endpoint="confirm_results_publication")
@needs("exam.grade")
def confirm_results_publication(session_id: object) -> ResponseReturnValue:
    """Tell everybody his own."""
    return _take(PUBLISH_RESULTS, session_id)


def _take(step: Step, session_id: object) -> ResponseReturnValue:
    session, form = str(session_id), forms.typed()
    if forms.asks_again():
        return _show(step, clients.exams.get_session(session), form)
    error: PortalError | None = forms.attempt(lambda: step.take(clients.exams, session, forms.read_version()))
    if error and is_stale(error):
        return conflict_page(session_id, error, {})
    if error:
        return _show(step, clients.exams.get_session(session), form.refuse(error)), errors.status_of(error)
    page.tell(f"exam_step.{step.name}_done")
    return redirect(url_for("exams.session", session_id=session_id), 303)


def _show(step: Step, found: Session, form: Form) -> str:
    return render_template("pages/exams/step.html", step=step, session=found, form=form)
