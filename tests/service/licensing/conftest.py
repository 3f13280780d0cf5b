"""The register on a real database, as each of its callers finds it."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from chassis import clock, ids
from chassis.actor import Actor, system
from chassis.errors import PortalError
from chassis.events import Message
from chassis.testing import doorway
from services.licensing.service import LicensingService
from services.licensing.usecases import registering
from services.licensing.usecases.occasion import Occasion
from services.licensing.usecases.registering import (
    BrokerEntry,
    GuaranteeEntry,
    LicenseEntry,
    OfficeEntry,
    Put,
)
from tests.factories.people import civil_id

AHMAD = {"first": "أحمد", "second": "محمد", "fourth": "العتيبي"}
AHMAD_EN = {"first": "Ahmad", "second": "Mohammad", "fourth": "Al-Otaibi"}
START = date(2026, 3, 1)
_serials = itertools.count(1)


def member(office_id: str | None, role: str = "general_user", **facts: Any) -> Actor:
    """Somebody who works for an office."""
    given = {"kind": "person", "id": ids.new_id(), "roles": frozenset({role}), "office": office_id}
    return Actor(**{**given, **facts})


def officer(role: str = "reviewer") -> Actor:
    """Somebody of the Bureau."""
    return Actor(kind="staff", id=ids.new_id(), roles=frozenset({role}))


class Hands:
    """The hands of the business clock."""

    def __init__(self) -> None:
        self.at = datetime.combine(START, datetime.min.time(), UTC) + timedelta(hours=6)

    @property
    def today(self) -> date:
        """The business date."""
        return clock.local_date(self.at)

    def set(self, day: date) -> None:
        """The morning of a day."""
        self.at = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=6)

    def pass_by(self, **time: float) -> None:
        """Let time pass."""
        self.at += timedelta(**time)


class Register:
    """Everything a test does, through the service's own doorways and the functions that an import uses."""

    def __init__(self, engine: Engine, settings: Any, hands: Hands):
        self.engine, self.settings, self.hands = engine, settings, hands

    def door(self, actor: Actor | None = None) -> Any:
        """The service as this actor's call finds it."""
        return doorway(LicensingService, self.engine, self.settings, actor or officer())

    def put(self, kind: str, **values: Any) -> tuple[Any, Put]:
        """Enter an office, broker, guarantee or license in a transaction of its own."""
        with self.door().db.begin() as session:
            return self.enter(session, kind, **values)

    def enter(self, session: Session, kind: str, **values: Any) -> tuple[Any, Put]:
        """The same in a transaction of the test."""
        if kind == "office":
            return registering.put_office(session, OfficeEntry(**values))
        entry = {"broker": BrokerEntry, "guarantee": GuaranteeEntry, "license": LicenseEntry}[kind]
        occasion = Occasion(system("licensing"), clock.now(), self.settings)
        return getattr(registering, f"put_{kind}")(session, entry(**values), occasion)

    @contextmanager
    def meanwhile(self, work: Callable[[], Any]) -> Iterator[Session]:
        """A transaction that is committed once `work`, in a thread, waits for one of its locks."""
        with ThreadPoolExecutor(1) as pool:
            with self.door().db.begin() as session:
                yield session
                session.flush()
                waiting = pool.submit(work)
                while not self.scalar(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
                ):
                    assert not waiting.done(), "nothing had to wait"
                    time.sleep(0.02)
            waiting.result(10)

    def office(self, code: str = "C-1", **values: Any) -> str:
        """An office that identity knows; its id."""
        self.put("office", code=code, name_ar="مكتب اللؤلؤة", name_en="Pearl Office", **values)
        office_id = ids.new_id()
        self.hear_office(office_id, code=code)
        return office_id

    def broker(self, **values: Any) -> str:
        """A broker whose papers are good for years; his civil ID."""
        number = values.pop("civil_id", None) or civil_id()
        given = {
            "name_ar": AHMAD,
            "name_en": AHMAD_EN,
            "civil_id_expiry": self.hands.today + timedelta(days=2000),
            "passport_number": "P1234567",
            "passport_expiry": self.hands.today + timedelta(days=2000),
        }
        self.put("broker", civil_id=number, **{**given, **values})
        return number

    def guarantee(self, office: str = "C-1", number: str = "LG 2519770/011926", **values: Any) -> str:
        """A guarantee of an office, good for years; its id."""
        given = {
            "bank": "بنك الكويت الوطني",
            "amount": Decimal("10000"),
            "expires_on": self.hands.today + timedelta(days=2000),
        }
        row, _ = self.put("guarantee", office_code=office, number=number, **{**given, **values})
        return row.id

    def license(self, office: str = "C-1", **values: Any) -> str:
        """An active license with all it needs, unless said otherwise; its number."""
        self.put("office", code=office, name_ar="مكتب", name_en="Office")
        if "guarantee_number" not in values:
            values["guarantee_number"] = f"G-{next(_serials)}"
            self.guarantee(office, values["guarantee_number"])
        given = {
            "number": f"01/209/{next(_serials):06d}/2024",
            "civil_id": values.pop("civil_id", None) or self.broker(),
            "broker_type": "general_broker",
            "office_code": office,
            "valid_until": self.hands.today + timedelta(days=300),
        }
        row, _ = self.put("license", **{**given, **values})
        return row.number

    def get(self, number: str, **arguments: Any) -> dict[str, Any]:
        """A license as staff see it."""
        return self.door().get_license(number, **arguments)

    def status(self, number: str, **arguments: Any) -> str:
        """The status alone."""
        return self.get(number, **arguments)["status"]

    def history(self, number: str) -> list[tuple[str, str]]:
        """Cause and status of each line, oldest first."""
        items = self.door().license_history(number, limit=100)["items"]
        return [(item["cause"], item["status"]) for item in reversed(items)]

    def hear_office(self, office_id: str, seq: int = 1, message_id: str = "", **data: Any) -> None:
        """Identity tells of an office."""
        given = {"name_ar": "مكتب اللؤلؤة", "name_en": "Pearl Office", "commercial_registration": "334455"}
        told = message("identity.office_changed", office_id, {**given, **data}, seq, message_id)
        self.door(system("licensing")).note_office(told)

    def hear_member(
        self, office: str, account: str, seq: int = 1, *, member_id: str = "", **data: Any
    ) -> str:
        """Identity tells of a member; the membership's id."""
        member_id = member_id or ids.new_id()
        given = {"office": office, "account": account, "kind": "general", "is_active": True}
        told = message("identity.member_changed", member_id, {**given, **data}, seq)
        self.door(system("licensing")).note_member(told)
        return member_id

    def approve(
        self,
        license_number: str,
        request_number: str = "RN/1/26",
        *,
        seq: int = 5,
        message_id: str = "",
        effect: str = "license.renew",
        **data: Any,
    ) -> None:
        """Requests tells of an approval."""
        given = {"effect": effect, "license_number": license_number, "effect_data": data}
        told = message("requests.request_approved", request_number, given, seq, message_id)
        self.door(system("licensing")).apply_effect(told)

    def news(self, name: str = "") -> list[dict[str, Any]]:
        """The events recorded, oldest first."""
        bodies = [body for (body,) in self.rows("SELECT body::jsonb FROM outbox ORDER BY id")]
        return [body for body in bodies if not name or body["name"] == f"licensing.{name}"]

    def rows(self, sql: str, **values: Any) -> list[Any]:
        """Rows straight from the database."""
        with Session(self.engine) as session:
            return list(session.execute(text(sql), values))

    def scalar(self, sql: str, **values: Any) -> Any:
        """One value straight from the database."""
        return self.rows(sql, **values)[0][0]

    def work_off(self, due: str = "due_changes", apply: str = "notice") -> int:
        """Run one job as the chassis does; the number of rows."""
        door, done = self.door(system("licensing")), set[str]()
        while True:
            with door.db.begin() as session:
                keys = [key for key in getattr(door, due)(session, 100) if key not in done]
            if not keys:
                return len(done)
            for key in keys:
                with door.db.begin() as session:
                    getattr(door, apply)(session, key)
            done.update(keys)

    def remind(self) -> int:
        """Run the job of reminders."""
        return self.work_off("due_reminders", "remind")


def message(name: str, aggregate: str, data: dict[str, Any], seq: int, message_id: str = "") -> Message:
    """News as it arrives."""
    return Message(
        id=message_id or ids.new_id(),
        name=name,
        v=1,
        at="",
        aggregate=aggregate,
        seq=seq,
        actor={},
        trace_id="",
        language="ar",
        recipients=[],
        data=data,
    )


def refusal(call: Callable[[], Any]) -> PortalError:
    """The error that the call raises."""
    with pytest.raises(PortalError) as caught:
        call()
    return caught.value


def together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """What `count` threads got that began at the same moment; refusals are results."""
    start = threading.Barrier(count)

    def run(number: int) -> Any:
        start.wait()
        try:
            return work(number)
        except PortalError as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    """Stops business time on the morning of START, and moves it."""
    hands = Hands()
    monkeypatch.setattr(clock, "now", lambda: hands.at)
    return hands


@pytest.fixture
def register(engine_of: Callable[[str], Engine], settings_of: Callable[[str], Any], hands: Hands) -> Register:
    """The service on its empty database."""
    return Register(engine_of("licensing"), settings_of("licensing"), hands)
