"""Sessions: how long they last, whose they are, what ends them."""

from datetime import datetime, timedelta
from functools import cache

import pytest

from chassis import clock, ids
from chassis.actor import ANONYMOUS, Actor
from chassis.errors import Forbidden, NotFound, NotSignedIn
from services.identity import hashing
from services.identity.commands import demo
from tests.service.identity.conftest import PASSWORD

hash_once = cache(hashing.make)


@pytest.fixture
def people(portal, monkeypatch):
    """The people of the demo; their ten passwords are hashed once for all tests."""
    with monkeypatch.context() as patched, portal.door().db.begin() as session:
        patched.setattr(hashing, "make", hash_once)
        return demo.load(session, clock.real_now())


def sign_in(portal, person):
    """The token of somebody of the demo."""
    return portal.sign_in(person["email"], person["password"])


def ended(portal, token):
    """Whether the token is worth nothing."""
    try:
        return not portal.claim(token)
    except NotSignedIn as error:
        return error.code == "session.ended"


# ------------------------------------------------------------------------------------------------ claims


@pytest.mark.parametrize(
    ("who", "kind", "roles"),
    [
        ("administrator", "staff", ["administrator"]),
        ("supervisor", "staff", ["supervisor"]),
        ("reviewer", "staff", ["reviewer"]),
        ("examiner_2", "staff", ["examiner"]),
        ("general_user", "person", ["general_user"]),
        ("additional_user", "person", ["additional_user"]),
        ("candidate", "person", ["candidate"]),
    ],
)
def test_the_claim_says_who_somebody_is(portal, people, who, kind, roles):
    claim = portal.claim(sign_in(portal, people[who]))
    actor = Actor.from_claim(claim["actor"])
    person = demo.PEOPLE[who]
    assert (actor.kind, sorted(actor.roles)) == (kind, roles)
    assert actor.name == f"{person.first_name} {person.last_name}"
    assert actor.is_staff == (kind == "staff")
    assert actor.person["civil_id"] == person.civil_id
    assert actor.person["mobile"] == f"+965{person.mobile}"
    assert set(actor.person) == {
        "civil_id", "first_name", "last_name", "gender", "mobile", "email", "legal_entity"
    }  # fmt: skip
    assert actor.session == portal.scalar("SELECT id FROM portal_session")
    assert claim["must_accept_terms"] is False


def test_colleagues_share_an_office_and_others_do_not(portal, people):
    offices = {
        who: portal.claim(sign_in(portal, people[who]))["actor"]["office"]
        for who in ("general_user", "additional_user", "other_office_general_user", "candidate", "reviewer")
    }
    assert offices["general_user"] == offices["additional_user"]
    assert offices["other_office_general_user"] not in (None, offices["general_user"])
    assert offices["candidate"] is None
    assert offices["reviewer"] is None


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "' OR ''='", "\x00"])
def test_an_unknown_token_is_no_session(portal, token):
    refusal = portal.refused(lambda: portal.door().authenticate(token=ids.digest(token)))
    assert (refusal.kind, refusal.code, refusal.facts) == ("not_signed_in", "session.ended", {})


# --------------------------------------------------------------------------------------------- how long


@pytest.mark.parametrize(("who", "idle"), [("reviewer", 15), ("candidate", 30)])
def test_idle_sessions_end(portal, people, hands, who, idle):
    token = sign_in(portal, people[who])
    hands.pass_by(minutes=idle, seconds=-2)
    assert not ended(portal, token)
    hands.pass_by(minutes=idle, seconds=-2)
    assert not ended(portal, token)
    hands.pass_by(minutes=idle)
    assert ended(portal, token)


@pytest.mark.parametrize(("who", "total"), [("reviewer", 8), ("candidate", 12)])
def test_even_a_busy_session_ends(portal, people, hands, who, total):
    token = sign_in(portal, people[who])
    for _ in range(total * 6 - 1):
        hands.pass_by(minutes=10)
        assert not ended(portal, token)
    hands.pass_by(minutes=10)
    assert ended(portal, token)


def test_the_moment_of_use_is_written_once_a_minute(portal, people, hands):
    token = sign_in(portal, people["candidate"])
    seen = "SELECT last_seen_at FROM portal_session"
    first = portal.scalar(seen)
    hands.pass_by(seconds=55)
    claim = portal.claim(token)
    assert portal.scalar(seen) == first
    assert datetime.fromisoformat(claim["idle_expires_at"]) == first + timedelta(minutes=30)
    hands.pass_by(seconds=10)
    claim = portal.claim(token)
    assert portal.scalar(seen) > first + timedelta(seconds=60)
    assert datetime.fromisoformat(claim["idle_expires_at"]) == portal.scalar(seen) + timedelta(minutes=30)
    assert datetime.fromisoformat(claim["expires_at"]) == portal.scalar(
        "SELECT expires_at FROM portal_session"
    )


