"""What days bring about is written and told once each, though a job runs thrice and is killed once."""

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from services.licensing.usecases.registering import Stops
from tests.architecture.source import ROOT
from tests.service.licensing.conftest import START, Hands, Register, together

# One job in a process of its own that dies by SIGKILL before the first commit of its work.
KILLED = """
import sys
from datetime import datetime
from chassis import clock, failpoints
from chassis.actor import system
from chassis.config import load
from chassis.db import make_engine
from chassis.testing import doorway
from services.licensing.service import LicensingService
from services.licensing.settings import Settings
import os
due, apply, at = sys.argv[1:]
clock.now = lambda: datetime.fromisoformat(at)
settings = load(Settings, os.environ)
door = doorway(LicensingService, make_engine(settings), settings, system("licensing"))
with door.db.begin() as session:
    keys = getattr(door, due)(session, 100)
assert keys
failpoints.arm("before_commit=kill:1.0", "test")
with door.db.begin() as session:
    getattr(door, apply)(session, keys[0])
"""


def killed(postgres: Any, hands: Hands, due: str, apply: str) -> None:
    """The job begins and is killed in the middle of a row."""
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, due, apply, hands.at.isoformat()],
        env=postgres.environment("licensing"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def thrice(register: Register, work: Callable[[], int]) -> None:
    """Three runs, two of them at once."""
    together(2, lambda _: work())
    work()


def test_a_lapsed_guarantee_holds_each_license_it_covers_and_tells_once(
    register: Register, hands, postgres
) -> None:
    office_id = register.office("C-1")
    register.hear_member(office_id, "general-1")
    register.hear_member(office_id, "general-2")
    register.hear_member(office_id, "additional", kind="additional")
    register.hear_member(office_id, "gone", is_active=False)
    register.hear_member("another office", "stranger")
    civil = register.broker()
    register.broker(civil_id=civil, account_id="broker-1")
    register.guarantee("C-1", "LG 1", expires_on=START + timedelta(days=5))
    numbers = [
        register.license("C-1", guarantee_number="LG 1", civil_id=civil),
        register.license("C-1", guarantee_number="LG 1"),
    ]
    hands.pass_by(days=5)
    thrice(register, register.work_off)
    assert register.news() == []  # its last valid day
    hands.pass_by(days=1)
    killed(postgres, hands, "due_changes", "notice")
    assert register.news() == []
    thrice(register, register.work_off)
    told = {each["aggregate"]: each for each in register.news()}
    assert set(told) == set(numbers) and len(register.news()) == 2
    first = told[numbers[0]]
    assert first["name"] == "licensing.license_held"
    assert first["recipients"] == ["broker-1", "general-1", "general-2"]
    assert first["data"] == {
        "license_number": numbers[0],
        "broker_name": {"ar": "أحمد محمد العتيبي", "en": "Ahmad Mohammad Al-Otaibi"},
        "causes": ["guarantee_lapsed"],
        "cause_names": {"ar": "انتهى الضمان البنكي", "en": "The bank guarantee has lapsed"},
    }
    assert told[numbers[1]]["recipients"] == ["general-1", "general-2"]
    assert register.history(numbers[0]) == [("imported", "active"), ("by_date", "on_hold")]


def test_two_that_look_at_one_license_at_the_same_moment_tell_once(register: Register, hands) -> None:
    number = register.license(valid_until=START + timedelta(days=5))
    hands.pass_by(days=6)
    door = register.door()
    with register.meanwhile(register.work_off) as session:
        (license_id,) = door.due_changes(session, 100)
        door.notice(session, license_id)
    assert len(register.news("license_expired")) == 1
    assert len(register.history(number)) == 2
    register.remind()
    register.license(valid_until=hands.today + timedelta(days=60))
    with register.meanwhile(register.remind) as session:
        (license_id,) = door.due_reminders(session, 100)
        door.remind(session, license_id)
    assert len(register.news("license_expiring")) == 1


def test_another_cause_is_told_as_well_and_a_cured_one_of_two_is_not(register: Register, hands) -> None:
    civil = register.broker(passport_expiry=START + timedelta(days=9))
    register.put("office", code="C-1", name_ar="مكتب", name_en="Office")
    register.guarantee("C-1", "LG 1", expires_on=START + timedelta(days=5))
    register.license("C-1", guarantee_number="LG 1", civil_id=civil)
    hands.pass_by(days=20)  # both at once, the job was away
    thrice(register, register.work_off)
    assert [each["data"]["causes"] for each in register.news("license_held")] == [
        ["guarantee_lapsed"],
        ["guarantee_lapsed", "passport_lapsed"],
    ]
    assert [each["seq"] for each in register.news()] == [1, 2]
    register.guarantee("C-1", "LG 1", expires_on=START + timedelta(days=900))
    assert len(register.news()) == 2
    register.broker(civil_id=civil, passport_expiry=START + timedelta(days=900))
    assert [each["name"] for each in register.news()[2:]] == ["licensing.license_released"]


def test_an_expiry_is_told_once(register: Register, hands, postgres) -> None:
    number = register.license(valid_until=START + timedelta(days=5))
    hands.pass_by(days=6)
    killed(postgres, hands, "due_changes", "notice")
    thrice(register, register.work_off)
    hands.pass_by(days=30)
    thrice(register, register.work_off)
    (told,) = register.news()
    assert (told["name"], told["data"]["valid_until"]) == ("licensing.license_expired", "2026-03-06")
    assert register.history(number) == [("imported", "active"), ("by_date", "expired")]


def test_a_stop_that_ends_by_itself_is_history_and_no_hold(register: Register, hands) -> None:
    stops = Stops(deactivated_from=START + timedelta(days=2), deactivated_until=START + timedelta(days=4))
    number = register.license(stops=stops)
    hands.pass_by(days=10)
    assert register.work_off() == 1
    lines = register.door().license_history(number)["items"]
    assert [(each["on"], each["status"]) for each in reversed(lines)] == [
        ("2026-03-01", "active"),
        ("2026-03-03", "deactivated"),
        ("2026-03-06", "active"),
    ]
    assert register.news() == []


def test_a_cancelled_license_is_left_alone(register: Register, hands) -> None:
    register.license(valid_until=START + timedelta(days=5), stops=Stops(cancelled_on=START))
    hands.pass_by(days=10)
    assert (register.work_off(), register.remind(), register.news()) == (0, 0, [])


def test_reminders_come_60_30_and_7_days_before_each_date_once_each(
    register: Register, hands, postgres
) -> None:
    office_id = register.office("C-1")
    register.hear_member(office_id, "general-1")
    register.guarantee("C-1", "LG 1", expires_on=START + timedelta(days=100))
    civil = register.broker(
        civil_id_expiry=START + timedelta(days=101), passport_expiry=START + timedelta(days=102)
    )
    number = register.license(
        "C-1", guarantee_number="LG 1", civil_id=civil, valid_until=START + timedelta(days=103)
    )
    was_killed = False
    for _ in range(110):
        hands.pass_by(days=1)
        if not was_killed and hands.today == START + timedelta(days=70):
            killed(postgres, hands, "due_reminders", "remind")
            was_killed = True
        thrice(register, register.remind)
    told = register.news("license_expiring")
    assert [(each["data"]["what"], each["data"]["days"]) for each in told] == [
        (what, days) for days in (60, 30, 7) for what in ("guarantee", "civil_id", "passport", "license")
    ]
    assert all(each["recipients"] == ["general-1"] and each["aggregate"] == number for each in told)
    assert told[0]["data"]["expires_on"] == (START + timedelta(days=100)).isoformat()
    assert told[0]["data"]["what_name"] == {"ar": "الضمان البنكي", "en": "Bank guarantee"}
    assert [each["seq"] for each in told] == list(range(1, 13))


def test_a_jump_over_several_distances_reminds_of_the_nearest_alone(register: Register, hands) -> None:
    register.license(valid_until=START + timedelta(days=100))
    hands.pass_by(days=80)
    thrice(register, register.remind)
    hands.pass_by(days=40)
    thrice(register, register.remind)
    assert [each["data"]["days"] for each in register.news("license_expiring")] == [20]


def test_a_renewed_date_is_reminded_of_anew(register: Register, hands) -> None:
    number = register.license(valid_until=START + timedelta(days=5))
    register.remind()
    register.approve(number, valid_until=(START + timedelta(days=400)).isoformat())
    thrice(register, register.remind)
    hands.pass_by(days=340)
    thrice(register, register.remind)
    ends = [(each["data"]["expires_on"], each["data"]["days"]) for each in register.news("license_expiring")]
    assert ends == [("2026-03-06", 5), ("2027-04-05", 60)]
