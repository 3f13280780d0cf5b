"""Attacks on getting in: guessing, replaying, forging; each fails here when its defence is taken out."""

import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from deploy.local.stack import Stack
from tests.e2e import routes
from tests.e2e.attack_steps import NEW_PASSWORD, ends, registration
from tests.e2e.attack_steps import answer as call
from tests.e2e.attack_steps import told as outcome
from tests.e2e.conftest import portal_of_its_own
from tests.e2e.portal import Portal
from tests.e2e.visitors import PageVisitor, Program
from tests.factories.people import Person

PAIRS = 4
SLOWEST_RATIO = 2.5  # of the medians: a missing comparison of passwords makes it far more
LITTLE = 0.06  # seconds: below it a ratio says nothing


@pytest.fixture
def own(stack: Stack) -> Portal:
    """The API from an address of each test's own: many forms are sent here."""
    return portal_of_its_own(stack)


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
                told = call(own, "POST", "/sessions", {"email": address, "password": "Wrong-1234-word!"})
                times[is_known].append(time.monotonic() - began)
                answers.append(outcome(told))
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
            form = registration(own, person)
            began = time.monotonic()
            answer = call(own, "POST", "/registrations", form)
            times[kind].append(time.monotonic() - began)
            answers.append(outcome(answer))
    assert all(answer == (201, {"status": "verification_sent"}) for answer in answers), answers
    _assert_alike(times["email"], times["new"])
    _assert_alike(times["civil_id"], times["new"])


