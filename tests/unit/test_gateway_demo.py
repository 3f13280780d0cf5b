"""The clock of a demo at the border: all services or a refusal that names the rest; nothing of it in production."""

from typing import Any

import pytest

from chassis.errors import Fault, Invalid, NotFound, Unavailable
from contracts.calls import SERVICES
from tests.unit.gateway_stage import PRODUCTION, Answers, application, csrf_token

THEN = "2027-01-16T09:00:00.000Z"
URL = "/demo/clock"


def _answers(**changed: Any) -> Answers:
    given = {f"{service}.{method}": {"at": THEN} for service in SERVICES for method in METHODS}
    return Answers({**given, **{f"{name}.move_clock": answer for name, answer in changed.items()}})


METHODS = ("read_clock", "move_clock")


def test_all_services_are_asked_for_the_same_moment() -> None:
    answers = _answers()
    response = application(answers).test_client().post(URL, json={"at": THEN})
    assert (response.status_code, response.get_json()) == (200, {"at": THEN})
    assert sorted(answers.names()) == sorted(f"{service}.move_clock" for service in SERVICES)
    assert all(arguments == {"at": THEN} for _, arguments, _ in answers.calls)


def test_the_clock_can_be_read() -> None:
    answers = _answers()
    answers.given["licensing.read_clock"] = {"at": "2027-01-16T09:00:00.020Z"}
    response = application(answers).test_client().get(URL)
    assert response.get_json() == {"at": "2027-01-16T09:00:00.020Z"}  # the latest: never behind a service
    assert response.headers["Cache-Control"] == "no-store"


def test_a_service_that_was_not_reached_is_named() -> None:
    answers = _answers(documents=Unavailable("service.timeout"), requests=Unavailable("clock.still_working"))
    client = application(answers).test_client()
    response = client.post(URL, json={"at": THEN}, headers={"Accept-Language": "en"})
    problem = response.get_json(force=True)
    assert (response.status_code, problem["code"]) == (503, "clock.not_everywhere")
    assert problem["services"] == "documents, requests"
    assert "documents, requests" in problem["detail"]
    assert response.headers["Retry-After"]
    assert len(answers.calls) == len(SERVICES)


def test_a_service_that_refuses_is_heard() -> None:
    refusal = Invalid("clock.backwards", {"at": THEN}, [Fault("/at", "clock.backwards", {"at": THEN})])
    client = application(_answers(identity=refusal)).test_client()
    response = client.post(URL, json={"at": THEN})
    problem = response.get_json(force=True)
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")
    assert (problem["code"], problem["errors"][0]["pointer"]) == ("clock.backwards", "/at")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({}, "/at"), ({"at": 5}, "/at"), ({"at": THEN, "by": 1}, "/by"), ({"at": "x" * 99}, "/at")],
)
def test_what_is_no_wish_reaches_no_service(body: dict[str, Any], pointer: str) -> None:
    answers = _answers()
    response = application(answers).test_client().post(URL, json=body)
    assert response.status_code == 422
    assert [fault["pointer"] for fault in response.get_json(force=True)["errors"]] == [pointer]
    assert answers.calls == []


def test_a_form_of_another_site_does_not_move_it() -> None:
    answers = _answers()
    client = application(answers).test_client()
    assert client.post(URL, data={"at": THEN}).status_code == 415
    assert client.post(URL, data=f'{{"at": "{THEN}"}}', content_type="text/plain").status_code == 415
    assert answers.calls == []


def test_production_has_no_such_path() -> None:
    answers = _answers()
    app = application(answers, **PRODUCTION)
    client = app.test_client()
    token = csrf_token(client)
    assert client.get(URL).status_code == 404
    assert client.post(URL, json={"at": THEN}, headers={"X-CSRFToken": token}).status_code == 404
    assert not {"read_clock", "move_clock"} & {name.partition(".")[2] for name in answers.names()}
    assert not [rule for rule in app.url_map.iter_rules() if "demo" in rule.rule]


def test_services_of_production_behind_a_demo_gateway_are_heard() -> None:
    client = application(_answers(identity=NotFound("path.unknown"))).test_client()
    assert client.post(URL, json={"at": THEN}).status_code == 404
