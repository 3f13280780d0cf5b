"""What gunicorn loads: `gateway.wsgi:app`. Connections are opened here, in the worker, after any fork."""

import logging
import os
import sys

from chassis import logs
from chassis.config import SettingsError, load
from chassis.live import Listener
from chassis.rpc import Caller
from gateway.app import create_app
from gateway.settings import Settings

WORKER_BOOT_ERROR = 3  # gunicorn then ends too, instead of trying again for ever


def _settings() -> Settings:
    try:
        return load(Settings, os.environ)
    except SettingsError as error:
        print(f"settings of gateway: {error}", file=sys.stderr, flush=True)
        raise SystemExit(WORKER_BOOT_ERROR) from None


settings = _settings()
logs.set_up("gateway", settings.LOG_LEVEL)
logging.getLogger("flask-limiter").setLevel(logging.ERROR)  # it names addresses
app = create_app(settings, Caller("gateway", settings.AMQP_URL, settings.BUS_KEY))
_news = app.extensions["portal.news"]
Listener(settings.AMQP_URL, _news.on_event, _news.on_state).start()
