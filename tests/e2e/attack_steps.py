"""Steps that several attacks share."""

import time
from typing import Any

import requests

from tests.e2e.portal import Portal
from tests.e2e.visitors import Program
from tests.factories.people import Person

NEW_PASSWORD = "Safina-2027-ramal!"


def answer(portal: Portal, method: str, path: str, body: Any, token: str = "") -> requests.Response:
    """The answer of a call, whatever it is."""
    return Program(portal.url, token, http=portal.http).call(method, path, body)


def told(response: requests.Response) -> tuple[int, dict[str, Any]]:
    """Status and body without what differs from call to call."""
    body = response.json() if response.content else {}
    return response.status_code, {name: value for name, value in body.items() if name != "trace_id"}


def registration(portal: Portal, person: Person, **changed: Any) -> dict[str, Any]:
    """A filled registration with a solved captcha."""
    captcha = portal.call("GET", "/captchas/new")
    solved = {"captcha_id": captcha["id"], "captcha_text": captcha["demo_answer"]}
    return {**person.registration("candidate"), **solved, **changed}


def ends(portal: Portal, token: str) -> None:
    """At once, but for news on its way: within a second."""
    deadline = time.monotonic() + 1
    while answer(portal, "GET", "/me", None, token).status_code != 401:
        assert time.monotonic() < deadline, "the session lives on"
        time.sleep(0.05)