# ------------------------------------------------------------------------------------------- list, close


def test_my_sessions_are_listed_newest_first_in_pages(portal, people, hands):
    person, other = people["general_user"], people["candidate"]
    sign_in(portal, other)
    idle = sign_in(portal, person)
    hands.pass_by(minutes=31)
    tokens = [
        portal.sign_in(person["email"], person["password"], kind=kind) for kind in ("web", "api", "web")
    ]
    door = portal.person(tokens[1])
    first = door.list_sessions(limit=2)
    rest = door.list_sessions(limit=2, cursor=first["next"])
    items = first["items"] + rest["items"]
    assert rest["next"] is None
    assert [item["kind"] for item in items] == ["web", "api", "web"]
    assert [item["current"] for item in items] == [False, True, False]
    assert items[0]["agent"] == "Test Browser"
    assert items == sorted(items, key=lambda item: item["created_at"], reverse=True)
    assert ended(portal, idle)


def test_bad_pages_are_refused(portal, people):
    door = portal.person(sign_in(portal, people["candidate"]))
    assert portal.fault(lambda: door.list_sessions(limit=0)) == {"/limit": "limit.invalid"}
    assert portal.fault(lambda: door.list_sessions(cursor="x")) == {"/cursor": "cursor.invalid"}


def test_signing_out_ends_this_session_alone(portal, people):
    person = people["candidate"]
    token, other = sign_in(portal, person), sign_in(portal, person)
    account = portal.claim(token)["actor"]["id"]
    assert portal.person(token).close_session() == {}
    assert ended(portal, token)
    assert not ended(portal, other)
    assert portal.news("session_revoked")[-1]["aggregate"] == account
    assert portal.scalar("SELECT count(*) FROM audit_entry WHERE action = 'session.closed'") == 1


def test_another_session_of_mine_can_be_closed(portal, people):
    person = people["candidate"]
    token, lost = sign_in(portal, person), sign_in(portal, person)
    door = portal.person(token)
    listed = [item["id"] for item in door.list_sessions()["items"] if not item["current"]]
    assert door.close_session(session_id=listed[0]) == {}
    assert ended(portal, lost)
    assert not ended(portal, token)


@pytest.mark.parametrize("session_id", ["theirs", "0190f5f0-0000-7000-8000-000000000000", "x"])
def test_sessions_of_others_are_not_there(portal, people, session_id):
    theirs = sign_in(portal, people["general_user"])
    if session_id == "theirs":
        session_id = portal.claim(theirs)["actor"]["session"]
    door = portal.person(sign_in(portal, people["candidate"]))
    refusal = portal.refused(lambda: door.close_session(session_id=session_id))
    assert isinstance(refusal, NotFound)
    assert refusal.code == "session.unknown"
    assert not ended(portal, theirs)


# ------------------------------------------------------------------------------------------ the account


def test_me(portal, people):
    token = sign_in(portal, people["general_user"])
    account = portal.person(token).me()
    assert account["first_name"] == "يوسف"
    assert account["roles"] == ["general_user"]
    assert account["offices"][0]["name"]["en"] == "Al-Lulua Customs Clearing Office"
    assert account["offices"][0]["kind"] == "general"
    assert account["office"] == account["offices"][0]["id"]
    assert account == portal.claim(token)["account"]
    assert not {"password_hash", "email_key", "news"} & set(account)


def test_the_language_can_be_changed(portal, people):
    token = sign_in(portal, people["candidate"])
    door = portal.person(token)
    changed = door.update_me(changes={"language": "en"}, version=door.me()["version"])
    assert (changed["language"], changed["version"]) == ("en", 2)
    assert portal.claim(token)["actor"]["language"] == "en"
    assert portal.news("session_revoked")
    refusal = portal.refused(lambda: door.update_me(changes={"language": "ar"}, version=1))
    assert (refusal.kind, refusal.code, refusal.facts) == (
        "conflict",
        "conflict.stale",
        {"current_version": 2},
    )


def test_nothing_else_can(portal, people):
    door = portal.person(sign_in(portal, people["additional_user"]))
    columns = ["id", "kind", "roles", "civil_id", "email", "mobile", "verified_at", "password_hash"]
    fault = portal.fault(lambda: door.update_me(changes=dict.fromkeys(columns, "x"), version=1))
    assert fault == {f"/{column}": "field.unknown" for column in columns}
    assert door.me()["roles"] == ["additional_user"]


