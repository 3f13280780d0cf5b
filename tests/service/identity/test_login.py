"""Getting in by email and password: slowly for those who guess, the same for every address."""

import time
from typing import Any

import pytest
from argon2 import PasswordHasher

from chassis import ids
from chassis.errors import NotSignedIn, TooMany
from services.identity import hashing
from tests.service.identity.conftest import PASSWORD, are_alike, together


def enter(portal, email, password=PASSWORD, mobile=None):
    """Try to open a session."""
    return portal.door().open_session(email=email, password=password, mobile=mobile)


def refusal(portal, email, password="Wrong-Sky-1357", mobile=None):
    """Kind, code and facts of the refusal."""
    error = portal.refused(lambda: enter(portal, email, password, mobile))
    return error.kind, error.code, error.facts


WRONG: Any = ("not_signed_in", "credentials.wrong", {})
MOBILE: Any = ("forbidden", "account.mobile_required", {})


def test_a_session_opens(portal):
    email = portal.verified()
    opened = enter(portal, f"  {email.upper()} ")
    assert len(opened["access_token"]) >= 43
    assert opened["expires_in"] == 12 * 3600
    assert opened["account"]["email"] == email
    assert opened["account"]["roles"] == ["general_user"]
    assert portal.scalar("SELECT count(*) FROM audit_entry WHERE action = 'session.opened'") == 1
    assert portal.claim(opened["access_token"])["actor"]["id"] == opened["account"]["id"]


def test_every_login_has_its_own_token(portal):
    email = portal.verified()
    tokens = {portal.sign_in(email) for _ in range(3)}
    assert len(tokens) == 3
    assert all(portal.claim(token) for token in tokens)


def test_the_first_login_wants_the_mobile(portal):
    email = portal.register()
    assert refusal(portal, email, PASSWORD) == MOBILE
    assert refusal(portal, email, PASSWORD, "60009999") == MOBILE
    assert refusal(portal, email, PASSWORD, "not a number") == MOBILE
    kind, code, facts = refusal(portal, email, PASSWORD, "٠٠٩٦٥ ٥٠٠٠ ١٢٣٤")
    assert (kind, code) == ("forbidden", "account.not_verified")
    assert len(facts["verification_id"]) >= 43
    assert refusal(portal, email, "Wrong-Sky-1357", "50001234") == WRONG
    assert portal.scalar("SELECT count(*) FROM portal_session") == 0


def test_a_verified_one_needs_no_mobile_and_a_wrong_one_does_not_matter(portal):
    email = portal.verified()
    assert enter(portal, email, mobile="60009999")["access_token"]


def test_a_suspended_one_is_told_so_only_with_the_right_password(portal):
    email = portal.verified()
    token = portal.sign_in(email)
    portal.run("UPDATE account SET suspended_at = now()")
    assert refusal(portal, email, PASSWORD) == ("forbidden", "account.suspended", {})
    assert refusal(portal, email) == WRONG
    assert portal.refused(lambda: portal.claim(token)).code == "session.ended"


def test_five_wrong_ones_cost_nothing_then_each_costs_more(portal, hands):
    email = portal.verified()
    assert [refusal(portal, email) for _ in range(5)] == [WRONG] * 5
    kind, code, facts = refusal(portal, email, PASSWORD)
    assert (kind, code) == ("too_many", "credentials.too_many")
    assert facts["retry_after"] == 5
    hands.pass_by(seconds=5)
    assert refusal(portal, email) == WRONG
    assert refusal(portal, email)[2]["retry_after"] == 10
    hands.pass_by(seconds=10)
    assert enter(portal, email)["access_token"]
    assert refusal(portal, email) == WRONG  # counted from the beginning again
    assert enter(portal, email)["access_token"]


def test_four_wrong_ones_and_the_right_one(portal):
    email = portal.verified()
    for _ in range(3):
        assert [refusal(portal, email) for _ in range(4)] == [WRONG] * 4
        assert enter(portal, email)["access_token"]


def test_wrong_ones_are_forgotten_after_a_quarter_of_an_hour(portal, hands):
    email = portal.verified()
    assert [refusal(portal, email) for _ in range(5)] == [WRONG] * 5
    hands.pass_by(minutes=15)
    assert [refusal(portal, email) for _ in range(5)] == [WRONG] * 5
    assert refusal(portal, email)[1] == "credentials.too_many"


def test_one_account_does_not_slow_another(portal):
    one, other = portal.verified(), portal.verified(mobile="60001234")
    for _ in range(6):
        refusal(portal, one)
    assert enter(portal, other)["access_token"]


