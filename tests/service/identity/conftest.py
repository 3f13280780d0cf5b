"""A front door on a real database: strangers, their mailbox and the clock are given, the rest is the service."""

import json
import statistics
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from chassis import clock, ids
from chassis.actor import ANONYMOUS, Actor, system
from chassis.sealing import Sealer
from chassis.testing import doorway
from services.identity.service import IdentityService

PASSWORD = "Sea-Wind-2468"
SEALED = {"identity.code_issued", "identity.password_reset_requested"}


class Portal:
    """What a stranger, a signed-in person and notifications can do, with the news that went out."""

    kept_in = "outbox"

    def __init__(self, engine: Engine, settings: Any):
        self.engine, self.settings = engine, settings
        self._serial = iter(range(10**6))

    def door(self, actor: Actor = ANONYMOUS, **given: Any) -> Any:
        """A service object for one caller."""
        return doorway(IdentityService, self.engine, self.settings, actor, **given)

    def form(self, **changes: Any) -> dict[str, Any]:
        """A registration form that is right, with a fresh challenge and a fresh address."""
        captcha = self.door().new_captcha()
        return {
            "kind": "office",
            "first_name": "سعود",
            "last_name": "العتيبي",
            "gender": "male",
            "civil_id": "288020122596",
            "mobile": "50001234",
            "email": f"someone{next(self._serial)}@office.example",
            "password": PASSWORD,
            "password_confirmation": PASSWORD,
            "legal_entity": "clearing_agent",
            "office_name_ar": "مكتب السفينة للتخليص الجمركي",
            "office_name_en": "Al-Safina Customs Clearing",
            "captcha_id": captcha["id"],
            "captcha_text": captcha["demo_answer"],
            "accept_terms": True,
        } | changes

    def register(self, **changes: Any) -> str:
        """Register; the address."""
        form = self.form(**changes)
        assert self.door().register(form) == {"status": "verification_sent"}
        return form["email"]

    def news(self, name: str = "", account: str = "") -> list[dict[str, Any]]:
        """What was told, the oldest first; sealed secrets opened as `data.open`."""
        with self.engine.connect() as connection:
            bodies = connection.exec_driver_sql(f"SELECT body FROM {self.kept_in} ORDER BY id").scalars()
            found = [json.loads(body) for body in bodies]
        sealer = Sealer(self.settings.CODE_SEALING_KEY, purpose="code")
        for each in found:
            if each["name"] in SEALED:
                each["data"]["open"] = sealer.open(each["data"]["sealed"])
        return [
            each
            for each in found
            if each["name"].endswith(name) and (not account or each["aggregate"] == account)
        ]

    def codes(self, account: str = "") -> dict[str, str]:
        """The last code of each channel that somebody got."""
        return {each["data"]["channel"]: each["data"]["open"] for each in self.news("code_issued", account)}

    def first_login(self, email: str, mobile: str = "50001234", password: str = PASSWORD) -> str:
        """The verification id of an account that waits for its codes."""
        refusal = self.refused(
            lambda: self.door().open_session(email=email, password=password, mobile=mobile)
        )
        assert refusal.code == "account.not_verified"
        return refusal.facts["verification_id"]

    def verified(self, **changes: Any) -> str:
        """The address of a verified account."""
        email = self.register(**changes)
        verification_id = self.first_login(email, changes.get("mobile", "50001234"))
        codes = self.codes()
        assert self.door().verify(verification_id, codes["email"], codes["sms"]) == {}
        return email

    def sign_in(self, email: str, password: str = PASSWORD, kind: str = "web") -> str:
        """The token of a new session."""
        client = {"kind": kind, "address": "192.0.2.7", "agent": "Test Browser"}
        return self.door().open_session(email=email, password=password, client=client)["access_token"]

    def claim(self, token: str) -> dict[str, Any]:
        """What the gateway learns of a token."""
        return self.door().authenticate(token=ids.digest(token))

    def person(self, token: str) -> Any:
        """The service as the holder of the token reaches it."""
        return self.door(Actor.from_claim(self.claim(token)["actor"]))

    def notifications(self) -> Any:
        """The service as notifications reaches it."""
        return self.door(system("notifications"))

    def refused(self, call: Callable[[], Any]) -> Any:
        """The error that the call raises."""
        with pytest.raises(Exception) as caught:  # noqa: PT011 - any kind, looked at by the caller
            call()
        return caught.value

    def fault(self, call: Callable[[], Any]) -> dict[str, str]:
        """Pointer to the first code of the faults that the call raises."""
        return {fault.pointer: fault.code for fault in reversed(self.refused(call).faults)}

    def scalar(self, sql: str, **values: Any) -> Any:
        """One value of the database."""
        with self.engine.begin() as connection:
            return connection.execute(text(sql), values).scalar()

    def run(self, sql: str, **values: Any) -> None:
        """Change the database behind the service's back."""
        with self.engine.begin() as connection:
            connection.execute(text(sql), values)

    def work_off(self, job: str) -> int:
        """Run one job as the chassis does; the number of rows."""
        due, apply = STEPS[job]
        door = self.door(system("identity"))
        with door.db.begin() as session:
            keys = getattr(door, due)(session, 100)
        for key in keys:
            with door.db.begin() as session:
                getattr(door, apply)(session, key)
        return len(keys)


STEPS = {
    "resets": ("due_resets", "answer_reset"),
    "expired": ("remove_expired", "remove_one"),
    "unverified": ("due_unverified", "remove_unverified"),
}


class Hands:
    """The clock's hands, for tests that wait."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    def pass_by(self, **time: float) -> None:
        """Let time pass."""
        self.by += timedelta(**time)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    """Moves the service's real time."""
    hands, now = Hands(), clock.real_now

    def moved() -> datetime:
        return now() + hands.by

    monkeypatch.setattr(clock, "real_now", moved)
    return hands


@pytest.fixture
def portal(engine_of: Callable[[str], Engine], settings_of: Callable[[str], Any]) -> Portal:
    """The service on its empty database."""
    return Portal(engine_of("identity"), settings_of("identity"))


def are_alike(measure: Callable[[], Sequence[Sequence[float]]], share: float = 0.3) -> bool:
    """Whether the medians of what is measured differ by less than a share; a busy machine is asked three times."""
    for _ in range(3):
        medians = [statistics.median(each) for each in zip(*measure(), strict=True)]
        if max(medians) - min(medians) < share * max(medians):
            return True
    return False


def together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """What `count` threads got that began at the same moment; errors are results."""
    start, results = threading.Barrier(count), [None] * count

    def run(number: int) -> None:
        start.wait()
        try:
            results[number] = work(number)
        except Exception as error:
            results[number] = error  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
