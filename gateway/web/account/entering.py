"""Signing in and out, staying signed in."""

from flask import Response, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from chassis.errors import Forbidden, PortalError
from gateway import auth, clients, errors, forms, limits
from gateway.forms import Form
from gateway.permissions import needs
from gateway.web import page
from gateway.web.account import blueprint

ASK_MOBILE = "account.mobile_required"
NOT_VERIFIED = "account.not_verified"


@blueprint.get("/login")
@needs("page.read")
def login() -> ResponseReturnValue:
    """The form; somebody who is signed in is led on."""
    following = page.local_path(request.args.get("next"))
    if auth.session() is not None:
        return redirect(following or url_for("public.home"), 303)
    return _show(Form({}), following)


@blueprint.post("/login", endpoint="log_in")
@needs("session.open")
@limits.sign_ins
def log_in() -> ResponseReturnValue:
    """Sign in."""
    following = page.local_path(request.form.get("next"))
    if forms.asks_again():
        return _show(forms.typed(), following, ask_mobile="mobile" in request.form)
    try:
        opened = clients.identity.open_session(
            forms.read_text("email"),
            request.form.get("password", ""),
            forms.read_optional("mobile"),
            {
                "kind": "web",
                "address": limits.client_address(),
                "agent": (request.user_agent.string or "")[:200],
            },
        )
    except PortalError as error:
        return _not_opened(error, following)
    session.clear()  # the token of forms is a new one for whoever is signed in now
    response = redirect(following or url_for("public.home"), 303)
    auth.start_session(response, opened["access_token"])
    return response


@blueprint.post("/logout")
@needs("page.read")
def logout() -> ResponseReturnValue:
    """Sign out. The browser forgets the session even when identity cannot be reached."""
    response = redirect(url_for("account.login"), 303)
    auth.end_session(response)
    if auth.session() is not None:
        forms.attempt(clients.identity.close_session)
    session.clear()
    page.tell("session.logged_out")
    return response


@blueprint.get("/session-ended")
@needs("page.read")
def session_ended() -> Response:
    """What happened, and the way back."""
    shown = render_template(
        "pages/account/session_ended.html", next=page.local_path(request.args.get("next"))
    )
    response = Response(shown, content_type="text/html; charset=utf-8")
    if auth.session() is None:
        auth.end_session(response)
    return response


@blueprint.post("/session/extend")
@needs("session.read")
@page.script
def extend_session() -> Response:
    """Asking who is there keeps the session alive; the answer says for how long."""
    current = auth.refresh()
    return jsonify({"seconds": current.seconds_left})


def _not_opened(error: PortalError, following: str | None) -> ResponseReturnValue:
    if isinstance(error, Forbidden) and error.code == NOT_VERIFIED:
        return redirect(url_for("account.verify", verification_id=error.facts["verification_id"]), 303)
    if error.kind not in forms.MENDED | {"not_signed_in"}:
        raise error
    form = forms.typed()
    asked_before = "mobile" in request.form
    if error.code != ASK_MOBILE or asked_before:
        form.refuse(error)
    shown = _show(form, following, ask_mobile=asked_before or error.code == ASK_MOBILE)
    return shown, errors.status_of(error)


def _show(form: Form, following: str | None, ask_mobile: bool = False) -> str:
    return render_template(
        "pages/account/login.html", form=form, ask_mobile=ask_mobile, next=following, told=page.told()
    )
