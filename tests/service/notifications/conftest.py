"""The service on a real database, with a real SMTP server and a real SMS provider of our own in the same process."""

import base64
import os
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from chassis.actor import Actor, system
from chassis.sealing import Sealer
from chassis.testing import Neighbour, doorway
from deploy.local.catcher.mailbox import Mailbox
from deploy.local.catcher.smtp import controller
from deploy.local.catcher.web import server
from services.notifications.models import Delivery, Notice
from services.notifications.renderer import templates
from services.notifications.senders.post import make_post
from services.notifications.service import NotificationsService
from services.notifications.settings import Settings
from tests.service.notifications.facts import contact

HOST = "127.0.0.1"
TOKEN = "sms-token"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@dataclass
class Catcher:
    """Where everything arrives, and the settings that lead there."""

    mailbox: Mailbox
    smtp_url: str
    sms_url: str


@pytest.fixture(scope="session")
def _catcher() -> Iterator[Catcher]:
    mailbox = Mailbox()
    smtp_port, http_port = _free_port(), _free_port()
    mail = controller(mailbox, HOST, smtp_port)
    mail.start()
    with server(mailbox, (HOST, http_port), TOKEN) as web:
        thread = threading.Thread(target=web.serve_forever, daemon=True)
        thread.start()
        yield Catcher(mailbox, f"smtp://{HOST}:{smtp_port}", f"http://{HOST}:{http_port}/sms")
        web.shutdown()
        thread.join()
    mail.stop()


@pytest.fixture
def catcher(_catcher: Catcher) -> Iterator[Catcher]:
    _catcher.mailbox.clear()
    yield _catcher
    for channel in ("email", "sms"):
        _catcher.mailbox.set_fault(channel, "none")


@pytest.fixture
def engine(engine_of: Callable[[str], Engine]) -> Engine:
    return engine_of("notifications")


@pytest.fixture
def settings(settings_of: Callable[[str], Any], catcher: Catcher) -> Settings:
    return replace(
        settings_of("notifications"),
        SMTP_URL=catcher.smtp_url,
        SMS_URL=catcher.sms_url,
        SMS_TOKEN=TOKEN,
        PORTAL_URL="https://portal.example",
        CODE_SEALING_KEY=base64.b64encode(os.urandom(32)).decode(),
    )


@pytest.fixture
def sealer(settings: Settings) -> Sealer:
    return Sealer(settings.CODE_SEALING_KEY, "code")


@pytest.fixture
def identity() -> Neighbour:
    """Knows everybody: see `facts.contact`."""
    return Neighbour({"contacts": lambda account_ids: {"items": [contact(each) for each in account_ids]}})


@pytest.fixture
def service_for(engine: Engine, settings: Settings, identity: Neighbour) -> Callable[[Actor], Any]:
    """`service_for(actor)`: the service as that actor's call finds it."""
    post, words = make_post(settings, templates()), templates()

    def make(actor: Actor) -> Any:
        given: dict[str, Any] = {"identity": identity, "post": post, "templates": words}
        return doorway(NotificationsService, engine, settings, actor, **given)

    return make


@pytest.fixture
def service(service_for: Callable[[Actor], Any]) -> Any:
    """The service as its handlers and workers run."""
    return service_for(system("notifications"))


@pytest.fixture
def deliveries(engine: Engine) -> Callable[[], list[Delivery]]:
    """`deliveries()`: all of them, in the order of their noting."""

    def read() -> list[Delivery]:
        with Session(engine) as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.id)))

    return read


@pytest.fixture
def notices(engine: Engine) -> Callable[[], list[Notice]]:
    """`notices()`: all of them, in the order of their noting."""

    def read() -> list[Notice]:
        with Session(engine) as session:
            return list(session.scalars(select(Notice).order_by(Notice.id)))

    return read
