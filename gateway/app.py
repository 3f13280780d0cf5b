"""Builds the gateway: one function, so that tests build the very application that runs."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response

from contracts.identity import SessionRevoked
from gateway import (
    auth,
    context,
    converters,
    csrf,
    errors,
    headers,
    i18n,
    journal,
    limits,
    permissions,
    probes,
)
from gateway.api import v1
from gateway.clients import Clients
from gateway.clients.bus import Bus, Calling
from gateway.live import Newsroom
from gateway.settings import Settings
from gateway.uploads import Store


class News:
    """What the listener on `live` tells this process, and whether it hears anything at all."""

    def __init__(self, newsroom: Newsroom):
        self._newsroom = newsroom
        self.is_heard = False
        self.forget: Callable[[], None] = lambda: None  # the held claims, once there are any

    def on_event(self, event: Mapping[str, Any]) -> None:
        """An event of `live`."""
        if event["name"] == SessionRevoked.NAME:
            self.forget()
        self._newsroom.publish(event)

    def on_state(self, connected: bool) -> None:
        """The connection came or went. What was held before may be outdated: it goes either way."""
        self.is_heard = connected
        self.forget()


class Gateway(Flask):
    """Flask, but for what it would say in English."""

    def redirect(self, location: str, code: int = 302) -> Response:
        """A redirect without a body: nobody reads it."""
        response = Response(status=code)
        response.headers["Location"] = location
        return response


def create_app(settings: Settings, caller: Calling) -> Flask:
    """The application. `app.extensions["portal.news"]` is to be fed by a listener on `live`."""
    app = Gateway(__name__, static_folder=None)  # gateway.web.assets serves them
    app.config.update(PORTAL=settings, SECRET_KEY=settings.SECRET_KEY)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    newsroom = Newsroom(most=settings.THREADS // 2)
    news = News(newsroom)
    app.extensions |= {
        "portal.clients": Clients.over(Bus(caller)),
        "portal.newsroom": newsroom,
        "portal.store": Store(settings.THREADS // 4, settings.S3_URL),
        "portal.news": news,
        "portal.hears_news": lambda: news.is_heard,
    }
    app.before_request(context.begin)
    journal.init_app(app)
    converters.init_app(app)
    i18n.init_app(app)
    errors.init_app(app)
    headers.init_app(app, settings)
    limits.init_app(app)
    csrf.init_app(app, settings)
    news.forget = auth.init_app(app, lambda: news.is_heard).clear
    _register(app, settings)
    permissions.refuse_unnamed(app)
    return app


def _register(app: Flask, settings: Settings) -> None:
    from gateway import demo, web  # here: pages import the clients, which import this package's siblings

    app.register_blueprint(probes.blueprint)
    v1.init_app(app)
    if settings.is_demo:
        app.register_blueprint(demo.blueprint)
    web.init_app(app)
