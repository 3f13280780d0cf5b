"""Registration, and proving email and mobile."""

import base64
from typing import Any

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway import clients, errors, forms, i18n, limits
from gateway.forms import Form
from gateway.permissions import needs
from gateway.web import page, typed
from gateway.web.account import blueprint

_TEXTS = (
    "first_name", "last_name", "gender", "civil_id", "mobile", "email", "password", "password_confirmation",
    "legal_entity", "captcha_id", "captcha_text",
)  # fmt: skip
_OF_OFFICE = ("office_name_ar", "office_name_en")
_OF_OFFICE_OPTIONAL = ("commercial_registration", "imported_office_code")
_ORDER = (*_OF_OFFICE, *_OF_OFFICE_OPTIONAL, *_TEXTS, "accept_terms")  # as on the page
VERIFICATION = "/verify/<word:verification_id>"


@blueprint.get("/register")
@needs("page.read")
def register() -> str:
    """As what?"""
    return render_template("pages/account/register.html")


@blueprint.get("/register/<any(office, candidate):kind>")
@needs("page.read")
def register_as(kind: str) -> Response:
    """The form, with what was typed when it could not be taken."""
    kept = typed.find()
    shown = _show_registration(kind, Form(kept or {}))
    response = Response(shown, content_type="text/html; charset=utf-8")
    if kept is not None:
        typed.forget(response)
    return response


@blueprint.post("/register/<any(office, candidate):kind>", endpoint="send_registration")
@needs("account.register")
@limits.public_forms
def send_registration(kind: str) -> ResponseReturnValue:
    """Ask for an account. The answer is the same whether or not the address is known."""
    if forms.asks_again():
        return _show_registration(kind, forms.typed())
    error = forms.attempt(lambda: clients.identity.register(_registration(kind)))
    if error:
        return _show_registration(kind, forms.typed().refuse(error, order=_ORDER)), errors.status_of(error)
    return redirect(url_for("account.registered"), 303)


@blueprint.get("/register/done")
@needs("page.read")
def registered() -> str:
    """What comes next."""
    return render_template("pages/account/registered.html")


@blueprint.get("/captcha")
@needs("captcha.read")
@limits.captchas
@page.script
def captcha() -> Response:
    """Another picture, for a script."""
    return jsonify(_new_captcha())


@blueprint.get("/captcha/<word:captcha_id>/audio")
@needs("captcha.read")
@limits.captchas
@page.bare
def captcha_audio(captcha_id: str) -> Response:
    """The digits, spoken."""
    return Response(base64.b64decode(clients.identity.captcha_audio(captcha_id)), content_type="audio/wav")


@blueprint.get(VERIFICATION)
@needs("page.read")
def verify(verification_id: str) -> str:
    """The page of both codes."""
    return _show_verification(verification_id, Form({}))


@blueprint.post(VERIFICATION, endpoint="send_codes")
@needs("account.verify")
@limits.public_forms
def send_codes(verification_id: str) -> ResponseReturnValue:
    """Both codes."""
    if forms.asks_again():
        return _show_verification(verification_id, forms.typed())
    codes = (forms.read_text("email_code"), forms.read_optional("mobile_code"))
    error = forms.attempt(lambda: clients.identity.verify(verification_id, *codes))
    if error:
        return _show_verification(verification_id, forms.typed().refuse(error)), errors.status_of(error)
    return redirect(url_for("account.verified"), 303)


@blueprint.post(f"{VERIFICATION}/resend")
@needs("account.verify")
@limits.public_forms
def resend_code(verification_id: str) -> ResponseReturnValue:
    """A new code by one channel."""
    channel = forms.read_text("channel")
    error = forms.attempt(lambda: clients.identity.resend_code(verification_id, channel))
    if error:
        return _show_verification(verification_id, Form({}).refuse(error)), errors.status_of(error)
    page.tell("verify.resent_sms" if channel == "sms" else "verify.resent_email")
    return redirect(url_for("account.verify", verification_id=verification_id), 303)


@blueprint.get("/verified")
@needs("page.read")
def verified() -> str:
    """Done; «موافق»."""
    return render_template("pages/account/verified.html")


def _registration(kind: str) -> dict[str, Any]:
    wanted: dict[str, Any] = {name: request.form.get(name, "") for name in _TEXTS}
    if kind == "office":
        wanted |= {name: request.form.get(name, "") for name in _OF_OFFICE}
        wanted |= {name: forms.read_optional(name) for name in _OF_OFFICE_OPTIONAL}
    accepted = forms.read_ticked("accept_terms")
    return {**wanted, "kind": kind, "accept_terms": accepted, "language": i18n.language()}


def _new_captcha() -> dict[str, Any]:
    made = clients.identity.new_captcha()
    return {
        "id": made["id"],
        "image": made["image"],
        "audio_url": url_for("account.captcha_audio", captcha_id=made["id"]),
        "demo_answer": made.get("demo_answer"),
    }


def _show_registration(kind: str, form: Form) -> str:
    return render_template("pages/account/register_as.html", kind=kind, form=form, captcha=_new_captcha())


def _show_verification(verification_id: str, form: Form) -> str:
    found = clients.identity.verification(verification_id)
    return render_template(
        "pages/account/verify.html",
        form=form,
        verification={**found, "id": verification_id},
        told=page.told(),
    )
