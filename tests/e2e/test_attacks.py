"""Attacks on getting in: guessing, replaying, forging; each fails here when its defence is taken out."""

import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from deploy.local.stack import Stack
from tests.e2e import routes
from tests.e2e.portal import Portal, new_key
from tests.e2e.visitors import COOKIE, PageVisitor, Program, connection
from tests.factories.people import Person

NEW_PASSWORD = "Safina-2027-ramal!"
PAIRS = 4
SLOWEST_RATIO = 2.5  # of the medians: a missing comparison of passwords makes it far more
LITTLE = 0.06  # seconds: below it a ratio says nothing


@pytest.fixture
def own(stack: Stack) -> Portal:
    """The API from an address of its own."""
    portal = Portal(stack.gateway_url, stack.catcher_url)
    portal.http = connection()
    return portal


def _answer(portal: Portal, method: str, path: str, body: Any, token: str = "") -> requests.Response:
    return Program(portal.url, token, http=portal.http).call(method, path, body)


def _told(answer: requests.Response) -> tuple[int, dict[str, Any]]:
    body = answer.json() if answer.content else {}
    return answer.status_code, {name: value for name, value in body.items() if name != "trace_id"}


def _registration(portal: Portal, person: Person, **changed: Any) -> dict[str, Any]:
    captcha = portal.call("GET", "/captchas/new")
    solved = {"captcha_id": captcha["id"], "captcha_text": captcha["demo_answer"]}
    return {**person.registration("candidate"), **solved, **changed}


def _assert_alike(known: list[float], unknown: list[float]) -> None:
    one, two = statistics.median(known), statistics.median(unknown)
    assert max(one, two) < LITTLE or max(one, two) / min(one, two) < SLOWEST_RATIO, (known, unknown)


# ------------------------------------------------------------------------------------------ 1 enumeration


def test_login_tells_nothing_about_who_has_an_account(stack: Stack, own: Portal) -> None:
    times: dict[bool, list[float]] = {True: [], False: []}
    answers = []
    emails = [stack.accounts[role]["email"] for role in ("supervisor", "examiner_2", "reviewer_2")]
    for email in emails:
        for n in range(PAIRS):
            for is_known in (True, False):
                address = email if is_known else f"nobody{n % 2}.{email}"
                began = time.monotonic()
                told = _answer(own, "POST", "/sessions", {"email": address, "password": "Wrong-1234-word!"})
                times[is_known].append(time.monotonic() - began)
                answers.append(_told(told))
    assert all(answer == answers[0] for answer in answers) and answers[0][0] == 401
    _assert_alike(times[True], times[False])
    for role in ("supervisor", "examiner_2", "reviewer_2"):
        own.sign_in(stack.accounts[role])  # and the right one still goes


def test_registration_tells_nothing_about_who_has_an_account(stack: Stack, own: Portal) -> None:
    known = own.newcomer()
    times: dict[str, list[float]] = {"email": [], "civil_id": [], "new": []}
    answers = []
    for _ in range(PAIRS):
        for kind, person in (
            ("email", Person(email=known.email)), ("civil_id", Person(civil_id=known.civil_id)), ("new", Person()),
        ):  # fmt: skip
            form = _registration(own, person)
            began = time.monotonic()
            answer = _answer(own, "POST", "/registrations", form)
            times[kind].append(time.monotonic() - began)
            answers.append(_told(answer))
    assert all(answer == (201, {"status": "verification_sent"}) for answer in answers), answers
    _assert_alike(times["email"], times["new"])
    _assert_alike(times["civil_id"], times["new"])