def test_a_second_registration_behaves_like_a_first_one(own: Portal) -> None:
    """Whoever registers somebody else's address meets the same doors, and never gets through them."""
    known, steps = own.newcomer(), []
    for person in (Person(email=known.email, password=NEW_PASSWORD), Person(password=NEW_PASSWORD)):
        own.call("POST", "/registrations", registration(own, person), wanted=201)
        body = {"email": person.email, "password": person.password}
        first = call(own, "POST", "/sessions", body)
        second = call(own, "POST", "/sessions", {**body, "mobile": person.mobile})
        verification = second.json()["verification_id"]
        resent = call(own, "POST", f"/verifications/{verification}/resend", {"channel": "email"})
        wrong = call(
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
            answer = call(own, "POST", "/password-resets", {"email": email})
            times[email == known.email].append(time.monotonic() - began)
            assert outcome(answer) == (202, {})
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
    late = call(own, "POST", f"/verifications/{verification}", codes)
    assert late.status_code == 422, "the right codes came too late"


def test_four_wrong_ones_leave_one_try(own: Portal) -> None:
    person = Person()
    own.register(person)
    verification, codes = _verification(own, person), _codes(own, person)
    for _ in range(4):
        assert call(own, "POST", f"/verifications/{verification}", _wrong(codes)).status_code == 422
    own.call("POST", f"/verifications/{verification}", codes, wanted=204)


def test_codes_are_worth_nothing_elsewhere_or_again(own: Portal) -> None:
    first, second = Person(), Person()
    for person in (first, second):
        own.register(person)
    theirs = {person.email: (_verification(own, person), _codes(own, person)) for person in (first, second)}
    (one, codes), (two, other_codes) = theirs[first.email], theirs[second.email]
    swapped = {"email_code": codes["mobile_code"], "mobile_code": codes["email_code"]}
    for verification, tried in ((one, other_codes), (two, codes), (one, swapped)):
        assert call(own, "POST", f"/verifications/{verification}", tried).status_code == 422
    own.call("POST", f"/verifications/{one}", codes, wanted=204)
    assert call(own, "POST", f"/verifications/{one}", codes).status_code == 404
    passwords = {"password": NEW_PASSWORD, "password_confirmation": NEW_PASSWORD}
    for token in (one, two, codes["email_code"]):
        answer = call(own, "PUT", f"/password-resets/{token}", passwords)
        assert (answer.status_code, answer.json()["code"]) == (422, "reset.invalid")
        assert call(own, "GET", "/me", None, token).status_code == 401


# ------------------------------------------------------------------------------------------ 4 CAPTCHA


def test_nobody_registers_without_a_fresh_captcha(own: Portal) -> None:
    used = registration(own, Person())
    own.call("POST", "/registrations", used, wanted=201)
    solved = {name: used[name] for name in ("captcha_id", "captcha_text")}
    wrong = registration(own, Person(), captcha_text="wrong!")
    answers = [
        call(own, "POST", "/registrations", {**Person().registration(), **more})
        for more in ({}, {"captcha_id": "", "captcha_text": ""}, {"captcha_id": None, "captcha_text": None}, solved,
                     {"captcha_id": routes.UNKNOWN_ID, "captcha_text": used["captcha_text"]})
    ]  # fmt: skip
    answers.append(call(own, "POST", "/registrations", wrong))
    for answer in answers:
        pointers = {fault["pointer"] for fault in answer.json()["errors"]}
        assert answer.status_code == 422 and pointers & {"/captcha_id", "/captcha_text"}, answer.text


def test_a_captcha_answered_wrongly_is_used_up(own: Portal) -> None:
    form = registration(own, Person())
    assert call(own, "POST", "/registrations", {**form, "captcha_text": "wrong!"}).status_code == 422
    assert call(own, "POST", "/registrations", form).status_code == 422


def test_the_page_asks_for_a_captcha_too(stack: Stack) -> None:
    visitor, person = PageVisitor(stack.gateway_url), Person()
    form = {name: str(value) for name, value in person.registration().items()}
    answer = visitor.post("/register/candidate", {**form, "accept_terms": "yes"})
    assert answer.status_code == 422


# ------------------------------------------------------------------------------------------ 21 links


def _reset_link(portal: Portal, person: Person) -> str:
    portal.call("POST", "/password-resets", {"email": person.email}, wanted=202)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for message in portal.catcher.messages(person.email):
            found = re.search(r"/password-resets/([A-Za-z0-9_.~-]+)", message["text"])
            if found:
                return found[1]
        time.sleep(0.1)
    raise AssertionError("no link came")


def test_a_link_to_a_new_password_works_once(stack: Stack, own: Portal) -> None:
    person = own.newcomer()
    old, passwords = person.token, {"password": NEW_PASSWORD, "password_confirmation": NEW_PASSWORD}
    link = _reset_link(own, person)
    visitor = PageVisitor(stack.gateway_url)
    for _ in range(2):  # a mail scanner opens it first
        assert visitor.get(f"/password-resets/{link}").status_code == 200
    own.call("PUT", f"/password-resets/{link}", passwords, wanted=204)
    ends(own, old)
    again = call(own, "PUT", f"/password-resets/{link}", passwords)
    assert (again.status_code, again.json()["code"]) == (422, "reset.invalid")
    person.password = NEW_PASSWORD
    own.login(person)


def test_a_link_dies_with_the_password_it_was_for(own: Portal) -> None:
    person = own.newcomer()
    link = _reset_link(own, person)
    passwords = {"password": NEW_PASSWORD, "password_confirmation": NEW_PASSWORD}
    change = {"current": person.password, **passwords}
    own.call("PUT", "/me/password", change, token=person.token, wanted=204)
    assert call(own, "PUT", f"/password-resets/{link}", passwords).status_code == 422


def test_a_link_works_once_also_when_pressed_ten_times_at_once(own: Portal) -> None:
    person = own.newcomer()
    link = _reset_link(own, person)

    def press(n: int) -> int:
        word = f"Safina-20{n:02d}-ramal!"
        return call(
            own, "PUT", f"/password-resets/{link}", {"password": word, "password_confirmation": word}
        ).status_code

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(press, range(10)))
    assert statuses.count(204) == 1 and set(statuses) <= {204, 422}, statuses


# ------------------------------------------------------------------------------------------ 22 rates


def test_a_list_of_forwarded_addresses_lifts_no_limit(stack: Stack) -> None:
    program, statuses = Program(stack.gateway_url), []
    codes = {"email_code": "123456", "mobile_code": "123456"}
    for n in range(140):  # two processes count 60 a minute each
        forged = f"203.0.113.{n}, 198.51.100.{n}"
        headers = {"X-Forwarded-For": forged, "X-Real-IP": forged, "Forwarded": f"for=203.0.113.{n}"}
        answer = program.call("POST", "/verifications/unknown", codes, headers=headers)
        statuses.append(answer.status_code)
    assert statuses[0] == 404 and statuses.count(404) <= 121 and 429 in statuses, statuses
    refused = program.call("POST", "/verifications/unknown", codes)
    for _ in range(20):  # the other process may still count
        refused = (
            refused if refused.status_code == 429 else program.call("POST", "/verifications/unknown", codes)
        )
    assert int(refused.headers["Retry-After"]) > 0 and refused.json()["code"] == "limit.reached"
    other = Program(stack.gateway_url).call("POST", "/verifications/unknown", codes)
    assert other.status_code == 404, "others are not hurt"
