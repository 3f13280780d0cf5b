"""The clock of a demo: sixty days of a draft in a minute, and nobody is signed out by it. In a portal of its own."""

import time
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from deploy.local.stack import Stack
from tests.e2e.conftest import portal_of_its_own
from tests.e2e.portal import Portal, Refused, new_key, path
from tests.factories.people import Person

KUWAIT = ZoneInfo("Asia/Kuwait")
LONGEST = 8.0  # seconds


@pytest.fixture(scope="module")
def portal(moved: Stack) -> Portal:
    """Its API."""
    return portal_of_its_own(moved)


def _clock(portal: Portal, at: Any = None) -> requests.Response:
    if at is None:
        return portal.http.get(f"{portal.url}/demo/clock", timeout=15)
    return portal.http.post(f"{portal.url}/demo/clock", json={"at": at}, timeout=15)


def _now(portal: Portal) -> datetime:
    return datetime.fromisoformat(_clock(portal).json()["at"])


def _move(portal: Portal, to: datetime) -> None:
    began = time.monotonic()
    answer = _clock(portal, to.isoformat())
    assert answer.status_code == 200, answer.text
    assert datetime.fromisoformat(answer.json()["at"]) >= to
    assert time.monotonic() - began < LONGEST


def _draft(portal: Portal, person: Person, request: dict[str, Any]) -> dict[str, Any]:
    return portal.call("GET", path(request), token=person.token)


def test_a_draft_is_reminded_of_and_goes_although_nobody_waited(portal: Portal) -> None:
    person = portal.newcomer()
    draft = portal.open_exam(person)
    opened = _now(portal)
    _move(portal, opened + timedelta(days=52, hours=23))
    assert _draft(portal, person, draft)["expires_on"] is None

    _move(portal, opened + timedelta(days=53, minutes=1))
    gone_on = (_now(portal) + timedelta(days=7)).astimezone(KUWAIT).date()
    assert _draft(portal, person, draft)["expires_on"] == gone_on.isoformat()
    portal.catcher.wait(person.email, channel="email", matching=draft["number"])
    (notice,) = [each for each in portal.notices(person.token) if each["kind"] == "draft_expiring"]
    assert notice["number"] == draft["number"]
    assert datetime.fromisoformat(notice["at"]) >= opened + timedelta(days=53)

    _move(portal, opened + timedelta(days=60, minutes=1))
    with pytest.raises(Refused) as refused:
        _draft(portal, person, draft)
    assert refused.value.status == 404
    assert portal.call("GET", "/requests", token=person.token)["items"] == []


def test_sessions_and_codes_stay_on_real_time_and_dates_do_not(portal: Portal, moved: Stack) -> None:
    person = portal.newcomer()  # his codes are as good as ever
    session = portal.call("GET", "/sessions", token=person.token)["items"]
    then = _now(portal) + timedelta(days=200)
    _move(portal, then)
    assert portal.call("GET", "/sessions", token=person.token)["items"][0]["id"] == session[0]["id"]
    officer = portal.sign_in(moved.accounts["reviewer"])
    assert portal.call("GET", "/me", token=officer)["email"] == moved.accounts["reviewer"]["email"]

    body = {"service_type": "broker_exam", "broker_type": "general_broker"}
    request = portal.call("POST", "/requests", body, token=person.token, key=new_key(), wanted=201)
    assert request["number"].endswith(f"/{then.astimezone(KUWAIT):%y}")
    expired = {"fields": {"civil_id_expiry": f"{then:%Y-%m-%d}"}, "version": request["version"]}
    refused = portal.call("PATCH", path(request), expired, token=person.token, wanted=422)
    assert refused["errors"][0]["pointer"] == "/fields/civil_id_expiry"
    request = portal.fill(person, request)
    portal.upload_required(person, request)  # the store's addresses are as good as ever
    sent = portal.submit(person, request)
    assert datetime.fromisoformat(sent["submitted_at"]) >= then


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2020-01-01T00:00:00Z", "clock.backwards"),
        ("2099-01-01T00:00:00Z", "clock.too_far"),
        ("in spring", "input.invalid"),
        ({}, "input.invalid"),
    ],
)
def test_what_the_clock_does_not_do(portal: Portal, at: Any, code: str) -> None:
    before = _now(portal)
    answer = _clock(portal, at)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["pointer"] == "/at"
    assert _now(portal) - before < timedelta(minutes=1)


def test_a_stopped_service_is_named_and_the_same_move_again_reaches_it(portal: Portal, moved: Stack) -> None:
    target = _now(portal) + timedelta(days=1)
    moved.component("licensing").stop()
    began = time.monotonic()
    answer = _clock(portal, target.isoformat())
    assert (answer.status_code, answer.json()["code"]) == (503, "clock.not_everywhere")
    assert answer.json()["services"] == "licensing"
    assert time.monotonic() - began < LONGEST
    moved.component("licensing").start()
    _move(portal, target)


def test_a_restart_keeps_the_time(portal: Portal, moved: Stack) -> None:
    target = _now(portal) + timedelta(days=1)
    _move(portal, target)
    for service in ("requests", "identity"):
        moved.component(service).restart()
    assert _now(portal) >= target
    person = portal.newcomer()
    assert datetime.fromisoformat(portal.open_exam(person)["updated_at"]) >= target
