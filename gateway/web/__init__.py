"""The pages: a blueprint per journey, one frame for all."""

from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from chassis.errors import NotSignedIn
from gateway import auth, context, errors, i18n
from gateway.locales import formats
from gateway.web import account, assets, definitions, exams, office, page, public, requests, typed

WITHOUT_TERMS = frozenset(
    {"account.accept_terms", "account.save_acceptance", "account.logout", "account.extend_session"}
)


def init_app(app: Flask) -> None:
    """Register the pages and what their templates rely on."""
    formats.install(app.jinja_env, i18n.language)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(page.variables)
    app.before_request(_ask_for_terms)
    app.before_request(page.ask_for_unread)
    app.after_request(_keep_typed)
    definitions.init_app(app)
    assets.init_app(app)
    for package in (public, account, requests, office, exams):
        app.register_blueprint(package.blueprint)
    app.register_error_handler(NotSignedIn, _lead_to_login)


def _ask_for_terms() -> ResponseReturnValue | None:
    """Terms that changed are accepted before anything else is done on a page."""
    session = auth.session()
    if session is None or not session.must_accept_terms or context.is_api():
        return None
    is_free = request.blueprint in (None, "public", "probes", "api") and request.endpoint != "public.home"
    if is_free or request.endpoint in WITHOUT_TERMS:
        return None
    if not auth.refresh().must_accept_terms:
        return None
    return redirect(url_for("account.accept_terms", next=_way_back() or None), 303)


def _keep_typed(response: Response) -> Response:
    """A form that could not be taken now is shown again as it was typed."""
    if response.status_code in (429, 500, 503) and not context.is_api() and response.mimetype == "text/html":
        typed.keep(response)
    return response


def _lead_to_login(error: NotSignedIn) -> ResponseReturnValue:
    """People are led to the door and back; scripts and programs get the bare refusal."""
    if context.is_api() or getattr(page.view_of_request(), "answers_scripts", False):
        return errors.answer(error)
    back = _way_back()
    was_signed_in = bool(request.cookies.get(auth.cookie_name()))
    door = url_for("account.session_ended" if was_signed_in else "account.login")
    response = redirect(f"{door}?{urlencode({'next': back})}" if back else door, 303)
    typed.keep(response)
    return response


def _way_back() -> str:
    """The page to come back to: this one, or the one whose form was sent."""
    if request.method == "GET":
        return request.full_path.rstrip("?") if request.query_string else request.path
    pages = current_app.url_map.bind("")
    if pages.test(request.path, "GET"):
        return request.path
    return page.local_path(urlsplit(request.referrer or "").path) or ""