def test_guesses_in_parallel_gain_nothing(portal):
    email = portal.verified()
    results = together(20, lambda _: enter(portal, email, "Wrong-Sky-1357"))
    looked_at = [each for each in results if isinstance(each, NotSignedIn)]
    assert len(looked_at) == 5
    assert len([each for each in results if isinstance(each, TooMany)]) == 15


def test_right_ones_in_parallel_all_get_in(portal):
    email = portal.verified()
    results = together(16, lambda _: enter(portal, email))
    assert len({each["access_token"] for each in results}) == 16


def test_an_attempt_whose_process_died_counts_as_wrong(portal, hands):
    email = portal.verified()
    for _ in range(4):
        refusal(portal, email)
    portal.run("UPDATE login_attempt SET is_settled = false")
    hands.pass_by(seconds=11)
    assert refusal(portal, email) == WRONG
    assert refusal(portal, email)[1] == "credentials.too_many"


def test_a_guessed_mobile_counts_and_a_missing_one_does_not(portal):
    email = portal.register()
    assert [refusal(portal, email, PASSWORD) for _ in range(8)] == [MOBILE] * 8
    assert [refusal(portal, email, PASSWORD, f"6000000{each}") for each in range(5)] == [MOBILE] * 5
    assert refusal(portal, email, PASSWORD, "50001234")[1] == "credentials.too_many"


# --------------------------------------------------------------------------------- known and unknown addresses


@pytest.mark.parametrize(
    "email", ["nobody@office.example", "no address", "a@b", "' OR 1=1 --", "ب@مثال.كويت"]
)
def test_an_unknown_address_is_like_a_wrong_password(portal, email):
    known = portal.verified()
    story = [refusal(portal, each) for each in [known] * 6]
    assert [refusal(portal, each) for each in [email] * 6] == story
    assert story == [WRONG] * 5 + [("too_many", "credentials.too_many", {"retry_after": 5})]


def test_what_is_kept_of_an_attempt_does_not_name_the_address(portal):
    refusal(portal, "nobody@office.example")
    assert len(portal.scalar("SELECT key FROM login_attempt")) == 64


def test_time_does_not_tell_whether_an_address_is_known(portal):
    known, waiting = portal.verified(), portal.register(mobile="60001234")

    def seconds(email):
        portal.run("DELETE FROM login_attempt")
        begun = time.perf_counter()
        assert refusal(portal, email) == WRONG
        return time.perf_counter() - begun

    addresses = (known, waiting, "nobody@office.example")
    assert are_alike(lambda: [[seconds(email) for email in addresses] for _ in range(8)])


def test_a_long_password_is_just_wrong(portal):
    email = portal.verified()
    assert refusal(portal, email, "Aa1!" * 50_000) == WRONG
    assert refusal(portal, email, PASSWORD + "x") == WRONG
    assert refusal(portal, email, PASSWORD + "\x00") == WRONG


def test_a_session_needs_the_password_that_is_still_right(portal, monkeypatch):
    """Somebody resets the password while the old one is being compared: the old one opens nothing."""
    email = portal.verified()
    find_match = hashing.find_match

    def slowly(hashes, password):
        match = find_match(hashes, password)
        portal.run("UPDATE account SET password_hash = :new", new=hashing.make("Brand-New-2468"))
        return match

    monkeypatch.setattr(hashing, "find_match", slowly)
    assert refusal(portal, email, PASSWORD) == WRONG
    assert portal.scalar("SELECT count(*) FROM portal_session") == 0


def test_a_cheap_hash_is_made_anew_at_login(portal):
    email = portal.verified()
    cheap = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    portal.run("UPDATE account SET password_hash = :cheap", cheap=cheap)
    assert enter(portal, email)
    assert "m=19456,t=2,p=1" in portal.scalar("SELECT password_hash FROM account")
    assert portal.scalar("SELECT password_hash FROM account").startswith("$argon2id$")
    assert enter(portal, email)


def test_a_wrong_body_is_refused(portal):
    door = portal.door()
    assert portal.fault(lambda: door.open_session(email="", password="")) == {
        "/email": "field.required",
        "/password": "field.required",
    }
    assert portal.fault(lambda: door.open_session(email=["a"], password={"$ne": 1})) == {
        "/email": "field.invalid",
        "/password": "field.invalid",
    }


def test_tokens_at_rest_are_digests(portal):
    token = portal.sign_in(portal.verified())
    assert portal.scalar("SELECT token_digest FROM portal_session") == ids.digest(token)
    assert portal.refused(lambda: portal.door().authenticate(token=token)).code == "session.ended"
