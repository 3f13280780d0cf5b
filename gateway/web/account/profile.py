"""My account: who I am, my language, my sessions, my notices, the terms."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway import auth, clients, errors, forms, i18n
from gateway.forms import Form
from gateway.permissions import needs
from gateway.web import page
from gateway.web.account import blueprint, devices


@blueprint.get("/account")
@needs("account.read")
def me() -> str:
    """My account."""
    return _show(None)


@blueprint.post("/account", endpoint="save_language")
@needs("account.update")
def save_language() -> ResponseReturnValue:
    """The language of what the portal sends, and of its pages from now on."""
    form = forms.typed()
    if forms.asks_again():
        return _show(form)
    language = forms.read_text("language")
    version = forms.read_version() or 0
    error = forms.attempt(lambda: clients.identity.update_me({"language": language}, version))
    if error:
        return _show(form.refuse(error)), errors.status_of(error)
    i18n.switch(language)
    page.tell("account.saved")
    return redirect(url_for("account.me"), 303)


@blueprint.post("/account/sessions/<word:session_id>/end")
@needs("session.close")
def end_session(session_id: str) -> ResponseReturnValue:
    """End one of my sessions."""
    clients.identity.close_session(session_id)
    page.tell("account.session_closed")
    return redirect(url_for("account.me"), 303)


@blueprint.post("/account/company")
@needs("account.update")
def choose_company() -> ResponseReturnValue:
    """The office that is meant when none is named."""
    clients.identity.choose_company(forms.read_text("office_id"))
    return redirect(url_for("public.home"), 303)


@blueprint.get("/notices")
@needs("notice.read")
def notices() -> str:
    """My notices."""
    found = clients.notifications.list_notices(cursor=request.args.get("cursor"))
    return render_template(
        "pages/account/notices.html", notices=found["items"], **page.pages("account.notices", found)
    )


@blueprint.post("/notices/<uuid:notice_id>/read")
@needs("notice.read")
def read_notice(notice_id: object) -> ResponseReturnValue:
    """Mark as read."""
    clients.notifications.read_notice(str(notice_id))
    return redirect(url_for("account.notices"), 303)


@blueprint.get("/terms/accept")
@needs("terms.accept")
def accept_terms() -> ResponseReturnValue:
    """The terms changed: read and accept them."""
    current = auth.session()
    if current is not None and not current.must_accept_terms:
        return redirect(page.local_path(request.args.get("next")) or url_for("public.home"), 303)
    return _show_terms(Form({}))


@blueprint.post("/terms/accept", endpoint="save_acceptance")
@needs("terms.accept")
def save_acceptance() -> ResponseReturnValue:
    """Keep that they were accepted."""
    form = forms.typed()
    if forms.asks_again():
        return _show_terms(form)
    if not forms.read_ticked("accept_terms"):
        return _show_terms(form.refuse(forms.required("accept_terms"))), 422
    error = forms.attempt(lambda: clients.identity.accept_terms(forms.read_text("version")))
    if error:
        return _show_terms(form.refuse(error)), errors.status_of(error)
    auth.refresh()
    return redirect(page.local_path(request.args.get("next")) or url_for("public.home"), 303)


def _show(form: Form | None) -> str:
    cursor = request.args.get("cursor")
    sessions = page.bus().ask_beside("identity", "list_sessions", limit=25, cursor=cursor)
    account = clients.identity.me()
    found = sessions.get()
    return render_template(
        "pages/account/me.html",
        account=account,
        sessions=[{**one, "agent": devices.describe(one["agent"])} for one in found["items"]],
        sessions_next=page.pages("account.me", found)["next_url"],
        form=form or Form({"language": account["language"]}),
        told=page.told(),
    )


def _show_terms(form: Form) -> str:
    return render_template("pages/account/accept_terms.html", form=form, terms=clients.identity.get_terms())
