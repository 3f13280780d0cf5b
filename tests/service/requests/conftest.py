"""The service on a real database, as each of its callers finds it; documents is recorded."""

import itertools
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from chassis import clock, ids
from chassis.actor import Actor, system
from chassis.errors import PortalError
from chassis.events import Message
from chassis.testing import Neighbour, doorway
from contracts.people import check_digit
from services.requests.service import RequestsService

COMPLETE = {
    "broker_type": "general_broker",
    "name_ar": {"first": "أحمد", "fourth": "العتيبي"},
    "name_en": {"first": "Ahmad", "fourth": "Al-Otaibi"},
    "nationality": "KW",
    "civil_id_expiry": "2035-01-31",
    "mobile": "50012345",
    "email": "ahmad@example.com",
    "address": "حولي، قطعة 3، شارع 5",
}
_serials = itertools.count(1)


def civil_id() -> str:
    """A valid one that nobody had before."""
    while True:
        eleven = f"2880201{next(_serials):04d}"
        digit = check_digit(eleven)
        if digit is not None:
            return eleven + digit


def applicant(role: str = "candidate", **facts: Any) -> Actor:
    """Somebody who may file; `civil_id`, `office`, `id`, `language` may be given."""
    person = {
        "civil_id": facts.pop("civil_id", None) or civil_id(),
        "first_name": "أحمد",
        "last_name": "العتيبي",
        "gender": "male",
        "mobile": "+96550012345",
        "email": "ahmad@example.com",
        "legal_entity": "clearing_agent",
    }
    given = {"kind": "person", "id": ids.new_id(), "roles": frozenset({role}), "name": "أحمد العتيبي"}
    return Actor(**{**given, "person": person, **facts})


def officer(role: str = "reviewer", **facts: Any) -> Actor:
    """Somebody of the Bureau."""
    person = {"civil_id": facts.pop("civil_id", None) or civil_id()}
    given = {
        "kind": "staff",
        "id": ids.new_id(),
        "roles": frozenset({role}),
        "name": f"Officer {next(_serials)}",
    }
    return Actor(**{**given, "person": person, **facts})


class Documents(Neighbour):
    """Documents as requests sees it: uploads have the states that the test gives them."""

    def __init__(self) -> None:
        self.states: dict[str, dict[str, Any]] = {}
        super().__init__({"start_upload": self._start, "list_states": self._list})

    def _start(self, **_arguments: Any) -> dict[str, Any]:
        document_id = ids.new_id()
        self.states[document_id] = {"id": document_id, "state": "awaiting_upload", "code": None}
        return {"id": document_id, "upload": {"method": "POST", "url": "https://s3", "fields": {}}}

    def _list(self, document_ids: list[str]) -> dict[str, Any]:
        return {"items": [self.states[each] for each in document_ids]}


