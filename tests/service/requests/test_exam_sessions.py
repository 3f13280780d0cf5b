"""Sessions before their exam: opened with their deadline, changed, announced to whom it concerns, listed."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from chassis.actor import ANONYMOUS
from tests.service.requests.conftest import Bureau, Hands, applicant, faults, officer, refusal
from tests.service.requests.hall import A_MOMENT, DEADLINE, HELD_AT, LAST, NOW, PLACE, Hall, at


@pytest.fixture(name="hall")
def _hall(bureau: Bureau, hands: Hands) -> Hall:
    return Hall(bureau, hands)


def utc(moment: Any) -> str:
    """As the doorways write it."""
    return f"{moment - timedelta(hours=3):%Y-%m-%dT%H:%M:%S}.000Z"


def test_a_draft_has_what_was_given_and_the_usual_deadline(hall: Hall) -> None:
    drawn = hall.draft()
    assert (drawn["state"], drawn["version"], drawn["number"]) == ("draft", 1, "EX/1/26")
    assert (drawn["held_at"], drawn["confirm_until"]) == (utc(HELD_AT), utc(DEADLINE))
    assert (drawn["seats"], drawn["place"]) == (5, {"ar": PLACE["place_ar"], "en": PLACE["place_en"]})
    assert drawn["broker_type_name"] == {"ar": "مخلص عام", "en": "General broker"}
    assert drawn["state_name"]["en"] == "Not announced yet"
    assert (drawn["announced_at"], drawn["closed_at"], drawn["eligible"]) == (None, None, 0)
    assert set(drawn["counts"].values()) == {0}
    assert drawn["results"]["rows"] == [] and drawn["results"]["entered_by"] is None
    assert drawn["allowed_actions"] == ["change", "publish", "cancel"]
    assert hall.draft()["number"] == "EX/2/26"
    assert hall.bureau.audited("EX/1/26") == ["exam.open"]
    assert hall.door.get_exam_session(drawn["id"]) == drawn


@pytest.mark.parametrize(
    ("holidays", "held_at", "deadline"),
    [
        ([], "2026-12-13 09:00", "2026-12-08 14:30"),  # a Sunday: Friday and Saturday do not count
        (["2026-12-08"], "2026-12-10 09:00", "2026-12-06 14:30"),
        (["2026-12-09", "2026-12-08", "2026-12-07"], "2026-12-10 09:00", "2026-12-02 14:30"),
        (["2026-12-10"], "2026-12-10 09:00", "2026-12-07 14:30"),  # the day itself
        ([], "2026-12-10 00:30", "2026-12-07 14:30"),  # still the ninth in Greenwich
    ],
)
def test_three_working_days_before(hall: Hall, holidays: list[str], held_at: str, deadline: str) -> None:
    for day in holidays:
        hall.bureau.run("INSERT INTO holiday VALUES (:d, 'عطلة', 'Holiday')", d=day)
    assert hall.draft(held_at=at(held_at).isoformat())["confirm_until"] == utc(at(deadline))


def test_the_bureau_closes_earlier_in_ramadan(hall: Hall) -> None:
    add = "INSERT INTO working_hours VALUES (:a, :b, :c, 'رمضان', 'Ramadan')"
    hall.bureau.run(add, a="2026-12-01", b="2026-12-31", c="13:00")
    assert hall.draft()["confirm_until"] == utc(at("2026-12-07 13:00"))
    hall.bureau.run(add, a="2026-12-07", b="2026-12-07", c="11:30")
    assert hall.draft()["confirm_until"] == utc(at("2026-12-07 11:30"))
    assert hall.draft(held_at="2027-01-10T06:00:00Z")["confirm_until"] == utc(at("2027-01-05 14:30"))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"held_at": NOW.isoformat()}, {"/held_at": "exam.held_in_past"}),
        ({"held_at": "2026-12-10T09:00:00"}, {"/held_at": "field.not_moment"}),
        ({"held_at": "2026-12-10"}, {"/held_at": "field.not_moment"}),
        ({"held_at": "0001-01-01T00:00:00+14:00"}, {"/held_at": "field.not_moment"}),
        ({"held_at": "9999-12-31T23:00:00-12:00"}, {"/held_at": "field.not_moment"}),
        ({"held_at": None}, {"/held_at": "field.required"}),
        ({"confirm_until": HELD_AT.isoformat()}, {"/confirm_until": "exam.confirm_until_too_late"}),
        ({"confirm_until": LAST.isoformat()}, {"/confirm_until": "exam.confirm_until_too_late"}),
        ({"confirm_until": NOW.isoformat()}, {"/confirm_until": "exam.confirm_until_past"}),
        ({"held_at": "2026-11-24T06:00:00Z"}, {"/confirm_until": "exam.confirm_until_past"}),
        ({"seats": 0}, {"/seats": "field.out_of_range"}),
        ({"seats": 1001}, {"/seats": "field.out_of_range"}),
        ({"seats": True}, {"/seats": "field.invalid"}),
        ({"place_ar": "قا"}, {"/place_ar": "field.too_short"}),
        ({"place_en": "x" * 201}, {"/place_en": "field.too_long"}),
        ({"place_en": " \u200f "}, {"/place_en": "field.required"}),
        ({"broker_type": "pilot"}, {"/broker_type": "field.not_a_choice"}),
        ({"state": "published"}, {"/state": "field.unknown"}),
    ],
)
def test_what_will_not_do_is_pointed_at(hall: Hall, given: dict[str, Any], found: dict[str, str]) -> None:
    assert faults(lambda: hall.draft(**given)) == found
    assert hall.bureau.scalar("SELECT count(*) FROM exam_session") == 0


def test_everything_missing_is_named(hall: Hall) -> None:
    names = ("broker_type", "held_at", "place_ar", "place_en", "seats")
    assert faults(hall.door.open_exam_session) == {f"/{name}": "field.required" for name in names}


def test_a_deadline_may_end_with_the_day_before(hall: Hall) -> None:
    until = (LAST - A_MOMENT).isoformat()
    assert hall.draft(confirm_until=until)["confirm_until"] == utc(LAST - A_MOMENT)


def test_a_draft_is_changed_on_the_present_picture(hall: Hall) -> None:
    drawn = hall.draft()
    changed = hall.change(drawn["id"], seats=7, place_ar="قاعة أخرى")
    assert (changed["version"], changed["seats"], changed["place_ar"]) == (2, 7, "قاعة أخرى")
    assert changed["place_en"] == PLACE["place_en"]
    moved = hall.change(drawn["id"], held_at=at("2026-12-17 10:00").isoformat())
    assert moved["confirm_until"] == utc(at("2026-12-14 14:30"))
    own = hall.change(drawn["id"], confirm_until=at("2026-12-16 12:00").isoformat())
    assert (own["held_at"], own["confirm_until"]) == (moved["held_at"], utc(at("2026-12-16 12:00")))
    stale = refusal(lambda: hall.door.change_exam_session(drawn["id"], version=1, seats=8))
    assert (stale.code, stale.facts) == ("conflict.stale", {"current_version": 4})
    assert refusal(lambda: hall.door.publish_exam_session(drawn["id"], version=1)).code == "conflict.stale"
    assert faults(lambda: hall.door.change_exam_session(drawn["id"], seats=8)) == {
        "/version": "field.required"
    }
    past = {"held_at": NOW.isoformat()}
    assert faults(lambda: hall.change(drawn["id"], **past)) == {"/held_at": "exam.held_in_past"}
    assert hall.bureau.audited("EX/1/26") == ["exam.open", *["exam.change"] * 3]
    assert hall.bureau.scalar("SELECT count(*) FROM outbox WHERE name LIKE '%exam%'") == 0


def test_nominating_asks_for_the_present_picture(hall: Hall) -> None:
    session_id = hall.published()
    version = hall.session(session_id)["version"]
    refused = refusal(lambda: hall.door.nominate(session_id, version=version - 1))
    assert refused.code == "conflict.stale"
    assert hall.door.nominate(session_id, version=version)["items"] == []


def test_it_is_announced_to_whom_it_concerns(hall: Hall) -> None:
    one, two = hall.approved(2)
    hall.approved(1, broker_type="representative")
    hall.bureau.sent(), hall.bureau.claimed(officer())
    gone = hall.approved()[0]
    hall.of(gone).withdraw(gone.number)
    done = hall.door.publish_exam_session(hall.draft()["id"])
    assert (done["state"], done["version"], done["eligible"]) == ("published", 2, 2)
    assert done["allowed_actions"] == ["change", "nominate", "close", "cancel"]
    assert done["announced_at"]
    (news,) = hall.bureau.news(done["id"])
    assert (news["name"], news["seq"]) == ("requests.exam_announced", 2)
    assert sorted(news["recipients"]) == sorted([one.person.id, two.person.id])
    assert news["data"]["broker_type"] == done["broker_type_name"]
    assert (news["data"]["place"], news["data"]["seats"]) == (done["place"], 5)
    again = refusal(lambda: hall.door.publish_exam_session(done["id"]))
    assert (again.code, again.facts) == ("exam.wrong_state", {"state": "published"})


def test_many_are_told_in_portions(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.requests.usecases.sessions.TOLD_AT_ONCE", 2)
    sitters = hall.approved(5)
    told = [news["recipients"] for news in hall.bureau.news(hall.published())]
    assert [len(each) for each in told] == [2, 2, 1]
    assert {who for each in told for who in each} == {each.person.id for each in sitters}


def test_a_draft_whose_time_has_come_is_moved_before_it_is_announced(hall: Hall) -> None:
    drawn = hall.draft()
    hall.hands.set(DEADLINE)
    past = faults(lambda: hall.door.publish_exam_session(drawn["id"]))
    assert past == {"/confirm_until": "exam.confirm_until_past"}
    hall.hands.set(HELD_AT)
    assert hall.session(drawn["id"])["allowed_actions"] == ["change", "cancel"]
    assert faults(lambda: hall.door.publish_exam_session(drawn["id"])) == {"/held_at": "exam.held_in_past"}
    hall.change(drawn["id"], held_at=at("2026-12-31 09:00").isoformat())
    assert hall.door.publish_exam_session(drawn["id"])["state"] == "published"


def test_anybody_reads_what_was_announced_and_no_draft(hall: Hall) -> None:
    shown, hidden, gone = hall.published(), hall.draft()["id"], hall.published()
    hall.door.cancel_exam_session(gone)
    hall.door.cancel_exam_session(hall.draft()["id"])
    for reader in (ANONYMOUS, applicant(), applicant("general_user", office="a"), officer("administrator")):
        door = hall.bureau.door(reader)
        items = door.list_announcements()["items"]
        assert {item["id"]: item["state"] for item in items} == {gone: "cancelled", shown: "published"}
        assert door.get_announcement(shown) in items
        assert refusal(partial(door.get_announcement, hidden)).code == "exam.unknown"
    one = hall.bureau.door(ANONYMOUS).get_announcement(shown)
    assert one["state_name"] == {"ar": "تم الإعلان", "en": "Announced"}
    assert not {"counts", "results", "eligible", "allowed_actions", "version"} & set(one)


def test_pages_of_sessions_are_the_latest_exam_first(hall: Hall) -> None:
    days = [10, 14, 14, 21, 17]
    ids = [hall.published(held_at=at(f"2026-12-{day} 09:00").isoformat()) for day in days]
    hidden = hall.draft()["id"]
    expected = [ids[n] for n in (3, 4, 2, 1, 0)]
    assert _walk(hall.bureau.door(ANONYMOUS).list_announcements, 2) == expected
    assert _walk(hall.door.list_exam_sessions, 2) == [*expected[:4], hidden, ids[0]]
    assert _walk(lambda **page: hall.door.list_exam_sessions(state="draft", **page), 1) == [hidden]
    for call in (hall.door.list_exam_sessions, hall.bureau.door(ANONYMOUS).list_announcements):
        for cursor in ("x", "WzFd", "WyIyMDI2LTEyLTEwIiwgImEiXQ", "WzEsIDJd"):
            assert refusal(partial(call, cursor=cursor)).code == "cursor.invalid"
        for limit in (0, 101, "5", None):
            assert refusal(partial(call, limit=limit)).code == "limit.invalid"
    assert faults(lambda: hall.door.list_exam_sessions(state="x")) == {"/state": "field.not_a_choice"}


@pytest.mark.parametrize("name", ["", "x", "\x00", "ا" * 300, "EX/1/26"])
def test_an_unknown_session_is_unknown(hall: Hall, name: str) -> None:
    hall.published()
    for call in (
        lambda: hall.door.get_exam_session(name),
        lambda: hall.door.get_announcement(name),
        lambda: hall.door.list_candidates(name),
        lambda: hall.door.nominate(name),
        lambda: hall.door.cancel_exam_session(name),
        lambda: hall.door.publish_results(name),
        lambda: hall.door.order_exam_paper(name, "final_list"),
        lambda: hall.door.record_attendance(name, "x"),
        lambda: hall.door.change_exam_session(name, version=1),
    ):
        assert refusal(call).code == "exam.unknown"


def _walk(call: Any, limit: int) -> list[str]:
    found, cursor = [], None
    while True:
        page = call(limit=limit, cursor=cursor)
        assert len(page["items"]) <= limit
        found += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return found