def test_a_second_registration_behaves_like_a_first_one(own: Portal) -> None:
    """Whoever registers somebody else's address meets the same doors, and never gets through them."""
    known, steps = own.newcomer(), []
    for person in (Person(email=known.email, password=NEW_PASSWORD), Person(password=NEW_PASSWORD)):
        own.call("POST", "/registrations", _registration(own, person), wanted=201)
        body = {"email": person.email, "password": person.password}
        first = _answer(own, "POST", "/sessions", body)
        second = _answer(own, "POST", "/sessions", {**body, "mobile": person.mobile})
        verification = second.json()["verification_id"]
        resent = _answer(own, "POST", f"/verifications/{verification}/resend", {"channel": "email"})
        wrong = _answer(
            own, "POST", f"/verifications/{verification}", {"email_code": "000000", "mobile_code": "000000"}
        )
        steps.append(
            [(answer.status_code, answer.json()["code"]) for answer in (first, second, resent, wrong)]
        )
    assert steps[0] == steps[1]
    own.login(known)  # the owner is not locked out by it


def test_resets_tell_nothing(own: Portal) -> None:
    known = own.newcomer()
    times: dict[bool, list[float]] = {True: [], False: []}
    for n in range(PAIRS):
        for email in (known.email, f"nobody.{n}@example.com"):
            began = time.monotonic()
            answer = _answer(own, "POST", "/password-resets", {"email": email})
            times[email == known.email].append(time.monotonic() - began)
            assert _told(answer) == (202, {})
    _assert_alike(times[True], times[False])


# ------------------------------------------------------------------------------------------ 2, 3 codes


def _verification(portal: Portal, person: Person) -> str:
    body = {"email": person.email, "password": person.password, "mobile": person.mobile}
    return portal.call("POST", "/sessions", body, wanted=403)["verification_id"]


def _codes(portal: Portal, person: Person) -> dict[str, str]:
    catcher = portal.catcher
    return {
        "email_code": catcher.code(person.email, "email"),
        "mobile_code": catcher.code(f"+965{person.mobile}", "sms"),
    }


def _wrong(codes: dict[str, str]) -> dict[str, str]:
    return {name: f"{(int(code) + 1) % 1_000_000:06d}" for name, code in codes.items()}


@pytest.mark.parametrize("at_once", [1, 20])
def test_a_code_is_compared_five_times_at_most(stack: Stack, own: Portal, at_once: int) -> None:
    person = Person()
    own.register(person)
    verification, codes = _verification(own, person), _codes(own, person)

    def guess(_: int) -> str:
        program = Program(stack.gateway_url)  # each from another address
        told = program.call("POST", f"/verifications/{verification}", _wrong(codes))
        assert told.status_code in (422, 429), told.text
        faults = {fault["pointer"]: fault["code"] for fault in told.json().get("errors", ())}
        return faults.get("/email_code", "")

    with ThreadPoolExecutor(at_once) as pool:
        compared = list(pool.map(guess, range(20)))
    assert compared.count("code.wrong") == 4, compared  # the fifth says that it was the last
    late = _answer(own, "POST", f"/verifications/{verification}", codes)
    assert late.status_code == 422, "the right codes came too late"


def test_four_wrong_ones_leave_one_try(own: Portal) -> None:
    person = Person()
    own.register(person)
    verification, codes = _verification(own, person), _codes(own, person)
    for _ in range(4):
        assert _answer(own, "POST", f"/verifications/{verification}", _wrong(codes)).status_code == 422
    own.call("POST", f"/verifications/{verification}", codes, wanted=204)


def test_codes_are_worth_nothing_elsewhere_or_again(own: Portal) -> None:
    first, second = Person(), Person()
    for person in (first, second):
        own.register(person)
    theirs = {person.email: (_verification(own, person), _codes(own, person)) for person in (first, second)}
    (one, codes), (two, other_codes) = theirs[first.email], theirs[second.email]
    swapped = {"email_code": codes["mobile_code"], "mobile_code": codes["email_code"]}
    for verification, tried in ((one, other_codes), (two, codes), (one, swapped)):
        assert _answer(own, "POST", f"/verifications/{verification}", tried).status_code == 422
    own.call("POST", f"/verifications/{one}", codes, wanted=204)
    assert _answer(own, "POST", f"/verifications/{one}", codes).status_code == 404
    passwords = {"password": NEW_PASSWORD, "password_confirmation": NEW_PASSWORD}
    for token in (one, two, codes["email_code"]):
        answer = _answer(own, "PUT", f"/password-resets/{token}", passwords)
        assert (answer.status_code, answer.json()["code"]) == (422, "reset.invalid")
        assert _answer(own, "GET", "/me", None, token).status_code == 401


