"""Others hear which offices there are and who works there: of proved accounts alone, each once."""

from sqlalchemy.orm import Session

from chassis import clock
from services.identity.commands import demo


def test_an_office_is_heard_of_when_its_first_user_is_verified(portal):
    email = portal.register(commercial_registration="12345")
    assert portal.news("office_changed") == portal.news("member_changed") == []
    codes, verification_id = portal.codes(), portal.first_login(email)
    portal.door().verify(verification_id, codes["email"], codes["sms"])
    (office,), (member,) = portal.news("office_changed"), portal.news("member_changed")
    assert (office["seq"], member["seq"]) == (1, 1)
    assert office["data"] == {
        "code": portal.scalar("SELECT code FROM clearing_office"),
        "name_ar": "مكتب السفينة للتخليص الجمركي",
        "name_en": "Al-Safina Customs Clearing",
        "commercial_registration": "12345",
    }
    assert member["data"] == {
        "office": office["aggregate"],
        "account": portal.scalar("SELECT id FROM account"),
        "kind": "general",
        "is_active": True,
    }
    assert member["aggregate"] == portal.scalar("SELECT id FROM membership")
    assert office["recipients"] == member["recipients"] == []


def test_a_candidate_is_no_member(portal):
    portal.verified(kind="candidate", office_name_ar=None, office_name_en="")
    assert portal.news("office_changed") == portal.news("member_changed") == []


def test_the_demo_tells_two_offices_and_three_members_however_often_it_is_loaded(portal):
    for _ in range(2):
        with Session(portal.engine) as session, session.begin():
            demo.load(session, clock.real_now())
    offices, members = portal.news("office_changed"), portal.news("member_changed")
    assert [each["seq"] for each in offices] == [1, 1]
    kinds = [each["data"]["kind"] for each in members]
    assert sorted(kinds) == ["additional", "general", "general"]
    assert {each["data"]["office"] for each in members} == {each["aggregate"] for each in offices}