class Bureau:
    """Everything a test does, through the service's own doorways."""

    def __init__(self, engine: Engine, settings: Any):
        self.engine, self.settings = engine, settings
        self.documents = Documents()

    def door(self, actor: Actor, **given: Any) -> Any:
        """The service as this actor's call finds it."""
        return doorway(RequestsService, self.engine, self.settings, actor, documents=self.documents, **given)

    def draft(self, actor: Actor, **fields: Any) -> dict[str, Any]:
        """A draft with every field filled in, without documents."""
        door = self.door(actor)
        opened = door.open_request(service_type="broker_exam")
        return door.save_fields(opened["number"], fields={**COMPLETE, **fields}, version=opened["version"])

    def attach(self, actor: Actor, number: str, slot: str, state: str = "clean", **facts: Any) -> str:
        """A file in a slot, with what documents says of it; its id."""
        given = {"slot": slot, "filename": f"{slot}.jpg", "content_type": "image/jpeg", **facts}
        document_id = self.door(actor).attach_document(number, **given)["id"]
        self.tell(number, document_id, state)
        return document_id

    def tell(self, number: str, document_id: str, state: str, message_id: str = "") -> None:
        """Documents tells a state: by the event when it is final, else only when asked."""
        self.documents.states[document_id]["state"] = state
        if state not in ("clean", "refused"):
            return
        code = "document.wrong_type" if state == "refused" else None
        data = {
            "owner": number,
            "state": state,
            "code": code,
            "content_type": "image/jpeg",
            "size": 1000,
            "sha256": "0" * 64,
        }
        self.door(system("requests")).note_document_state(_message(document_id, data, message_id))

    def ready(self, actor: Actor, **fields: Any) -> str:
        """The number of a draft that may be sent."""
        number = self.draft(actor, **fields)["number"]
        for slot in ("civil_id_copy", "photo"):
            self.attach(actor, number, slot)
        return number

    def sent(self, actor: Actor | None = None, **fields: Any) -> str:
        """The number of a request that was sent."""
        actor = actor or applicant()
        number = self.ready(actor, **fields)
        assert self.door(actor).submit(number)["status"] == "submitted"
        return number

    def claimed(self, officer: Actor, actor: Actor | None = None) -> str:
        """The number of a request that this officer has."""
        number = self.sent(actor)
        assert self.door(officer).claim(number)["status"] == "under_review"
        return number

    def returned(self, officer: Actor, actor: Actor | None = None, **what: Any) -> str:
        """The number of a request that this officer gave back: the address and the photo, unless it is said."""
        number = self.claimed(officer, actor)
        wanted = what or {"fields": ["address"], "documents": ["photo"], "reason_code": "incomplete"}
        assert self.door(officer).return_request(number, **wanted)["status"] == "returned"
        return number

    def know(self, officer: Actor, seq: int = 1, roles: Sequence[str] | None = None) -> None:
        """Identity tells of an officer; of other roles than he has, if they are given."""
        told = {"name": officer.name, "roles": sorted(officer.roles) if roles is None else list(roles)}
        message = _message(officer.id, told, "", name="identity.officer_changed", seq=seq)
        self.door(system("requests")).note_officer(message)

    def scalar(self, sql: str, **values: Any) -> Any:
        """One value straight from the database."""
        with Session(self.engine) as session:
            return session.scalar(text(sql), values)

    def rows(self, sql: str, **values: Any) -> list[Any]:
        """Rows straight from the database."""
        with Session(self.engine) as session:
            return list(session.execute(text(sql), values))

    def run(self, sql: str, **values: Any) -> None:
        """Change the database behind the service's back."""
        with self.engine.begin() as connection:
            connection.execute(text(sql), values)

    def news(self, number: str) -> list[dict[str, Any]]:
        """The events recorded about a request, oldest first."""
        bodies = self.rows("SELECT body::jsonb FROM outbox ORDER BY id")
        return [body for (body,) in bodies if body["aggregate"] == number]

    def audited(self, number: str) -> list[str]:
        """The actions on record, oldest first."""
        return [
            a
            for (a,) in self.rows("SELECT action FROM audit_entry WHERE object_id = :n ORDER BY id", n=number)
        ]

    def work_off(self, due: str, apply: str) -> int:
        """Run one job as the chassis does; the number of rows."""
        door = self.door(system("requests"))
        with door.db.begin() as session:
            keys = getattr(door, due)(session, 100)
        for key in keys:
            with door.db.begin() as session:
                getattr(door, apply)(session, key)
        return len(keys)


class Hands:
    """The hands of the business clock."""

    def __init__(self) -> None:
        self.at: datetime | None = None

    def set(self, at: datetime) -> None:
        """Stop the clock at a moment."""
        self.at = at

    def pass_by(self, **time: float) -> None:
        """Let time pass."""
        self.at = (self.at or clock.real_now()) + timedelta(**time)


def _message(aggregate: str, data: dict[str, Any], message_id: str, **facts: Any) -> Message:
    given = {
        "id": message_id or ids.new_id(),
        "name": "documents.document_checked",
        "v": 1,
        "at": "",
        "aggregate": aggregate,
        "seq": 1,
        "actor": {},
        "trace_id": "",
        "language": "ar",
        "recipients": [],
        "data": data,
    }
    return Message(**{**given, **facts})


def refusal(call: Callable[[], Any]) -> PortalError:
    """The error that the call raises."""
    with pytest.raises(PortalError) as caught:
        call()
    return caught.value


def faults(call: Callable[[], Any]) -> dict[str, str]:
    """Pointer to code of the faults that the call raises."""
    return {fault.pointer: fault.code for fault in refusal(call).faults}


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
    """Moves business time."""
    hands, now = Hands(), clock.now
    monkeypatch.setattr(clock, "now", lambda: hands.at or now())
    return hands


@pytest.fixture
def bureau(engine_of: Callable[[str], Engine], settings_of: Callable[[str], Any]) -> Bureau:
    """The service on its empty database."""
    settings = settings_of("requests")
    return Bureau(engine_of("requests"), replace(settings, EXAM_RETAKE_DAYS=dict(settings.EXAM_RETAKE_DAYS)))