# ------------------------------------------------------------------------------------------ 4 CAPTCHA


def test_nobody_registers_without_a_fresh_captcha(own: Portal) -> None:
    used = _registration(own, Person())
    own.call("POST", "/registrations", used, wanted=201)
    solved = {name: used[name] for name in ("captcha_id", "captcha_text")}
    wrong = _registration(own, Person(), captcha_text="wrong!")
    answers = [
        _answer(own, "POST", "/registrations", {**Person().registration(), **more})
        for more in ({}, {"captcha_id": "", "captcha_text": ""}, {"captcha_id": None, "captcha_text": None}, solved,
                     {"captcha_id": routes.UNKNOWN_ID, "captcha_text": used["captcha_text"]})
    ]  # fmt: skip
    answers.append(_answer(own, "POST", "/registrations", wrong))
    for answer in answers:
        pointers = {fault["pointer"] for fault in answer.json()["errors"]}
        assert answer.status_code == 422 and pointers & {"/captcha_id", "/captcha_text"}, answer.text


def test_a_captcha_answered_wrongly_is_used_up(own: Portal) -> None:
    form = _registration(own, Person())
    assert _answer(own, "POST", "/registrations", {**form, "captcha_text": "wrong!"}).status_code == 422
    assert _answer(own, "POST", "/registrations", form).status_code == 422


def test_the_page_asks_for_a_captcha_too(stack: Stack) -> None:
    visitor, person = PageVisitor(stack.gateway_url), Person()
    form = {name: str(value) for name, value in person.registration().items()}
    answer = visitor.post("/register/candidate", {**form, "accept_terms": "yes"})
    assert answer.status_code == 422


# ------------------------------------------------------------------------------------------ 8 sessions


def test_a_session_planted_before_login_is_worth_nothing_after(stack: Stack, own: Portal) -> None:
    person, planted = own.newcomer(), "p" * 43
    visitor = PageVisitor(stack.gateway_url, planted)
    answer = visitor.log_in(person.email, person.password)
    assert answer.status_code == 303
    fresh = answer.cookies[COOKIE]
    assert fresh != planted and len(fresh) >= 43
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
    assert _answer(own, "GET", "/me", None, token).status_code == 401
    own.call("DELETE", "/sessions/current", token=own.login(person), wanted=204)
    assert _answer(own, "GET", "/me", None, person.token).status_code == 401


def test_another_password_ends_the_other_sessions(own: Portal) -> None:
    person = own.newcomer()
    old, present = person.token, own.login(person)
    for token in (old, present):
        assert (
            own.call("GET", "/me", token=token)["email"] == person.email
        )  # and the claim is held from now on
    change = {"current": person.password, "password": NEW_PASSWORD, "password_confirmation": NEW_PASSWORD}
    own.call("PUT", "/me/password", change, token=present, wanted=204)
    _ends(own, old)
    assert own.call("GET", "/me", token=present)["email"] == person.email
    body = {"email": person.email, "password": person.password}
    assert _answer(own, "POST", "/sessions", body).status_code == 401


def _ends(portal: Portal, token: str) -> None:
    """At once, but for news on its way: within a second."""
    deadline = time.monotonic() + 1
    while _answer(portal, "GET", "/me", None, token).status_code != 401:
        assert time.monotonic() < deadline, "the session lives on"
        time.sleep(0.05)


# ------------------------------------------------------------------------------------------ 21 links


