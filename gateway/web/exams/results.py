"""Results: one examiner enters them, by hand or from a file; another enters them again without seeing the first."""

from hashlib import sha256

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from chassis.errors import PortalError
from gateway import clients, errors, forms
from gateway.forms import Form
from gateway.permissions import needs
from gateway.web import page
from gateway.web.exams import ONE, blueprint, rows
from gateway.web.exams.reading import Session, conflict_page, get_all_candidates, is_stale


@blueprint.get(f"{ONE}/results")
@needs("exam.grade")
def results(session_id: object) -> str:
    """A row for everybody of the final list, with what this examiner entered before."""
    found = clients.exams.get_session(str(session_id))
    return _show(found, Form(rows.typed(found["results"]["rows"])))


@blueprint.post(f"{ONE}/results", endpoint="enter_results")
@needs("exam.grade")
def enter_results(session_id: object) -> ResponseReturnValue:
    """The first entry."""
    return _enter(session_id, is_second=False)


@blueprint.get(f"{ONE}/results/confirm")
@needs("exam.grade")
def confirm_results(session_id: object) -> str:
    """The same rows, empty: the second entry is this examiner's own."""
    return _show(clients.exams.get_session(str(session_id)), Form({}), is_second=True)


@blueprint.post(f"{ONE}/results/confirm", endpoint="enter_second_results")
@needs("exam.grade")
def enter_second_results(session_id: object) -> ResponseReturnValue:
    """The second entry; where it differs from the first, the rows are named."""
    return _enter(session_id, is_second=True)


@blueprint.post(f"{ONE}/results/import", endpoint="import_results")
@needs("exam.grade")
def import_results(session_id: object) -> ResponseReturnValue:
    """The first entry from CSV: a file, or the text of one."""
    form = forms.typed()
    if forms.asks_again():
        return _show(clients.exams.get_session(str(session_id)), form)
    form.values["csv"] = text = _read_csv()
    g.idempotency_key = _key(text)
    error = (
        forms.attempt(lambda: clients.exams.import_results(str(session_id), text))
        if text
        else forms.required("csv")
    )
    if error and not is_stale(error):
        form.errors += rows.messages(error, of_file=True)
        return _show(clients.exams.get_session(str(session_id)), form), errors.status_of(error)
    return _after(session_id, form, error, is_second=False)


def _read_csv() -> str:
    """The file's text if one was chosen, else what stands in the box; what is no text at all stays to be refused."""
    file = request.files.get("file")
    content = file.read() if file and file.filename else b""
    return content.decode("utf-8-sig", errors="replace") if content else forms.read_text("csv")


def _key(text: str) -> str:
    """The same file sent twice is one command; what a form with a file holds is not looked at for that."""
    return sha256(repr((request.path, forms.read_text("idempotency_key"), text)).encode()).hexdigest()


def _enter(session_id: object, *, is_second: bool) -> ResponseReturnValue:
    session, form = str(session_id), forms.typed()
    if forms.asks_again():
        return _show(clients.exams.get_session(session), form, is_second=is_second)
    enter = clients.exams.confirm_results if is_second else clients.exams.enter_results
    entered = rows.read()
    error = forms.attempt(lambda: enter(session, entered))
    return _after(session_id, form, error, is_second=is_second)


def _after(
    session_id: object, form: Form, error: PortalError | None, *, is_second: bool
) -> ResponseReturnValue:
    if error and is_stale(error):
        return conflict_page(session_id, error, {})
    if error:
        form.errors += rows.messages(error)
        found = clients.exams.get_session(str(session_id))
        return _show(found, form, is_second=is_second), errors.status_of(error)
    page.tell("results.confirmed" if is_second else "results.entered")
    return redirect(url_for("exams.session", session_id=session_id), 303)


def _show(found: Session, form: Form, *, is_second: bool = False) -> str:
    listed = [one for one in get_all_candidates(found["id"]) if one["status"] in rows.OF_FINAL_LIST]
    return render_template(
        "pages/exams/results.html",
        session=found,
        candidates=listed,
        outcomes=rows.OUTCOMES,
        is_second=is_second,
        form=form,
    )
