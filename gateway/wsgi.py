"""What gunicorn loads: `gateway.wsgi:app`. Connections are opened here, in the worker, after any fork."""

import logging
import os

from chassis import logs
from chassis.config import load
from chassis.live import Listener
from chassis.rpc import Caller
from gateway.app import create_app
from gateway.settings import Settings

settings = load(Settings, os.environ)
logs.set_up("gateway", settings.LOG_LEVEL)
logging.getLogger("flask-limiter").setLevel(logging.ERROR)  # it names addresses
app = create_app(settings, Caller("gateway", settings.AMQP_URL, settings.BUS_KEY))
_news = app.extensions["portal.news"]
Listener(settings.AMQP_URL, _news.on_event, _news.on_state).start()
