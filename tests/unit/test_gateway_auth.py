"""Tokens: whose they are, how long a process believes what it was told, where each kind is taken."""

from time import monotonic
from typing import Any

import pytest

from chassis.errors import NotSignedIn, Unavailable
from gateway.auth import ANSWER_SECONDS, HOLD_SECONDS, Claims
from tests.unit.gateway_stage import (
    DEFINITION,
    REQUEST,
    TOKEN,
    Answers,
    application,
    bearer,
    csrf_token,
    knowing,
    session_of,
    signed_in,
)

REVOKED = {"name": "identity.session_revoked", "aggregate": "account-candidate", "seq": 1, "recipients": []}


class Identity:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.times = 0
        self.before_answer: Any = lambda: None

    def __call__(self, _digest: str) -> dict[str, Any]:
        self.times += 1
        self.before_answer()
        return session_of("candidate")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_claims_are_held_for_some_seconds_and_no_longer() -> None:
    identity, clock = Identity(), Clock()
    claims = Claims(identity, lambda: True, clock)
    claims.get("a")
    clock.now += HOLD_SECONDS - 0.1
    claims.get("a")
    assert identity.times == 1
    clock.now += 0.2
    claims.get("a")
    assert identity.times == 2


def test_nothing_is_held_while_news_cannot_arrive() -> None:
    identity = Identity()
    hears = True
    claims = Claims(identity, lambda: hears)
    claims.get("a")
    hears = False
    claims.get("a")
    claims.get("a")
    assert identity.times == 3


def test_an_answer_that_is_older_than_a_revocation_is_not_held() -> None:
    identity = Identity()
    claims = Claims(identity, lambda: True)
    identity.before_answer = claims.clear
    claims.get("a")
    identity.before_answer = lambda: None
    claims.get("a")
    assert identity.times == 2


def test_a_refused_token_is_never_held() -> None:
    def authenticate(_digest: str) -> dict[str, Any]:
        raise NotSignedIn("session.ended")

    claims = Claims(authenticate, lambda: True)
    for _ in range(2):
        with pytest.raises(NotSignedIn):
            claims.get("a")


def test_news_of_a_revoked_session_empties_what_is_held() -> None:
    answers = knowing("candidate")
    answers.given["identity.me"] = {}
    app = application(answers)
    news = app.extensions["portal.news"]
    news.on_state(True)
    client = app.test_client()
    for _ in range(2):
        client.get("/api/v1/me", headers=bearer())
    assert answers.names().count("identity.authenticate") == 1
    news.on_event(REVOKED)
    client.get("/api/v1/me", headers=bearer())
    assert answers.names().count("identity.authenticate") == 2


def test_the_token_itself_never_crosses_the_bus() -> None:
    answers = knowing("candidate")
    application(answers).test_client().get("/api/v1/me", headers=bearer())
    assert TOKEN not in repr([arguments for _, arguments, _ in answers.calls])


def test_the_api_takes_no_cookie_and_pages_take_no_bearer() -> None:
    app = application(knowing("candidate"))
    assert signed_in(app).get("/api/v1/me").status_code == 401
    page = app.test_client().get("/account", headers=bearer())
    assert (page.status_code, page.location) == (
        303,
        "/login?next=/account".replace("/account", "%2Faccount"),
    )


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "bearer wrong", "Bearer " + "a" * 5000]
)
def test_other_authorizations_are_401(header: str) -> None:
    app = application(knowing("candidate"))
    response = app.test_client().get("/api/v1/me", headers={"Authorization": header} if header else {})
    assert response.status_code == 401


def test_public_calls_of_the_api_do_not_look_at_tokens() -> None:
    answers = Answers({"requests.list_service_types": {"items": [], "next": None}})
    response = application(answers).test_client().get("/api/v1/service-types", headers=bearer("wrong"))
    assert response.status_code == 200
    assert answers.names() == ["requests.list_service_types"]


def test_public_pages_live_without_identity() -> None:
    answers = Answers({"identity.authenticate": Unavailable("service.timeout")})
    page = signed_in(application(answers)).get("/support")
    assert page.status_code == 200


def test_pages_that_need_identity_say_so() -> None:
    page = signed_in(application(Answers({"identity.authenticate": Unavailable("service.timeout")}))).get(
        "/account"
    )
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert page.headers["Retry-After"]


def test_identity_gets_a_part_of_the_time_and_the_rest_is_left_for_the_question() -> None:
    answers = knowing("candidate")
    answers.given["identity.me"] = {}
    app = application(answers)
    app.test_client().get("/api/v1/me", headers=bearer())
    left = {name: asking.deadline - monotonic() for name, _, asking in answers.calls}
    assert ANSWER_SECONDS - 1 < left["identity.authenticate"] <= ANSWER_SECONDS
    assert left["identity.me"] > app.config["PORTAL"].REQUEST_SECONDS - 1


def test_a_session_that_ended_leads_to_its_page_and_back() -> None:
    app = application(knowing("candidate"))
    browser = app.test_client()
    browser.set_cookie("portal_session", "another")
    page = browser.get("/requests?status=draft")
    assert page.location == "/session-ended?next=%2Frequests%3Fstatus%3Ddraft"


