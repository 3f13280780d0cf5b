"""The language of an answer. A page's: chosen now or before, the account's, Arabic. The API's: the caller's."""

from typing import Any

from flask import Flask, Response, g, request

from gateway import context
from gateway.locales import words
from gateway.locales.compile import LANGUAGES, compile_catalogs

DEFAULT = words.DEFAULT
COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600
DIRECTIONS = {"ar": "rtl", "en": "ltr"}


def language() -> str:
    """`ar` or `en`. The API goes by Accept-Language alone; pages never do: the portal is Arabic first."""
    if "language" not in g:
        g.language = _accepted() if context.is_api() else _chosen() or DEFAULT
    return g.language


def say(key: str, **facts: Any) -> str:
    """The words of a key in the language of this answer."""
    return words.say(language(), key, **facts)


def switch(wanted: str) -> None:
    """Answer this request, and the next ones of this browser, in that language."""
    if wanted in LANGUAGES:
        g.language = g.language_switched = wanted


def init_app(app: Flask) -> None:
    """Compile the catalogs and remember what the reader chose."""
    compile_catalogs()
    app.before_request(_switch_by_address)
    app.after_request(_remember)


def _switch_by_address() -> None:
    if not context.is_api() and "lang" in request.args:
        switch(request.args["lang"])


def _remember(response: Response) -> Response:
    if "language_switched" in g:
        response.set_cookie(
            COOKIE,
            g.language_switched,
            max_age=COOKIE_SECONDS,
            samesite="Lax",
            httponly=True,
            path="/",
            secure=request.is_secure,
        )
    response.headers.setdefault("Content-Language", language())
    return response


def _chosen() -> str | None:
    remembered = request.cookies.get(COOKIE)
    if remembered in LANGUAGES:
        return remembered
    actor = context.actor()
    return actor.language if not actor.is_anonymous and actor.language in LANGUAGES else None


def _accepted() -> str:
    return request.accept_languages.best_match(LANGUAGES, default=DEFAULT) or DEFAULT
