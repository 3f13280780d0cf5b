"""Forgotten and changed passwords."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from chassis.errors import PortalError
from gateway import clients, errors, forms, i18n, limits
from gateway.forms import Form
from gateway.permissions import needs
from gateway.web import page
from gateway.web.account import blueprint

EXPIRED = "reset.invalid"
LINK = "/password-resets/<word:token>"  # as the email writes it
_ORDER = ("current", "password", "password_confirmation")  # as on the pages


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
    if forms.asks_again():
        return render_template("pages/account/forgot_password.html", form=forms.typed())
    error = forms.attempt(lambda: clients.identity.request_password_reset(forms.read_text("email")))
    if error:
        form = forms.typed().refuse(error)
        return render_template("pages/account/forgot_password.html", form=form), errors.status_of(error)
    return redirect(url_for("account.forgot_sent"), 303)


@blueprint.get("/password/sent")
@needs("page.read")
def forgot_sent() -> str:
    """The same for every address."""
    return render_template("pages/account/forgot_sent.html")


@blueprint.get("/password/reset/<word:token>")
@blueprint.get(LINK)
@needs("page.read")
def reset_password(token: str) -> str:  # noqa: ARG001 it comes back with the form
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
    passwords = (forms.read_text("password"), forms.read_text("password_confirmation"))
    error = forms.attempt(lambda: clients.identity.reset_password(token, *passwords))
    if error:
        form = _refused(error)
        shown = render_template("pages/account/reset_password.html", form=form, expired=error.code == EXPIRED)
        return shown, errors.status_of(error)
    page.tell("reset.done")
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
    passwords = [forms.read_text(name) for name in ("current", "password", "password_confirmation")]
    error = forms.attempt(lambda: clients.identity.change_password(*passwords))
    if error:
        shown = render_template("pages/account/change_password.html", form=_refused(error))
        return shown, errors.status_of(error)
    page.tell("account.password_changed")
    return redirect(url_for("account.me"), 303)


def _refused(error: PortalError) -> Form:
    """On these pages the password is the new one."""
    return Form({}).refuse(error, {"/password": i18n.say("field.new_password")}, _ORDER)
