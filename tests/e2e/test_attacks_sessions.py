"""Attacks on sessions and forms: planted, kept, stolen by another site."""

from typing import Any

import pytest

from deploy.local.stack import Stack
from tests.e2e import routes
from tests.e2e.attack_steps import NEW_PASSWORD, ends
from tests.e2e.attack_steps import answer as call
from tests.e2e.portal import Portal, new_key
from tests.e2e.visitors import COOKIE, PageVisitor, connection


def test_a_session_planted_before_login_is_worth_nothing_after(stack: Stack, own: Portal) -> None:
    person, planted = own.newcomer(), "p" * 43
    visitor = PageVisitor(stack.gateway_url, planted)
    answer = visitor.log_in(person.email, person.password)
    assert answer.status_code == 303
    fresh = answer.cookies[COOKIE]
    assert fresh and fresh != planted and len(fresh) >= 43
    told = next(
        value for name, value in answer.raw.headers.items() if name == "Set-Cookie" and COOKIE in value
    )
    assert "HttpOnly" in told and "SameSite=Lax" in told and "Path=/" in told
    assert PageVisitor(stack.gateway_url, planted).get("/account").is_redirect
    again = PageVisitor(stack.gateway_url, fresh)
    answer = again.log_in(person.email, person.password)
    assert answer.cookies[COOKIE] != fresh


def test_a_cookie_is_nothing_to_the_api_and_a_token_nothing_to_pages(stack: Stack, own: Portal) -> None:
    person = own.newcomer()
    cookies, headers = {COOKIE: person.token}, {"Authorization": f"Bearer {person.token}"}
    http = connection()
    assert http.get(f"{stack.gateway_url}/api/v1/me", cookies=cookies, timeout=10).status_code == 401
    http.cookies.clear()
    page = http.get(f"{stack.gateway_url}/account", headers=headers, timeout=10, allow_redirects=False)
    assert page.status_code == 303 and "/login" in page.headers["Location"]


def test_logging_out_ends_the_session(stack: Stack, own: Portal) -> None:
    person = own.newcomer()
    visitor = PageVisitor(stack.gateway_url, own.login(person))
    token = visitor.token
    assert visitor.get("/account").status_code == 200
    assert visitor.post("/logout").status_code == 303
    ends(own, token)
    own.call("DELETE", "/sessions/current", token=own.login(person), wanted=204)
    ends(own, person.token)


def test_another_password_ends_the_other_sessions(own: Portal) -> None:
    person = own.newcomer()
    old, present = person.token, own.login(person)
    for token in (old, present):
        assert (
            own.call("GET", "/me", token=token)["email"] == person.email
        )  # and the claim is held from now on
    change = {"current": person.password, "password": NEW_PASSWORD, "password_confirmation": NEW_PASSWORD}
    own.call("PUT", "/me/password", change, token=present, wanted=204)
    ends(own, old)
    assert own.call("GET", "/me", token=present)["email"] == person.email
    body = {"email": person.email, "password": person.password}
    assert call(own, "POST", "/sessions", body).status_code == 401


# ------------------------------------------------------------------------------------------ 9 CSRF

FORMS = [r for r in routes.every() if r.method != "GET" and not r.rule.startswith(("/api/", "/demo/"))]
PARTS = {"<number:number>": "CE-1-26", "<uuid:document_id>": routes.UNKNOWN_ID,
         "<uuid:notice_id>": routes.UNKNOWN_ID, "<word:session_id>": routes.UNKNOWN_ID,
         "<uuid:session_id>": routes.UNKNOWN_ID}  # fmt: skip


@pytest.fixture(scope="module")
def signed_in(stack: Stack) -> dict[str, PageVisitor]:
    """The browsers of those whose pages begin so, the longest beginning first."""
    portal = Portal(stack.gateway_url, stack.catcher_url)
    portal.http = connection()
    tokens = {
        "/office/exams": portal.sign_in(stack.accounts["examiner"]),
        "/office": portal.sign_in(stack.accounts["reviewer"]),
        "": portal.newcomer().token,
    }
    return {start: PageVisitor(stack.gateway_url, token) for start, token in tokens.items()}


@pytest.mark.parametrize("route", FORMS, ids=routes.name)
def test_no_form_is_taken_from_elsewhere(stack: Stack, signed_in: dict[str, PageVisitor], route: Any) -> None:
    visitor = next(each for start, each in signed_in.items() if route.rule.startswith(start))
    stranger, address = PageVisitor(stack.gateway_url), routes.path_of(route.rule, PARTS)
    own, foreign = visitor.form_token(), stranger.form_token()
    body = {name: str(value) for name, value in routes.BODIES.get(routes.name(route), {}).items()}
    files = {"file": ("a.pdf", b"%PDF-1.4", "application/pdf")} if route.rule == routes.AS_FILE else None
    for token in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": foreign}):
        answer = visitor.bare_post(address, {**token, **body}, files=files)
        assert answer.status_code == 400, (token, answer.status_code)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        answer = visitor.bare_post(address, {"csrf_token": own, **body}, files=files, headers=headers)
        assert answer.status_code in (400, 403), (headers, answer.status_code)


def test_the_api_takes_no_form_in_somebodys_name(stack: Stack, own: Portal) -> None:
    """A form of another site can send a cookie and three content types: none of them does anything."""
    person = own.newcomer()
    http = connection()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        headers = {"Content-Type": kind, "Origin": "https://evil.example", "Idempotency-Key": new_key()}
        url = f"{stack.gateway_url}/api/v1/requests"
        data = b'{"service_type":"broker_exam"}'
        for more in ({}, {"Authorization": f"Bearer {person.token}"}):
            answer = http.post(
                url, data=data, headers={**headers, **more}, cookies={COOKIE: person.token}, timeout=10
            )
            assert answer.status_code == (415 if more else 401), answer.text
            assert "Access-Control-Allow-Origin" not in answer.headers
    assert own.call("GET", "/requests", token=person.token)["items"] == []