def _reset_link(portal: Portal, person: Person, but: str = "") -> str:
    portal.call("POST", "/password-resets", {"email": person.email}, wanted=202)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for message in portal.catcher.messages(person.email):
            found = re.search(r"/password-resets/([A-Za-z0-9_.~-]+)", message["text"])
            if found and found[1] != but:
                return found[1]
        time.sleep(0.1)
    raise AssertionError("no link came")


def test_a_link_to_a_new_password_works_once(stack: Stack, own: Portal) -> None:
    person = own.newcomer()
    old, passwords = person.token, {"password": NEW_PASSWORD, "password_confirmation": NEW_PASSWORD}
    replaced = _reset_link(own, person)
    link = _reset_link(own, person, but=replaced)
    assert _answer(own, "PUT", f"/password-resets/{replaced}", passwords).status_code == 422
    visitor = PageVisitor(stack.gateway_url)
    for _ in range(2):  # a mail scanner opens it first
        assert visitor.get(f"/password-resets/{link}").status_code == 200
    own.call("PUT", f"/password-resets/{link}", passwords, wanted=204)
    _ends(own, old)
    again = _answer(own, "PUT", f"/password-resets/{link}", passwords)
    assert (again.status_code, again.json()["code"]) == (422, "reset.invalid")
    person.password = NEW_PASSWORD
    own.login(person)


def test_a_link_works_once_also_when_pressed_ten_times_at_once(own: Portal) -> None:
    person = own.newcomer()
    link = _reset_link(own, person)

    def press(n: int) -> int:
        word = f"Safina-20{n:02d}-ramal!"
        return _answer(
            own, "PUT", f"/password-resets/{link}", {"password": word, "password_confirmation": word}
        ).status_code

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(press, range(10)))
    assert statuses.count(204) == 1 and set(statuses) <= {204, 422}, statuses


# ------------------------------------------------------------------------------------------ 22 rates


def test_a_list_of_forwarded_addresses_lifts_no_limit(stack: Stack) -> None:
    program = Program(stack.gateway_url)
    statuses = []
    for n in range(140):  # two processes count 60 a minute each
        forged = f"203.0.113.{n}, 198.51.100.{n}"
        headers = {"X-Forwarded-For": forged, "X-Real-IP": forged, "Forwarded": f"for=203.0.113.{n}"}
        answer = program.call("POST", "/sessions", {}, headers=headers)
        statuses.append(answer.status_code)
    assert statuses[0] == 422 and statuses.count(422) <= 121 and statuses[-1] == 429
    assert int(answer.headers["Retry-After"]) > 0 and answer.json()["code"] == "limit.reached"
    assert Program(stack.gateway_url).call("POST", "/sessions", {}).status_code == 422  # others are not hurt


# ------------------------------------------------------------------------------------------ 9 CSRF

FORMS = [r for r in routes.every() if r.method != "GET" and not r.rule.startswith("/api/")]
PARTS = {"<number:number>": "CE-1-26", "<uuid:document_id>": routes.UNKNOWN_ID,
         "<uuid:notice_id>": routes.UNKNOWN_ID, "<word:session_id>": routes.UNKNOWN_ID}  # fmt: skip


@pytest.fixture(scope="module")
def signed_in(stack: Stack) -> dict[str, PageVisitor]:
    """An applicant's and an officer's browser."""
    portal = Portal(stack.gateway_url, stack.catcher_url)
    portal.http = connection()
    officer = portal.sign_in(stack.accounts["reviewer"])
    return {
        "": PageVisitor(stack.gateway_url, portal.newcomer().token),
        "/office": PageVisitor(stack.gateway_url, officer),
    }


@pytest.mark.parametrize("route", FORMS, ids=routes.name)
def test_no_form_is_taken_from_elsewhere(stack: Stack, signed_in: dict[str, PageVisitor], route: Any) -> None:
    visitor = signed_in["/office" if route.rule.startswith("/office") else ""]
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
