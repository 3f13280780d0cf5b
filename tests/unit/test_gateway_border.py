"""What every answer carries, which forms are taken, and how many."""

import gzip
import logging

import pytest

from chassis import logs
from chassis.config import SettingsError
from gateway import limits
from tests.unit.gateway_stage import (
    DEFINITION,
    REQUEST,
    TOKEN,
    Answers,
    application,
    bearer,
    csrf_token,
    knowing,
    settings,
    signed_in,
)

PATHS = (
    "/",
    "/login",
    "/nowhere",
    "/static/any/vendor/govuk.css",
    "/api/v1/nowhere",
    "/healthz",
    "/api/docs",
)


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(path: str) -> None:
    headers = application().test_client().get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    for directive in ("connect-src", "form-action", "img-src"):
        assert "http://store.example:9000" in policy.split(directive)[1].split(";")[0]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Permissions-Policy"]
    assert headers["X-Trace-Id"]
    assert "Server" not in headers


def test_pages_hold_nothing_inline_and_name_no_third_party() -> None:
    client = application().test_client()
    for path in ("/", "/login", "/support", "/guide", "/api/docs"):
        page = client.get(path).get_data(as_text=True)
        assert " style=" not in page
        assert "<style" not in page
        assert "onclick" not in page
        assert 'src="http' not in page
        assert "<script>" not in page


def test_nothing_personal_is_kept_by_browsers() -> None:
    answers = knowing("candidate")
    answers.given["identity.me"] = {"id": "x"}
    response = application(answers).test_client().get("/api/v1/me", headers=bearer())
    assert response.headers["Cache-Control"] == "no-store"
    assert "Authorization" in response.headers["Vary"]


def test_a_style_sheet_travels_compressed_and_is_the_same() -> None:
    client = application().test_client()
    plain = client.get("/static/any/vendor/govuk.css", headers={"Accept-Encoding": "identity"})
    packed = client.get("/static/any/vendor/govuk.css", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 4
    again = client.get(
        "/static/any/vendor/govuk.css",
        headers={"Accept-Encoding": "gzip", "If-None-Match": plain.headers["ETag"]},
    )
    assert again.status_code == 304


# ----------------------------------------------------------------------------------------------------- forms


def _refused(response) -> bool:
    return response.status_code == 400 and "csrf" not in (response.location or "")


def test_a_form_without_its_token_is_refused() -> None:
    answers = Answers()
    client = application(answers).test_client()
    csrf_token(client)
    assert _refused(client.post("/login", data={"email": "a"}))
    assert _refused(client.post("/login", data={"email": "a", "csrf_token": "wrong"}))
    assert answers.calls == []


def test_a_token_of_another_browser_is_refused() -> None:
    app = application()
    token = csrf_token(app.test_client())
    other = app.test_client()
    csrf_token(other)
    assert _refused(other.post("/login", data={"csrf_token": token}))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:81"},
    ],
)
def test_a_form_from_elsewhere_is_refused_even_with_its_token(headers: dict[str, str]) -> None:
    answers = Answers()
    client = application(answers).test_client()
    assert _refused(client.post("/login", data={"csrf_token": csrf_token(client)}, headers=headers))
    assert answers.calls == []


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}])
def test_a_form_of_ours_is_taken(headers: dict[str, str]) -> None:
    answers = Answers({"identity.request_password_reset": {}})
    client = application(answers).test_client()
    form = {"csrf_token": csrf_token(client), "email": "a@b.example"}
    assert client.post("/password/forgot", data=form, headers=headers).location == "/password/sent"


def test_scripts_send_the_token_in_a_header_and_are_told_in_json() -> None:
    app = application(knowing("candidate"))
    browser = signed_in(app)
    refused = browser.post("/session/extend")
    assert (refused.status_code, refused.mimetype) == (400, "application/json")
    assert refused.get_json().keys() >= {"code", "message"}
    taken = browser.post("/session/extend", headers={"X-CSRFToken": csrf_token(browser)})
    assert taken.get_json()["seconds"] > 800


# ---------------------------------------------------------------------------------------------------- limits


