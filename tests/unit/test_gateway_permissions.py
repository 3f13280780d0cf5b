"""Every route names a permission, and nobody comes past it without a session that holds it."""

import re

import pytest
from flask import Blueprint, Flask

from contracts.permissions import ALLOWED, Role
from gateway import permissions
from gateway.permissions import Route, needs
from tests.unit.gateway_stage import Answers, application, bearer, csrf_token, knowing, signed_in

ROUTES = sorted(permissions.routes(application()), key=lambda route: (route.rule, route.method))
PROTECTED = [route for route in ROUTES if Role.ANYBODY not in ALLOWED[route.permission]]
OF_STAFF = [route for route in PROTECTED if ALLOWED[route.permission] <= {Role.REVIEWER, Role.SUPERVISOR}]
DOCUMENT = "01920000-0000-7000-8000-000000000000"
OF_SESSIONS = [route for route in ROUTES if "/office/exam-sessions/<uuid:" in route.rule]
_VALUES = {
    "number": "CE-8-26",
    "uuid": DOCUMENT,
    "int": "1",
    "word": "abc",
    "any(office, candidate)": "office",
}


def address(rule: str) -> str:
    """A path that the rule matches."""
    return re.sub(r"<([^:>]+(?:\([^)]*\))?):[^>]+>", lambda found: _VALUES[found[1]], rule).replace(
        "<path:filename>", "css/portal.css"
    )


def name(route: Route) -> str:
    return f"{route.method} {route.rule}"


def test_every_route_names_a_known_permission() -> None:
    assert len(ROUTES) > 80
    assert {route.permission for route in ROUTES} <= set(ALLOWED)


def test_every_permission_is_asked_for_somewhere() -> None:
    assert {route.permission for route in ROUTES} == set(ALLOWED)


def test_an_application_with_an_unnamed_route_does_not_start() -> None:
    app = Flask(__name__)
    permissions.needs("page.read")(app.view_functions["static"])
    blueprint = Blueprint("b", __name__)
    blueprint.add_url_rule("/open", "open", lambda: "")
    app.register_blueprint(blueprint)
    with pytest.raises(RuntimeError, match="GET /open"):
        permissions.refuse_unnamed(app)


def test_an_unknown_permission_stops_at_once() -> None:
    with pytest.raises(KeyError):
        needs("request.everything")


def test_every_page_of_a_service_has_its_counterpart_in_the_api() -> None:
    of_api = {route.permission for route in ROUTES if route.rule.startswith("/api/")}
    of_pages = {route.permission for route in ROUTES if not route.rule.startswith("/api/")}
    assert of_pages - of_api <= {"terms.accept", "demo.clock"}


@pytest.fixture(scope="module")
def nobody():
    return application()


@pytest.mark.parametrize("route", PROTECTED, ids=name)
def test_nobody_comes_in_without_a_session(route: Route, nobody) -> None:
    answers: Answers = Answers()
    nobody.extensions["portal.clients"].bus._caller = answers
    client = nobody.test_client()
    is_api = route.rule.startswith("/api/")
    headers = {} if is_api else {"X-CSRFToken": csrf_token(client)}
    response = client.open(address(route.rule), method=route.method, headers=headers)
    if is_api or "message" in response.get_data(as_text=True):
        assert response.status_code == 401
    elif not response.location:
        # A form that is read piece by piece is refused for its token before anything is asked.
        assert (response.status_code, route.endpoint) == (401, "requests.upload")
    else:
        assert response.status_code == 303
        assert response.location.startswith("/login")
    assert answers.calls == []


@pytest.fixture(scope="module")
def candidate():
    return application(knowing("candidate"))


@pytest.mark.parametrize("route", OF_STAFF, ids=name)
def test_an_applicant_on_a_staff_path_is_refused(route: Route, candidate) -> None:
    if route.rule.startswith("/api/"):
        response = candidate.test_client().open(address(route.rule), method=route.method, headers=bearer())
    else:
        browser = signed_in(candidate)
        response = browser.open(
            address(route.rule), method=route.method, headers={"X-CSRFToken": csrf_token(browser)}
        )
    assert response.status_code == (404 if "<number:" in route.rule else 403)
    asked = set(candidate.extensions["portal.clients"].bus._caller.names())
    assert asked <= {"identity.authenticate", "notifications.count_unread", "requests.list_service_types"}


@pytest.mark.parametrize("role", ["candidate", "administrator"])
@pytest.mark.parametrize("route", OF_SESSIONS, ids=name)
def test_an_exam_session_is_not_there_for_whom_it_is_not(route: Route, role: str) -> None:
    answers = knowing(role)
    response = (
        application(answers).test_client().open(address(route.rule), method=route.method, headers=bearer())
    )
    assert response.status_code == 404
    assert set(answers.names()) == {"identity.authenticate"}


@pytest.mark.parametrize(
    "route", [route for route in OF_SESSIONS if route.permission != "exam.read"], ids=name
)
def test_who_may_see_an_exam_session_and_not_run_it_is_told_so(route: Route) -> None:
    for role in ("reviewer", "supervisor"):
        client = application(knowing(role)).test_client()
        response = client.open(address(route.rule), method=route.method, headers=bearer())
        assert (response.status_code, response.get_json(force=True)["code"]) == (403, "permission.missing")


def test_a_supervisor_alone_assigns_and_reopens() -> None:
    for role, wanted in (("candidate", 404), ("examiner", 404), ("reviewer", 403), ("supervisor", 503)):
        client = application(knowing(role)).test_client()
        for step, body in (("assign", {"officer": "o"}), ("reopen", {"reason": "x"})):
            response = client.post(f"/api/v1/office/requests/CE-8-26/{step}", json=body, headers=bearer())
            assert response.status_code == wanted, (role, step)
