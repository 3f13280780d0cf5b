"""A new password: by a link that tells nobody anything, or by who knows the old one."""

import time

import pytest

from chassis import clock
from services.identity.commands import demo
from tests.service.identity.conftest import PASSWORD, are_alike, together

NEW = "Brand-New-2468"


def ask(portal, email):
    """Ask for a link, and let the job work."""
    assert portal.door().request_password_reset(email=email) == {}
    portal.work_off("resets")


def link(portal):
    """The token of the last link that somebody got."""
    return portal.news("password_reset_requested")[-1]["data"]["open"]


def reset(portal, token, password=NEW, again=None):
    """Use a link."""
    return portal.door().reset_password(
        token=token, password=password, password_confirmation=again or password
    )


def test_a_link_sets_a_new_password_and_ends_every_session(portal):
    email = portal.verified()
    tokens = [portal.sign_in(email) for _ in range(3)]
    ask(portal, email.upper())
    told = portal.news("password_reset_requested")
    assert (len(told), told[0]["data"]["minutes"]) == (1, 30)
    assert reset(portal, link(portal)) == {}
    for token in tokens:
        assert portal.refused(lambda: portal.claim(token)).code == "session.ended"  # noqa: B023
    assert portal.refused(lambda: portal.sign_in(email)).code == "credentials.wrong"
    assert portal.sign_in(email, NEW)
    account = told[0]["aggregate"]
    assert [each["aggregate"] for each in portal.news("password_changed")] == [account]
    assert [each["aggregate"] for each in portal.news("session_revoked")] == [account]
    assert portal.scalar("SELECT count(*) FROM audit_entry WHERE action = 'password.reset'") == 1


def test_a_link_is_good_once_even_in_parallel(portal):
    ask(portal, portal.verified())
    token = link(portal)
    results = together(8, lambda number: reset(portal, token, f"Brand-New-246{number}"))
    assert results.count({}) == 1
    assert {each.code for each in results if each != {}} == {"reset.invalid"}
    assert portal.refused(lambda: reset(portal, token)).code == "reset.invalid"


def test_a_link_lasts_thirty_minutes(portal, hands):
    ask(portal, portal.verified())
    hands.pass_by(minutes=29, seconds=50)
    weak = portal.fault(lambda: reset(portal, link(portal), "short"))
    assert weak == {"/password": "password.too_short"}
    hands.pass_by(seconds=10)
    assert portal.refused(lambda: reset(portal, link(portal))).code == "reset.invalid"


def test_a_newer_link_kills_the_older(portal, hands):
    email = portal.verified()
    ask(portal, email)
    old = link(portal)
    hands.pass_by(seconds=61)
    ask(portal, email)
    assert link(portal) != old
    assert portal.refused(lambda: reset(portal, old)).code == "reset.invalid"
    assert reset(portal, link(portal)) == {}


@pytest.mark.parametrize(
    ("password", "again", "fault"),
    [
        ("short", None, {"/password": "password.too_short"}),
        ("Kuwait@2026", None, {"/password": "password.too_common"}),
        ("Someone99-x", None, {"/password": "password.contains_email"}),
        (NEW, "Brand-New-2469", {"/password_confirmation": "password.not_repeated"}),
    ],
)
def test_a_weak_password_leaves_the_link_good(portal, password, again, fault):
    portal.verified(email="someone99@office.example")
    ask(portal, "someone99@office.example")
    assert portal.fault(lambda: reset(portal, link(portal), password, again)) == fault
    assert reset(portal, link(portal)) == {}


@pytest.mark.parametrize("token", ["", "x", "' OR ''='", "0" * 43])
def test_a_made_up_link_is_invalid(portal, token):
    portal.verified()
    refusal = portal.refused(lambda: reset(portal, token))
    assert (refusal.kind, refusal.code, refusal.facts, refusal.faults) == ("invalid", "reset.invalid", {}, ())


