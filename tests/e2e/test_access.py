"""Nobody reaches what is not his: every route of the gateway times every kind of visitor, against one table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from deploy.local.stack import Stack
from gateway.permissions import Route
from tests.e2e import routes
from tests.e2e.access_table import LOGIN, REACHES, ROLES, TABLE, Wanted
from tests.e2e.portal import Portal, path
from tests.e2e.visitors import PageVisitor, Program, connection
from tests.factories.people import Person

ROUTES = routes.every()
ON_OBJECTS = [route for route in ROUTES if routes.names_an_object(route)]
OTHERS = [route for route in ROUTES if not routes.names_an_object(route)]
OFFICERS = ("reviewer", "supervisor")
STREAMS = ("/live", "/api/v1/events")  # they answer for half a minute


@dataclass
class Things:
    """What belongs to one general user, as parts of paths: by object (`draft`, `sent`), and his own."""

    parts: dict[str, dict[str, str]]
    own: dict[str, str]
    numbers: dict[str, str]


@dataclass
class Visitors:
    """A program and a page visitor per role."""

    programs: dict[str, Program]
    pages: dict[str, PageVisitor]

    def call(self, role: str, route: Route, parts: dict[str, str]) -> requests.Response:
        """Call a route with valid values."""
        address, body = routes.path_of(route.rule, parts), routes.BODIES.get(routes.name(route))
        if route.rule.startswith("/api/v1"):
            return self._call_api(role, route, address.removeprefix("/api/v1"), body)
        visitor = self.pages[role]
        if route.method == "GET":
            return visitor.get(address, stream=route.rule in STREAMS)
        if route.rule.endswith(routes.AS_JSON):
            headers = {"X-CSRFToken": visitor.form_token()}
            return visitor.http.post(f"{visitor.url}{address}", json=body or {}, headers=headers, timeout=20)
        if route.rule == routes.AS_FILE:
            return visitor.post(address, files={"file": ("a.pdf", b"%PDF-1.4 a", "application/pdf")})
        return visitor.post(address, body)

    def _call_api(
        self, role: str, route: Route, address: str, body: dict[str, Any] | None
    ) -> requests.Response:
        text = routes.AS_CSV.get(routes.name(route))
        if text is not None:
            headers = {"Content-Type": "text/csv"}
            return self.programs[role].call(route.method, address, data=text.encode(), headers=headers)
        body = {} if body is None and route.method == "POST" else body
        return self.programs[role].call(route.method, address, body, stream=route.rule in STREAMS)


@pytest.fixture(scope="module")
def owner(stack: Stack) -> Person:
    """The general user whose things the others try to reach, signed in."""
    account = stack.accounts["general_user"]
    portal = _portal(stack)
    token = portal.sign_in(account)
    me = portal.call("GET", "/me", token=token)
    mobile = me["mobile"].removeprefix("+965")
    return Person(email=account["email"], mobile=mobile, civil_id=me["civil_id"], token=token)


@pytest.fixture(scope="module")
def things(stack: Stack, owner: Person) -> Iterator[Things]:
    """A draft and a sent request with their documents, an exam session in preparation; gone afterwards."""
    portal = _portal(stack)
    examiner = portal.sign_in(stack.accounts["examiner"])
    session = _open_session(portal, examiner)
    requests_ = {"draft": portal.open_exam(owner), "sent": portal.open_exam(owner)}
    parts, numbers = {}, {}
    for name, request in requests_.items():
        portal.upload_required(owner, request)
        document = portal.call("GET", path(request), token=owner.token)["documents"][0]["files"][0]["id"]
        parts[name] = {
            "<number:number>": request["number"].replace("/", "-"), "<uuid:document_id>": document
        }  # fmt: skip
        numbers[name] = request["number"]
    portal.submit(owner, requests_["sent"])
    portal.catcher.wait(owner.email, channel="email", matching=numbers["sent"])
    own = _own_things(portal, owner, numbers["sent"])
    yield Things(parts, {**own, "<uuid:session_id>": session}, numbers)
    portal.call("POST", f"/office/exam-sessions/{session}/cancel", {}, token=examiner)
    portal.call("POST", f"{path(requests_['sent'])}/withdraw", {}, token=owner.token)
    portal.call("DELETE", path(requests_["draft"]), token=owner.token, wanted=204)


@pytest.fixture(scope="module")
def visitors(stack: Stack, owner: Person) -> Visitors:
    """One of each role, and the owner."""
    portal = _portal(stack)
    accounts = {"other_office": "other_office_general_user", "same_office": "additional_user"}
    tokens = {"anonymous": "", "other_candidate": portal.newcomer().token, "owner": owner.token}
    for role in set(ROLES) - set(tokens):
        tokens[role] = portal.sign_in(stack.accounts[accounts.get(role, role)])
    return Visitors(
        {role: Program(stack.gateway_url, token) for role, token in tokens.items()},
        {role: PageVisitor(stack.gateway_url, token) for role, token in tokens.items()},
    )


def _portal(stack: Stack) -> Portal:
    portal = Portal(stack.gateway_url, stack.catcher_url)
    portal.http = connection()
    return portal


def _open_session(portal: Portal, examiner: str) -> str:
    held_at = (datetime.now(UTC) + timedelta(days=60)).isoformat()
    form = {
        "broker_type": "general_broker", "place_ar": "القاعة 1", "place_en": "Hall 1", "seats": 20, "held_at": held_at
    }  # fmt: skip
    return portal.call("POST", "/office/exam-sessions", form, token=examiner, wanted=201)["id"]


def _own_things(portal: Portal, owner: Person, number: str) -> dict[str, str]:
    session = portal.call("GET", "/sessions", token=owner.token)["items"][0]["id"]
    notices = [notice for notice in portal.notices(owner.token) if notice["number"] == number]
    return {"<word:session_id>": session, "<uuid:notice_id>": notices[0]["id"]}


def _got(response: requests.Response) -> Wanted:
    response.close()
    if response.is_redirect and "/login" in response.headers["Location"]:
        return LOGIN
    if response.is_redirect and "/session-ended" in response.headers["Location"]:
        return LOGIN
    return response.status_code


def _fits(wanted: Wanted, got: Wanted) -> bool:
    if wanted == REACHES:
        return got not in (401, 403, 404, LOGIN, 400, 500)
    return got == wanted


def test_every_route_has_a_row() -> None:
    assert {routes.name(route) for route in ROUTES} == set(TABLE)


@pytest.mark.parametrize("route", ON_OBJECTS, ids=routes.name)
def test_an_object_is_reached_by_whom_it_is_for(route: Route, visitors: Visitors, things: Things) -> None:
    row, wrong = TABLE[routes.name(route)], []
    for target, parts in things.parts.items():
        for role in ROLES:
            wanted, got = row.wanted(role, target), _got(visitors.call(role, route, parts))
            if not _fits(wanted, got):
                wrong.append(f"{role} on {target}: {got}, wanted {wanted}")
    if row.owner is not None:
        got = _got(visitors.call("owner", route, things.parts[row.harmless]))
        if not _fits(row.owner, got):
            wrong.append(f"owner on {row.harmless}: {got}, wanted {row.owner}")
    assert not wrong


def _ends_own_session(route: Route) -> bool:
    return routes.name(route) in ("DELETE /api/v1/sessions/current", "POST /logout")


def _changes_something(route: Route, role: str) -> bool:
    """Calls without an object that would do what they are for: left to the journeys."""
    opens = route.rule in ("/api/v1/requests", "/services/<word:code>/requests") and route.method == "POST"
    takes = route.rule in ("/api/v1/office/requests/next", "/office/next") and role in OFFICERS
    return takes or (opens and role not in ("anonymous", *OFFICERS, "examiner", "administrator"))


@pytest.mark.parametrize(
    "route", [route for route in OTHERS if not _ends_own_session(route)], ids=routes.name
)
def test_a_door_opens_to_whom_it_is_for(route: Route, visitors: Visitors, things: Things) -> None:
    row, wrong = TABLE[routes.name(route)], []
    for role in ROLES:
        if _changes_something(route, role):
            continue
        got = _got(visitors.call(role, route, things.own))
        if not _fits(row.wanted(role, "sent"), got):
            wrong.append(f"{role}: {got}, wanted {row.wanted(role, 'sent')}")
    assert not wrong


def test_his_own_notice_and_session_are_the_owners(visitors: Visitors, things: Things, owner: Person) -> None:
    """What is 404 to everybody else is there."""
    notice = next(r for r in ROUTES if r.rule == "/api/v1/notices/<uuid:notice_id>/read")
    assert visitors.call("owner", notice, things.own).status_code == 204
    listed = visitors.programs["owner"].call("GET", "/sessions").json()["items"]
    assert things.own["<word:session_id>"] in {session["id"] for session in listed}


LISTS = (
    "/requests", "/requests?limit=100", "/requests?q={number}", "/requests?status=submitted",
    "/requests?status=draft", "/notices", "/sessions", "/office/requests?queue=all",
    "/office/requests?queue=all&q={number}", "/office/requests?queue=unassigned",
)  # fmt: skip
PAGES = ("/", "/requests", "/requests?q={number}", "/requests/cards", "/notices", "/services/broker_exam",
         "/services", "/office?queue=all", "/office?queue=all&q={number}")  # fmt: skip


@pytest.mark.parametrize("role", [role for role in ROLES if role not in OFFICERS])
def test_lists_searches_and_counts_hold_nothing_of_others(
    role: str, visitors: Visitors, things: Things
) -> None:
    for number in things.numbers.values():
        for template in LISTS:
            response = visitors.programs[role].call("GET", template.format(number=number))
            assert number not in response.text, template
            if template.startswith("/office"):
                assert response.status_code in (401, 403)
                assert "counts" not in response.json()
        for template in PAGES:
            shown = visitors.pages[role].get(template.format(number=number)).text
            assert f"/requests/{number.replace('/', '-')}" not in shown, template


def test_an_officer_finds_what_was_sent_and_no_draft(visitors: Visitors, things: Things) -> None:
    """And the owner finds both: an empty answer to everybody would pass the test before."""
    for role, template, wanted in (
        ("reviewer", "/office/requests?queue=all&q={number}", {"sent"}),
        ("supervisor", "/office/requests?queue=all&q={number}", {"sent"}),
        ("owner", "/requests?q={number}", {"sent", "draft"}),
    ):
        for name, number in things.numbers.items():
            items = visitors.programs[role].call("GET", template.format(number=number)).json()["items"]
            assert (number in {item["number"] for item in items}) == (name in wanted), (role, name)


def test_a_document_opens_under_its_own_request_alone(visitors: Visitors, things: Things) -> None:
    """A page's address names both: a document of one request does not open under another of the same owner."""
    document = things.parts["draft"]["<uuid:document_id>"]
    number = things.parts["sent"]["<number:number>"]
    for role, prefix in (("owner", ""), ("reviewer", "/office")):
        response = visitors.pages[role].get(f"{prefix}/requests/{number}/documents/{document}")
        assert response.status_code == 404, role


def test_a_presigned_answer_is_not_kept_for_others(visitors: Visitors, things: Things) -> None:
    """What leads to a paper or a file is never stored on the way."""
    parts = things.parts["sent"]
    address = f"/documents/{parts['<uuid:document_id>']}/content"
    response = visitors.programs["owner"].call("GET", address)
    assert response.status_code == 302
    assert response.headers["Cache-Control"] == "no-store"


def test_the_same_refusal_for_what_is_there_and_what_is_not(visitors: Visitors, things: Things) -> None:
    """Numbers follow one another: a refusal must not tell which exist."""

    def told(program: Program, address: str) -> dict[str, Any]:
        problem = program.call("GET", address).json()
        return {name: value for name, value in problem.items() if name != "trace_id"}

    there, nowhere = things.parts["sent"]["<number:number>"], "CE-999999999-26"
    for role in ("other_candidate", "other_office", "same_office", "examiner", "administrator"):
        for template in (
            "/requests/{}",
            "/requests/{}/checks",
            "/requests/{}/print.pdf",
            "/office/requests/{}",
        ):
            program = visitors.programs[role]
            assert told(program, template.format(there)) == told(program, template.format(nowhere)), role