def test_a_rate_is_told_and_kept() -> None:
    answers = knowing("candidate")
    answers.given["identity.me"] = {"id": "x"}
    client = application(answers, RATE_ALL="3 per minute").test_client()
    left = [client.get("/api/v1/me", headers=bearer()).headers["RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    refused = client.get("/api/v1/me", headers=bearer())
    assert refused.status_code == 429
    assert refused.content_type == "application/problem+json"
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    assert refused.headers["RateLimit-Limit"] == "3"
    assert client.get("/healthz").status_code == 200
    page = client.get("/")
    assert (page.status_code, page.mimetype) == (429, "text/html")


def test_sign_ins_are_limited_over_pages_and_api_together() -> None:
    client = application(RATE_SIGN_IN="2 per minute").test_client()
    token = csrf_token(client)
    body = {"email": "a@b.example", "password": "p"}
    assert client.post("/api/v1/sessions", json=body).status_code == 503
    assert client.post("/login", data={"csrf_token": token, **body}).status_code == 503
    assert client.post("/api/v1/sessions", json=body).status_code == 429
    assert client.get("/login").status_code == 200


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # not a proxy of ours: its word counts for nothing
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("10.0.0.1", "evil, 10.0.0.7", "10.0.0.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_an_address_is_the_nearest_that_is_no_proxy_of_ours(peer: str, forwarded: str, expected: str) -> None:
    app = application(TRUSTED_PROXIES="10.0.0.0/8")
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    with app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": peer}):
        assert limits.client_address() == expected


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_ipv6_counts_by_network(address: str, network: str) -> None:
    with application().test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        assert limits.client_network() == network


# -------------------------------------------------------------------------------------------------- the rest


def test_the_key_of_a_command_is_the_senders_or_a_fresh_one() -> None:
    answers = knowing("candidate")
    answers.given["requests.submit"] = {"number": "CE/8/26"}
    client = application(answers).test_client()
    path = "/api/v1/requests/CE-8-26/submit"
    client.post(path, headers=bearer() | {"Idempotency-Key": "mine"})
    assert answers.of("requests.submit")[1].key == "mine"
    client.post(path, headers=bearer())
    assert len(answers.of("requests.submit")[1].key or "") > 20
    refused = client.post(path, headers=bearer() | {"Idempotency-Key": "x" * 201})
    assert refused.status_code == 422
    assert refused.get_json(force=True)["code"] == "idempotency.key_invalid"


def test_questions_and_attempts_carry_no_key() -> None:
    answers = Answers({"identity.open_session": {"access_token": "x", "expires_in": 1, "account": {}}})
    application(answers).test_client().post(
        "/api/v1/sessions", json={"email": "a", "password": "b"}, headers={"Idempotency-Key": "mine"}
    )
    assert answers.of("identity.open_session")[1].key is None


def test_the_same_form_twice_is_one_command_and_another_content_another() -> None:
    answers = knowing("candidate")
    answers.given["requests.submit"] = {}
    app = application(answers)
    browser = signed_in(app)
    keys = []
    for version in ("1", "1", "2"):
        token = csrf_token(browser)
        form = {"csrf_token": token, "idempotency_key": "k", "version": version}
        browser.post("/requests/CE-8-26/submit", data=form)
        keys.append(answers.of("requests.submit")[1].key)
    assert keys[0] == keys[1] != keys[2]


def test_one_deadline_for_a_request_and_half_a_second_for_a_decoration() -> None:
    answers = knowing("candidate")
    answers.given |= {"requests.get_service_type": DEFINITION, "requests.get_request": REQUEST}
    app = application(answers)
    signed_in(app).get("/requests/CE-8-26/steps/contact")
    asked = [answers.of(f"requests.{name}")[1].deadline for name in ("get_request", "get_service_type")]
    assert asked[0] == asked[1]
    answers.given["notifications.list_notices"] = {"items": [], "next": None}
    signed_in(app).get("/notices")
    deadlines = [answers.of(f"notifications.{name}")[1].deadline for name in ("count_unread", "list_notices")]
    assert deadlines[1] - deadlines[0] > 6


def test_a_page_without_its_counter_is_a_page() -> None:
    answers = knowing("candidate")
    answers.given["notifications.list_notices"] = {"items": [], "next": None}
    del answers.given["notifications.count_unread"]
    assert signed_in(application(answers)).get("/notices").status_code == 200


def test_readiness_names_what_is_missing() -> None:
    answers = Answers(
        {f"{name}.health": {"ok": True, "checks": {}} for name in ("identity", "requests", "licensing")}
    )
    client = application(answers).test_client()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.get_json()["missing"] == ["documents", "notifications"]
    assert client.get("/readyz?self").status_code == 200
    assert client.get("/healthz").get_json() == {"ok": True}


def test_the_log_holds_routes_and_no_addresses(caplog: pytest.LogCaptureFixture) -> None:
    answers = Answers({"identity.reset_password": {}})
    client = application(answers).test_client()
    body = {"password": "secret-word", "password_confirmation": "secret-word"}
    with caplog.at_level(logging.INFO):
        client.put(f"/api/v1/password-resets/{TOKEN}", json=body)
    assert any(getattr(record, "route", "").endswith("<word:token>") for record in caplog.records)
    told = " ".join(str(vars(record)) for record in caplog.records)
    assert TOKEN not in told
    assert "secret-word" not in told
    assert logs.trace_id.get()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"PORTAL_URL": "portal.example"}, "PORTAL_URL"),
        ({"RATE_ALL": "plenty"}, "RATE_ALL"),
        ({"TRUSTED_PROXIES": "10.0.0.0/33"}, "TRUSTED_PROXIES"),
        ({"S3_URL": "seaweed:9000"}, "S3_URL"),
    ],
)
def test_wrong_settings_stop_with_a_sentence(changed: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        settings(**changed)
