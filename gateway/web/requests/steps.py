"""Beginning a request and its short pages of questions. Nothing typed is lost, wrong or not."""

from typing import Any

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from chassis import clock, ids
from chassis.errors import Conflict, Invalid, PortalError
from gateway import clients, errors, forms, i18n
from gateway.forms import Form
from gateway.locales import words
from gateway.permissions import needs
from gateway.web import definitions, drafts, page, public, typed
from gateway.web.requests import answers, blueprint, views
from gateway.web.requests.documents import show_documents

STEP = "/requests/<number:number>/steps/<word:step>"
STALE = "conflict.stale"


@blueprint.get("/services")
@needs("request.open")
def services() -> str:
    """What the account may use."""
    open_drafts = drafts.by_service()
    return render_template(
        "pages/requests/services.html", service_types=definitions.get_list(), drafts=open_drafts
    )


@blueprint.post("/services/<word:code>/requests", endpoint="open")
@needs("request.open")
def open_request(code: str) -> ResponseReturnValue:
    """A new draft, and its first page."""
    try:
        opened = clients.requests.open_request({"service_type": code})
    except (Conflict, Invalid) as error:
        told = words.error(i18n.language(), error.code, error.facts)
        return public.show_service(code, refusal=told), errors.status_of(error)
    return redirect(url_for("requests.step", number=opened["number"], step=_first(opened)), 303)


@blueprint.get("/requests/<number:number>/continue")
@needs("request.edit")
@page.bare
def resume(number: str) -> ResponseReturnValue:
    """Where its writer goes on."""
    found = clients.requests.get_request(number)
    if not views.is_writable(found):
        return redirect(url_for("requests.details", number=number), 303)
    way = views.Way(found, views.pages_to_write(found))
    if found["status"] == views.RETURNED:
        return redirect(way.first(), 303)
    return redirect(way.to(found.get("next_page") or views.CHECK), 303)


@blueprint.get(STEP)
@needs("request.edit")
def step(number: str, step: str) -> ResponseReturnValue:
    """One page."""
    found = clients.requests.get_request(number)
    if not views.is_writable(found):
        return redirect(url_for("requests.details", number=number), 303)
    pages = views.pages_to_write(found)
    if step == views.DOCUMENTS:
        return show_documents(found)
    asked = views.page_named(pages, step)
    if not views.Way(found, pages).has(step):  # nothing of it is to be corrected
        return redirect(url_for("requests.resume", number=number), 303)
    kept = typed.find()
    form = Form(kept or answers.show(answers.typed_fields(asked), found))
    response = Response(_show(found, asked, form), content_type="text/html; charset=utf-8")
    if kept is not None:
        typed.forget(response)
    return response


@blueprint.post(STEP, endpoint="save_step")
@needs("request.edit")
def save_step(number: str, step: str) -> ResponseReturnValue:
    """Save the page and go on. A page that is left, or shown in another language, is saved as it is."""
    found = clients.requests.get_request(number)
    if step == views.DOCUMENTS:
        forms.asks_again()
        return show_documents(found)
    pages = views.pages_to_write(found)
    asked = views.page_named(pages, step)
    if not views.Way(found, pages).has(step):
        return redirect(url_for("requests.resume", number=number), 303)
    if forms.asks_again():
        return _show(found, asked, forms.typed())
    error = forms.attempt(lambda: _save(found, asked))
    if forms.read_ticked("save_and_leave"):
        return redirect(url_for("requests.index"), 303)
    if error:
        return _show(found, asked, forms.typed().refuse(error, views.labels_of(found))), errors.status_of(
            error
        )
    return redirect(views.Way(found, pages).after(step, forms.read_ticked("returning")), 303)


@blueprint.post("/requests/<number:number>/autosave")
@needs("request.edit")
@page.script
def autosave(number: str) -> Response:
    """Keep what is on the page, right or not."""
    found = clients.requests.get_request(number)
    asked = views.page_named(views.pages_to_write(found), forms.read_text("page"))
    try:
        found = _save(found, asked)
    except Invalid:  # what was typed is kept beside the draft; the page says what is wrong when it is sent
        found = clients.requests.get_request(number)
    return jsonify({"saved_at": clock.real_now().isoformat(), "version": found["version"]})


def _save(found: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """The saved request. The writer's own other tab is no reason to refuse: saved again on top of it."""
    values, raw = answers.read(answers.typed_fields(asked))
    save = clients.requests.save_fields
    try:
        return save(found["number"], values, found["version"], raw=raw, key=ids.new_id())
    except PortalError as error:
        if error.code != STALE:
            raise
    version = clients.requests.get_request(found["number"])["version"]
    return save(found["number"], values, version, raw=raw, key=ids.new_id())


def _show(found: dict[str, Any], asked: dict[str, Any], form: Form) -> str:
    way = views.Way(found, views.pages_to_write(found))
    name = asked["name"]
    return render_template(
        "pages/requests/step.html",
        service_request=found,
        page=asked,
        place=way.place(name),
        form=form,
        previous_url=way.before(name),
        returning=bool(request.values.get("returning")),
        saved_at=found.get("updated_at"),
        asked_fields=views.asked_of(found)["fields"],
    )


def _first(opened: dict[str, Any]) -> str:
    return opened.get("next_page") or views.pages_of(opened)[0]["name"]
