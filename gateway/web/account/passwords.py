"""Forgotten and changed passwords."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from chassis.errors import PortalError
from gateway import clients, errors, forms, limits
from gateway.forms import Form
from gateway.permissions import needs
from gateway.web import page
from gateway.web.account import blueprint

EXPIRED = "reset.invalid"
LINK = "/password-resets/<word:token>"  # as the email writes it


@blueprint.get("/password/forgot")
@needs("page.read")
def forgot_password() -> str:
    """Whose password?"""
    return render_template("pages/account/forgot_password.html", form=Form({}))


@blueprint.post("/password/forgot", endpoint="ask_for_link")
@needs("password.reset")
@limits.public_forms
def ask_for_link() -> ResponseReturnValue:
    """Send the link, if there is such an account; never tell."""
    form = forms.typed()
    if not forms.asks_again():
        try:
            clients.identity.request_password_reset(forms.read_text("email"))
            return redirect(url_for("account.forgot_sent"), 303)
        except PortalError as error:
            if not forms.is_mended_here(error):
                raise
            form.refuse(error)
            return render_template("pages/account/forgot_password.html", form=form), errors.status_of(error)
    return render_template("pages/account/forgot_password.html", form=form)


@blueprint.get("/password/sent")
@needs("page.read")
def forgot_sent() -> str:
    """The same for every address."""
    return render_template("pages/account/forgot_sent.html")


@blueprint.get("/password/reset/<word:token>")
@blueprint.get(LINK)
@needs("page.read")
def reset_password(token: str) -> str:
    """The form behind the link."""
    return render_template("pages/account/reset_password.html", form=Form({}), expired=False)


@blueprint.post("/password/reset/<word:token>", endpoint="set_password")
@blueprint.post(LINK, endpoint="set_password")
@needs("password.reset")
@limits.public_forms
def set_password(token: str) -> ResponseReturnValue:
    """Set the new password."""
    if forms.asks_again():
        return render_template("pages/account/reset_password.html", form=Form({}), expired=False)
    try:
        clients.identity.reset_password(
            token, request.form.get("password", ""), request.form.get("password_confirmation", "")
        )
    except PortalError as error:
        if not forms.is_mended_here(error):
            raise
        form = Form({}).refuse(error)
        shown = render_template(
            "pages/account/reset_password.html", form=form, expired=error.code == EXPIRED
        )
        return shown, errors.status_of(error)
    page.tell("password_set")
    return redirect(url_for("account.login"), 303)


@blueprint.get("/account/password")
@needs("account.update")
def change_password() -> str:
    """The form."""
    return render_template("pages/account/change_password.html", form=Form({}))


@blueprint.post("/account/password", endpoint="save_password")
@needs("account.update")
@limits.public_forms
def save_password() -> ResponseReturnValue:
    """Another password; the other sessions end."""
    if forms.asks_again():
        return render_template("pages/account/change_password.html", form=Form({}))
    try:
        clients.identity.change_password(
            request.form.get("current", ""),
            request.form.get("password", ""),
            request.form.get("password_confirmation", ""),
        )
    except PortalError as error:
        if not forms.is_mended_here(error):
            raise
        shown = render_template("pages/account/change_password.html", form=Form({}).refuse(error))
        return shown, errors.status_of(error)
    page.tell("password_changed")
    return redirect(url_for("account.me"), 303)