def test_what_was_typed_survives_the_end_of_a_session() -> None:
    answers = knowing("candidate")
    answers.given["requests.get_service_type"] = DEFINITION
    answers.given["requests.get_request"] = REQUEST
    app = application(answers)
    browser = signed_in(app)
    token = csrf_token(browser)
    browser.set_cookie("portal_session", "ended")
    sent = browser.post(
        "/requests/CE-8-26/steps/contact",
        data={"csrf_token": token, "address": "حولي، قطعة 4", "password": "x"},
    )
    assert sent.location == "/session-ended?next=%2Frequests%2FCE-8-26%2Fsteps%2Fcontact"
    browser.set_cookie("portal_session", TOKEN)
    page = browser.get("/requests/CE-8-26/steps/contact")
    assert "حولي، قطعة 4" in page.get_data(as_text=True)
    assert "حولي، قطعة 4" not in browser.get("/requests/CE-8-26/steps/contact").get_data(as_text=True)


def test_signing_in_gives_a_new_cookie_and_a_new_token_for_forms() -> None:
    answers = Answers({"identity.open_session": {"access_token": "new", "expires_in": 1, "account": {}}})
    browser = application(answers).test_client()
    token = csrf_token(browser)
    sent = browser.post("/login", data={"csrf_token": token, "email": "a@b.example", "password": "p"})
    cookie = next(
        value for value in sent.headers.getlist("Set-Cookie") if value.startswith("portal_session=")
    )
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert browser.post("/login", data={"csrf_token": token}).status_code == 400


def test_over_https_cookies_are_bound_to_the_host() -> None:
    answers = Answers({"identity.open_session": {"access_token": "new", "expires_in": 1, "account": {}}})
    browser = application(answers, PORTAL_URL="https://localhost").test_client()
    page = browser.get("/login", base_url="https://localhost")
    token = page.get_data(as_text=True).split('<meta name="csrf-token" content="')[1].split('"')[0]
    sent = browser.post(
        "/login",
        data={"csrf_token": token, "email": "a", "password": "p"},
        base_url="https://localhost",
        headers={"Referer": "https://localhost/login"},
    )
    cookies = [*page.headers.getlist("Set-Cookie"), *sent.headers.getlist("Set-Cookie")]
    for name in ("__Host-session=", "__Host-form="):
        cookie = next(value for value in cookies if value.startswith(name))
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/requests", "/requests"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("", "/"),
    ],
)
def test_login_leads_to_pages_of_ours_alone(asked: str, led_to: str) -> None:
    answers = Answers({"identity.open_session": {"access_token": "new", "expires_in": 1, "account": {}}})
    browser = application(answers).test_client()
    form = {"csrf_token": csrf_token(browser), "email": "a", "password": "p", "next": asked}
    assert browser.post("/login", data=form).location == led_to


def test_what_was_typed_survives_a_service_that_is_away() -> None:
    answers = knowing("candidate")
    browser = signed_in(application(answers))
    sent = browser.post(
        "/requests/CE-8-26/steps/contact", data={"csrf_token": csrf_token(browser), "address": "حولي، قطعة 4"}
    )
    assert sent.status_code == 503
    answers.given |= {"requests.get_service_type": DEFINITION, "requests.get_request": REQUEST}
    assert "حولي، قطعة 4" in browser.get("/requests/CE-8-26/steps/contact").get_data(as_text=True)


def test_what_was_typed_is_sealed_and_shown_on_its_own_page_alone() -> None:
    answers = knowing("candidate")
    browser = signed_in(application(answers))
    form = {"csrf_token": csrf_token(browser), "address": "حولي", "password": "secret-word"}
    sent = browser.post("/requests/CE-8-26/steps/contact", data=form)
    cookie = next(value for value in sent.headers.getlist("Set-Cookie") if value.startswith("typed="))
    assert "HttpOnly" in cookie
    assert "حولي" not in cookie
    answers.given |= {"requests.get_service_type": DEFINITION, "requests.get_request": REQUEST}
    assert "حولي" not in browser.get("/requests/CE-9-26/steps/contact").get_data(as_text=True)
    browser.set_cookie("typed", cookie.split("=")[1].split(";")[0][:-6] + "AAAAAA")
    assert "حولي" not in browser.get("/requests/CE-8-26/steps/contact").get_data(as_text=True)


def test_changed_terms_are_accepted_before_anything_else() -> None:
    answers = knowing("candidate", must_accept_terms=True)
    answers.given |= {
        "identity.terms": {"version": "2", "text": {"ar": "نص", "en": "text"}},
        "identity.accept_terms": {},
    }
    browser = signed_in(application(answers))
    for path in ("/", "/account", "/requests?status=draft"):
        assert browser.get(path).location.startswith("/terms/accept?next=/")
    assert browser.get("/support").status_code == 200
    page = browser.get("/terms/accept?next=%2Faccount")
    assert page.status_code == 200
    form = {"csrf_token": csrf_token(browser), "version": "2"}
    assert browser.post("/terms/accept?next=%2Faccount", data=form).status_code == 422
    assert (
        browser.post("/terms/accept?next=%2Faccount", data={**form, "accept_terms": "yes"}).location
        == "/account"
    )
    assert answers.of("identity.accept_terms")[0] == {"version": "2"}