def test_somebody_with_two_offices_chooses(portal, people):
    token = sign_in(portal, people["general_user"])
    other = portal.scalar("SELECT id FROM clearing_office WHERE name_en LIKE 'Al-Boom%'")
    portal.run(
        "INSERT INTO membership (id, account_id, office_id, kind, created_at)"
        " VALUES ('m', :me, :office, 'additional', now())",
        me=portal.claim(token)["actor"]["id"],
        office=other,
    )
    door = portal.person(token)
    account = door.choose_company(office_id=other)
    assert (account["office"], account["roles"]) == (other, ["additional_user"])
    claim = portal.claim(token)["actor"]
    assert (claim["office"], claim["roles"]) == (other, ["additional_user"])
    assert portal.news("session_revoked")
    portal.run("UPDATE membership SET ended_at = now() WHERE id = 'm'")
    claim = portal.claim(token)["actor"]
    assert (claim["office"] != other, claim["roles"]) == (True, ["general_user"])


def test_an_office_that_is_not_mine_is_not_there(portal, people):
    door = portal.person(sign_in(portal, people["general_user"]))
    other = portal.scalar("SELECT id FROM clearing_office WHERE name_en LIKE 'Al-Boom%'")
    for office in (other, "0190f5f0-0000-7000-8000-000000000000"):
        refusal = portal.refused(lambda: door.choose_company(office_id=office))  # noqa: B023
        assert (refusal.kind, refusal.code) == ("not_found", "office.unknown")


def test_new_terms_are_to_be_accepted(portal, people):
    token = sign_in(portal, people["candidate"])
    portal.run("UPDATE terms_acceptance SET version = '0'")
    assert portal.claim(token)["must_accept_terms"] is True
    assert portal.claim(sign_in(portal, people["reviewer"]))["must_accept_terms"] is False
    door = portal.person(token)
    refusal = portal.refused(lambda: door.accept_terms(version="0"))
    assert (refusal.kind, refusal.code, refusal.facts) == ("conflict", "terms.outdated", {"version": "1"})
    assert door.accept_terms(version=portal.door().terms()["version"]) == {}
    assert door.accept_terms(version="1") == {}
    assert portal.claim(token)["must_accept_terms"] is False
    account = portal.claim(token)["actor"]["id"]
    assert portal.scalar("SELECT count(*) FROM terms_acceptance WHERE account_id = :id", id=account) == 2


def test_contacts_are_for_notifications(portal, people):
    email = portal.register(mobile="60001234")
    ids_ = [portal.scalar("SELECT id FROM account WHERE email = :email", email=each)
            for each in (email, people["supervisor"]["email"])]  # fmt: skip
    found = portal.notifications().contacts(account_ids=[*ids_, "unknown"])["items"]
    by_id = {each["id"]: each for each in found}
    assert len(found) == 2
    assert by_id[ids_[0]] == {
        "id": ids_[0],
        "name": "سعود العتيبي",
        "email": email,
        "mobile": "+96560001234",
        "language": "ar",
        "verified": False,
    }
    assert by_id[ids_[1]]["verified"] is True
    person = portal.person(sign_in(portal, people["administrator"]))
    assert isinstance(portal.refused(lambda: person.contacts(account_ids=ids_)), Forbidden)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("me", {}),
        ("update_me", {"changes": {"language": "en"}, "version": 1}),
        ("change_password", {"current": PASSWORD, "password": "x", "password_confirmation": "x"}),
        ("accept_terms", {"version": "1"}),
        ("choose_company", {"office_id": "x"}),
        ("close_session", {}),
        ("list_sessions", {}),
        ("contacts", {"account_ids": []}),
    ],
)
def test_strangers_are_asked_to_sign_in(portal, method, arguments):
    refusal = portal.refused(lambda: getattr(portal.door(ANONYMOUS), method)(**arguments))
    assert refusal.code in ("session.required", "permission.missing")


def test_an_open_page_that_asks_by_itself_keeps_nobody_signed_in(portal, people, hands):
    token = sign_in(portal, people["candidate"])
    hands.pass_by(minutes=29)
    portal.door().authenticate(token=ids.digest(token), is_use=False)
    hands.pass_by(minutes=2)
    refusal = portal.refused(lambda: portal.door().authenticate(token=ids.digest(token)))
    assert refusal.code == "session.ended"
