"""The door of the hall: the code of a slip, typed or brought by its QR."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from chassis.errors import PortalError
from gateway import clients, errors, forms
from gateway.forms import Form, FormError
from gateway.permissions import needs
from gateway.web.exams import ONE, blueprint

CODE = "code"


@blueprint.get(f"{ONE}/attendance")
@needs("exam.manage")
def attendance(session_id: object) -> str:
    """The box of the code, filled in by the address of a slip."""
    return _show(session_id, Form({CODE: request.args.get(CODE, "")}))


@blueprint.post(f"{ONE}/attendance", endpoint="record_attendance")
@needs("exam.manage")
def record_attendance(session_id: object) -> ResponseReturnValue:
    """Somebody came: who, and where to sit; the box is empty again for the next."""
    form = forms.typed()
    if forms.asks_again():
        return _show(session_id, form)
    code, seated = forms.read_text(CODE).strip(), list[dict[str, Any]]()
    error = (
        forms.attempt(lambda: seated.append(clients.exams.record_attendance(str(session_id), code)))
        if code
        else forms.required(CODE)
    )
    if error:
        return _show(session_id, _refuse(form, error)), errors.status_of(error)
    return _show(session_id, Form({}), seated[0])


def _refuse(form: Form, error: PortalError) -> Form:
    """Whatever is wrong is wrong with this slip."""
    form.errors += [FormError(f"/{CODE}", CODE, one.message) for one in forms.messages(error)]
    return form


def _show(session_id: object, form: Form, seated: dict[str, Any] | None = None) -> str:
    found = clients.exams.get_session(str(session_id))
    return render_template("pages/exams/attendance.html", session=found, form=form, seated=seated)
