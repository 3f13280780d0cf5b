"""The service on a real database; what it sends arrives at the catcher by SMTP and HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from chassis.actor import Actor, system
from chassis.sealing import Sealer
from chassis.testing import Neighbour, doorway
from deploy.local.stack import Stack
from services.notifications.models import Delivery, Notice
from services.notifications.renderer import templates
from services.notifications.senders.post import make_post
from services.notifications.service import NotificationsService
from services.notifications.settings import Settings
from tests.service.notifications.facts import contact


class Catcher:
    """Where everything arrives."""

    def __init__(self, url: str):
        self._url = url

    def list(self) -> list[SimpleNamespace]:
        """What arrived, newest first."""
        messages = requests.get(f"{self._url}/api/messages", timeout=5).json()
        return [SimpleNamespace(**each) for each in messages]

    def set_fault(self, channel: str, mode: str) -> None:
        """`refuse` from now on, or `none`."""
        self._post("faults", {"channel": channel, "mode": mode})

    def clear(self) -> None:
        """Forget what arrived."""
        self._post("clear", {})

    def _post(self, path: str, body: dict[str, str]) -> None:
        requests.post(f"{self._url}/{path}", json=body, timeout=5).raise_for_status()


@pytest.fixture
def catcher(postgres: Stack) -> Iterator[Catcher]:
    postgres.start(["catcher"])
    catcher = Catcher(postgres.catcher_url)
    catcher.clear()
    yield catcher
    for channel in ("email", "sms"):
        catcher.set_fault(channel, "none")


@pytest.fixture
def engine(engine_of: Callable[[str], Engine]) -> Engine:
    return engine_of("notifications")


@pytest.fixture
def settings(settings_of: Callable[[str], Any], catcher: Catcher) -> Settings:
    return replace(settings_of("notifications"), PORTAL_URL="https://portal.example")


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