def test_only_verified_accounts_get_links(portal):
    waiting = portal.register()
    suspended = portal.verified(mobile="60001234")
    portal.run("UPDATE account SET suspended_at = now() WHERE email = :email", email=suspended)
    for email in (waiting, suspended, "nobody@office.example"):
        ask(portal, email)
    assert portal.news("password_reset_requested") == []
    assert portal.scalar("SELECT count(*) FROM reset_request") == 0


def test_links_are_few(portal, hands):
    email = portal.verified()
    ask(portal, email)
    ask(portal, email)
    assert len(portal.news("password_reset_requested")) == 1
    for _ in range(15):
        hands.pass_by(minutes=2)
        ask(portal, email)
    assert len(portal.news("password_reset_requested")) == 10


def test_nobody_learns_whether_an_address_is_known(portal):
    known = portal.verified()

    def seconds(email):
        begun = time.perf_counter()
        assert portal.door().request_password_reset(email=email) == {}
        return time.perf_counter() - begun

    addresses = (known, "nobody@office.example")
    assert are_alike(lambda: [[seconds(email) for email in addresses] for _ in range(40)])


def test_a_reset_clears_the_delays_of_login(portal):
    email = portal.verified()
    for _ in range(6):
        portal.refused(lambda: portal.sign_in(email, "Wrong-Sky-1357"))
    assert portal.refused(lambda: portal.sign_in(email)).code == "credentials.too_many"
    ask(portal, email)
    reset(portal, link(portal))
    assert portal.sign_in(email, NEW)


# --------------------------------------------------------------------------------------- who knows the old one


def test_changing_the_password_ends_the_other_sessions(portal):
    email = portal.verified()
    mine, other = portal.sign_in(email), portal.sign_in(email)
    ask(portal, email)
    change = {"password": NEW, "password_confirmation": NEW}
    assert portal.person(mine).change_password(current=PASSWORD, **change) == {}
    assert portal.claim(mine)
    assert portal.refused(lambda: portal.claim(other)).code == "session.ended"
    assert portal.sign_in(email, NEW)
    assert portal.refused(lambda: portal.sign_in(email)).code == "credentials.wrong"
    assert portal.refused(lambda: reset(portal, link(portal))).code == "reset.invalid"
    assert portal.news("password_changed")
    assert portal.scalar("SELECT count(*) FROM audit_entry WHERE action = 'password.changed'") == 1


def test_the_old_password_is_wanted_and_guesses_are_counted(portal):
    email = portal.verified()
    door = portal.person(portal.sign_in(email))
    change = {"password": NEW, "password_confirmation": NEW}
    for _ in range(5):
        assert portal.fault(lambda: door.change_password(current="Wrong-Sky-1357", **change)) == {
            "/current": "password.wrong"
        }
    assert (
        portal.refused(lambda: door.change_password(current=PASSWORD, **change)).code
        == "credentials.too_many"
    )
    assert portal.refused(lambda: portal.sign_in(email)).code == "credentials.too_many"


def test_the_new_password_keeps_the_rules(portal):
    door = portal.person(portal.sign_in(portal.verified()))
    fault = portal.fault(
        lambda: door.change_password(current=PASSWORD, password="short", password_confirmation="other")
    )
    assert fault == {"/password": "password.too_short", "/password_confirmation": "password.not_repeated"}
    assert portal.scalar("SELECT count(*) FROM login_attempt") == 0


def test_a_password_of_a_strangers_shadow_opens_nothing_of_mine(portal):
    email = portal.verified()
    door = portal.person(portal.sign_in(email))
    portal.register(email=email, password="Other-Sky-1357", password_confirmation="Other-Sky-1357")
    change = {"password": NEW, "password_confirmation": NEW}
    fault = portal.fault(lambda: door.change_password(current="Other-Sky-1357", **change))
    assert fault == {"/current": "password.wrong"}


def test_staff_reset_theirs_like_everybody(portal):
    with portal.door().db.begin() as session:
        person = demo.load(session, clock.real_now())["supervisor"]
    ask(portal, person["email"])
    reset(portal, link(portal))
    assert portal.claim(portal.sign_in(person["email"], NEW))["actor"]["roles"] == ["supervisor"]
