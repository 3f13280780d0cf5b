"""A session's facts: opening one, changing one. A published one is moved, and everybody in it is told."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from chassis.errors import Fault, Invalid, PortalError
from gateway import clients, errors, forms, i18n
from gateway.forms import Form
from gateway.permissions import needs
from gateway.web import definitions, page
from gateway.web.exams import ONE, SESSIONS, blueprint, moments
from gateway.web.exams.reading import Session, conflict_page, is_stale

EXAM = "broker_exam"  # the service type whose requests sit these exams
ORDER = ("broker_type", "held_at", "place_ar", "place_en", "seats", "confirm_until")
_CHANGED = tuple(name for name in ORDER if name != "broker_type")
_MOMENTS = ("held_at", "confirm_until")


@blueprint.get(f"{SESSIONS}/new", endpoint="new")
@needs("exam.manage")
def new_session() -> str:
    """What a session needs."""
    return _show_new(Form({}))


@blueprint.post(f"{SESSIONS}/new", endpoint="open")
@needs("exam.manage")
def open_session() -> ResponseReturnValue:
    """A new session, not announced yet."""
    form = forms.typed()
    if forms.asks_again():
        return _show_new(form)
    opened: list[Session] = []
    error = forms.attempt(lambda: opened.append(clients.exams.open_session(_read(ORDER))))
    if error:
        return _show_new(_refuse(form, error)), errors.status_of(error)
    page.tell("exams.opened")
    return redirect(url_for("exams.session", session_id=opened[0]["id"]), 303)


@blueprint.get(f"{ONE}/edit")
@needs("exam.manage")
def edit(session_id: object) -> str:
    """The facts as they are."""
    found = clients.exams.get_session(str(session_id))
    return _show_edit(found, Form(_typed(found)))


@blueprint.post(f"{ONE}/edit", endpoint="change")
@needs("exam.manage")
def change(session_id: object) -> ResponseReturnValue:
    """Other facts."""
    form, session = forms.typed(), str(session_id)
    if forms.asks_again():
        return _show_edit(clients.exams.get_session(session), form)
    version = forms.read_version() or 0
    error = forms.attempt(lambda: clients.exams.change_session(session, version, _read(_CHANGED)))
    if error and is_stale(error):
        return conflict_page(session_id, error, _written())
    if error:
        found = clients.exams.get_session(session)
        return _show_edit(found, _refuse(form, error)), errors.status_of(error)
    page.tell("exams.changed")
    return redirect(url_for("exams.session", session_id=session_id), 303)


def _read(names: tuple[str, ...]) -> dict[str, Any]:
    """What the service takes. Raises Invalid at the boxes of a moment that is none."""
    told: dict[str, Any] = {}
    faults: list[Fault] = []
    for name in names:
        if name in _MOMENTS:
            told[name], wrong = moments.read(name)
            faults += wrong
        else:
            told[name] = forms.read_number(name) if name == "seats" else forms.read_optional(name)
    if faults:
        raise Invalid("input.invalid", faults=faults)
    return {name: value for name, value in told.items() if value is not None or name != "confirm_until"}


def _typed(found: Session) -> dict[str, str]:
    texts = {name: str(found.get(name) or "") for name in ("place_ar", "place_en", "seats")}
    shown = [moments.show(name, found.get(name)) for name in _MOMENTS]
    return texts | shown[0] | shown[1]


def _refuse(form: Form, error: PortalError) -> Form:
    labels = {f"/{name}": i18n.say(f"exams.{name}") for name in ORDER}
    return form.refuse(error, labels, ORDER)


def _written() -> dict[str, str]:
    return {i18n.say(f"exams.{name}"): forms.read_text(name) for name in ("place_ar", "place_en", "seats")}


def _show_new(form: Form) -> str:
    fields = {field["name"]: field for field in definitions.get(EXAM)["fields"]}
    return render_template("pages/exams/new.html", broker_types=fields["broker_type"]["choices"], form=form)


def _show_edit(found: Session, form: Form) -> str:
    return render_template("pages/exams/edit.html", session=found, form=form)
