"""One service stopped or frozen: what does not need it works, the rest says so in words within 8 seconds."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from deploy.local.stack import Stack
from tests.e2e.portal import Portal, path
from tests.e2e.visitors import PageVisitor, Program, connection
from tests.factories.people import Person

LONGEST = 8.0  # seconds
INSIDE = ("Traceback", "sqlalchemy", "nameko", "amqp", 'File "')


@dataclass(frozen=True)
class Outage:
    """A service, and calls that need it or do not: pages, and the API below /api/v1 as `METHOD path`."""

    service: str
    how: str  # stop | pause
    pages_up: tuple[str, ...]
    pages_down: tuple[str, ...]
    api_up: tuple[str, ...]
    api_down: tuple[str, ...]
    bodies: dict[str, Any] = field(default_factory=dict)


FILE = {"slot": "good_conduct", "filename": "a.pdf", "content_type": "application/pdf"}
_NO_REQUESTS = Outage(
    "requests",
    "stop",
    ("/support", "/guide", "/terms", "/register", "/account", "/notices"),
    ("/", "/requests", "{draft}", "{draft}/check", "/services/broker_exam"),
    ("GET /me", "GET /notices", "GET /sessions", "GET /captchas/new", "GET /openapi.json"),
    ("GET /requests", "GET {draft}", "GET /service-types", "POST /requests"),
    {"POST /requests": {"service_type": "broker_exam"}},
)
OUTAGES = (
    Outage(
        "identity",
        "stop",
        ("/", "/support", "/guide", "/login", "/register", "/password/forgot"),
        ("/requests", "/account", "/terms", "/register/candidate"),
        ("GET /service-types", "GET /service-types/broker_exam", "GET /openapi.json"),
        ("GET /me", "GET /requests", "GET /captchas/new", "POST /sessions"),
        {"POST /sessions": {"email": "a@example.com", "password": "Wrong-1234-word!"}},
    ),
    _NO_REQUESTS,
    Outage("requests", "pause", *(getattr(_NO_REQUESTS, name) for name in (
        "pages_up", "pages_down", "api_up", "api_down", "bodies"))),
    Outage(
        "documents",
        "stop",
        ("/", "/requests", "{draft}", "{draft}/check", "/account", "/notices"),
        ("{draft}/print.pdf", "{draft}/documents/{document}"),
        ("GET /requests", "GET {draft}", "GET {draft}/checks", "GET /me"),
        ("GET /documents/{document}", "GET /documents/{document}/content", "POST {draft}/documents",
         "GET {draft}/print.pdf"),
        {"POST {draft}/documents": FILE},
    ),
    Outage(
        "notifications",
        "stop",
        ("/", "/requests", "{draft}", "/account", "/services/broker_exam"),
        ("/notices",),
        ("GET /requests", "GET /me", "POST /requests", "GET {draft}"),
        ("GET /notices",),
        {"POST /requests": {"service_type": "broker_exam"}},
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def owner(stack: Stack) -> Person:
    """Somebody with a draft and a document in it."""
    return _portal(stack).newcomer()


@pytest.fixture(scope="module")
def parts(stack: Stack, owner: Person) -> dict[str, str]:
    """The draft's path and its document."""
    portal = _portal(stack)
    request = portal.open_exam(owner)
    portal.upload_required(owner, request)
    slots = portal.call("GET", path(request), token=owner.token)["documents"]
    return {"draft": path(request), "document": slots[0]["files"][0]["id"]}


def _portal(stack: Stack) -> Portal:
    portal = Portal(stack.gateway_url, stack.catcher_url)
    portal.http = connection()
    return portal


@contextmanager
def _without(stack: Stack, outage: Outage) -> Iterator[None]:
    component = stack.component(outage.service)
    if outage.how == "pause":
        component.pause()
    else:
        component.stop()
    try:
        yield
    finally:
        if outage.how == "pause":
            component.resume()
        else:
            component.start()
        component.wait_ready()


class Caller:
    """Calls pages and the API as one person who signed in before the outage."""

    def __init__(self, url: str, token: str, parts: dict[str, str], bodies: dict[str, Any]):
        self._url, self._token, self._parts, self._bodies = url, token, parts, bodies

    def page(self, address: str) -> requests.Response:
        """A page, in Arabic."""
        visitor = PageVisitor(self._url, self._token, "ar")
        return visitor.get(address.format(**self._parts))

    def api(self, call: str) -> requests.Response:
        """A call of the API."""
        method, address = call.format(**self._parts).split(" ")
        return Program(self._url, self._token).call(method, address, self._bodies.get(call))


def _check_page_down(answer: requests.Response) -> None:
    assert answer.headers["Content-Type"].startswith("text/html") and "Retry-After" in answer.headers
    assert "<h1" in answer.text and 'lang="ar"' in answer.text
    assert not [word for word in INSIDE if word in answer.text]


def _check_api_down(answer: requests.Response) -> None:
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert int(answer.headers["Retry-After"]) >= 1
    problem = answer.json()
    assert problem["status"] == 503 and problem["code"] and problem["detail"] and problem["trace_id"]


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: f"{outage.service}-{outage.how}")
def test_one_service_away(stack: Stack, owner: Person, parts: dict[str, str], outage: Outage) -> None:
    token = _portal(stack).login(owner)  # not asked about before: nobody holds what it stands for
    caller = Caller(stack.gateway_url, token, parts, outage.bodies)
    for address in ("/support", "/login", "/guide") * 2:  # both processes have made a page before
        requests.get(f"{stack.gateway_url}{address}", timeout=20)
    with _without(stack, outage), ThreadPoolExecutor(8) as pool:
        calls = {
            **{(name, 200): caller.page for name in outage.pages_up},
            **{(name, 503): caller.page for name in outage.pages_down},
            **{(name, 200): caller.api for name in outage.api_up},
            **{(name, 503): caller.api for name in outage.api_down},
        }
        running = {key: pool.submit(call, key[0]) for key, call in calls.items()}
        wrong = []
        for (name, wanted), future in running.items():
            answer = future.result()
            seconds = answer.elapsed.total_seconds()
            got = 200 if answer.status_code == 201 else answer.status_code
            if got != wanted or seconds > LONGEST:
                wrong.append(f"{name}: {answer.status_code} after {seconds:.1f} s, wanted {wanted}")
            if answer.status_code == 503:
                (_check_page_down if calls[name, wanted] == caller.page else _check_api_down)(answer)
        ready = requests.get(f"{stack.gateway_url}/readyz", timeout=10)
        assert ready.status_code == 503 and outage.service in ready.text
        assert requests.get(f"{stack.gateway_url}/healthz", timeout=10).status_code == 200
    _works_again(stack, caller, outage)
    assert not wrong


def _works_again(stack: Stack, caller: Caller, outage: Outage) -> None:
    deadline = time.monotonic() + 20
    for name in outage.pages_down:
        while caller.page(name).status_code not in (200, 302):
            assert time.monotonic() < deadline, name
            time.sleep(0.3)
    while requests.get(f"{stack.gateway_url}/readyz", timeout=10).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.3)


def test_what_was_sent_while_mails_were_away_is_mailed_after(stack: Stack) -> None:
    portal = _portal(stack)
    person = portal.newcomer()
    request = portal.open_exam(person)
    portal.upload_required(person, request)
    outage = next(each for each in OUTAGES if each.service == "notifications")
    with _without(stack, outage):
        assert portal.submit(person, request)["status"] == "submitted"
    assert portal.catcher.wait(person.email, channel="email", matching=request["number"])
