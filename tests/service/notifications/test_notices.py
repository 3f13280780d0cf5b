"""A person's inbox: own notices alone, newest first, in both languages, stable while more arrive."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chassis import clock, cursors, ids
from chassis.actor import ANONYMOUS, Actor
from chassis.errors import Forbidden, Invalid, NotFound, NotSignedIn
from contracts import identity, requests
from contracts.events import Event
from contracts.permissions import Role
from tests.service.notifications.facts import (
    ANNOUNCED,
    REASON,
    REOPENED,
    REQUEST,
    RETURNED,
    exam,
    news,
    rejected,
    submitted,
    told,
)

OFFICER = Actor(kind="staff", id="officer", roles=frozenset({Role.REVIEWER}))
READER = Actor(kind="person", id="reader", roles=frozenset({Role.CANDIDATE}))
STRANGER = Actor(kind="person", id="stranger", roles=frozenset({Role.GENERAL_USER}))


@pytest.fixture
def inbox(service_for):
    return service_for(READER)


def _fill(service, count: int, first: int = 1) -> None:
    for n in range(first, first + count):
        at = (clock.now() + timedelta(seconds=n)).isoformat()
        service.tell(submitted("reader", number=f"CE/{n}/26", at=at))


def test_a_notice_is_shown_in_both_languages_with_its_facts(service, inbox) -> None:
    service.tell(rejected("reader"))
    (notice,) = inbox.list_notices()["items"]
    assert notice["kind"] == "request_rejected"
    assert notice["number"] == "CE/8/26"
    assert notice["read_at"] is None
    assert notice["at"].endswith("+00:00")
    assert notice["title"] == {
        "ar": "رفض طلبكم \u2068CE/8/26\u2069",
        "en": "Your request \u2068CE/8/26\u2069 was rejected",
    }
    assert "الصورة غير واضحة" in notice["text"]["ar"]
    assert "The photo is not clear" in notice["text"]["en"]
    assert set(notice) == {"id", "kind", "title", "text", "number", "path", "at", "read_at"}


def test_one_language_can_be_asked_for(service, inbox) -> None:
    service.tell(submitted("reader"))
    (notice,) = inbox.list_notices(language="en")["items"]
    assert set(notice["title"]) == set(notice["text"]) == {"en"}


def test_news_of_the_account_have_no_number(service, inbox) -> None:
    service.tell(news(identity.PasswordChanged.NAME, "reader"))
    (notice,) = inbox.list_notices()["items"]
    assert (notice["number"], notice["path"]) == (None, None)


def test_news_of_a_session_have_no_number(service, inbox) -> None:
    service.tell(told(ANNOUNCED, "reader"))
    (notice,) = inbox.list_notices()["items"]
    assert (notice["kind"], notice["number"]) == ("exam_announced", None)
    assert notice["path"].startswith("/exam-announcements/")
    assert "موعد الامتحان: \u206810/12/2026 09:00\u2069" in notice["text"]["ar"]
    assert "with 30 seats" in notice["text"]["en"]


def test_a_moved_exam_is_told_with_the_new_place_and_deadline(service, inbox) -> None:
    service.tell(told(exam(requests.ExamMoved, confirm_until="2026-12-07T11:30:00+00:00"), "reader"))
    (notice,) = inbox.list_notices()["items"]
    assert (notice["number"], notice["path"]) == ("CE/8/26", "/requests/CE-8-26")
    assert "Training Hall" in notice["text"]["en"]
    assert "07/12/2026 14:30" in notice["text"]["ar"]


def test_others_see_nothing_of_it(service, service_for) -> None:
    service.tell(submitted("reader"))
    stranger = service_for(STRANGER)
    assert stranger.list_notices() == {"items": [], "next": None}
    assert stranger.count_unread() == {"unread": 0}


def test_pages_are_newest_first_and_stable_while_more_arrive(service, inbox) -> None:
    _fill(service, 7)
    first = inbox.list_notices(limit=3)
    _fill(service, 2, first=8)
    second = inbox.list_notices(limit=3, cursor=first["next"])
    third = inbox.list_notices(limit=3, cursor=second["next"])
    seen = [notice["number"] for page in (first, second, third) for notice in page["items"]]
    assert seen == [f"CE/{n}/26" for n in range(7, 0, -1)]
    assert third["next"] is None


def test_notices_of_the_same_moment_keep_the_order_of_their_request(service, inbox) -> None:
    at = clock.now().isoformat()
    service.tell(rejected("reader", seq=4, at=at))
    service.tell(submitted("reader", seq=2, at=at))
    kinds = []
    page = inbox.list_notices(limit=1)
    kinds.append(page["items"][0]["kind"])
    kinds.append(inbox.list_notices(limit=1, cursor=page["next"])["items"][0]["kind"])
    assert kinds == ["request_rejected", "request_submitted"]


def test_reading_is_counted_once_and_keeps_its_first_moment(service, inbox) -> None:
    _fill(service, 2)
    notice_id = inbox.list_notices()["items"][0]["id"]
    assert inbox.count_unread() == {"unread": 2}
    assert inbox.read_notice(notice_id) == {}
    read_at = inbox.list_notices()["items"][0]["read_at"]
    assert inbox.read_notice(notice_id) == {}
    assert inbox.list_notices()["items"][0]["read_at"] == read_at is not None
    assert inbox.count_unread() == {"unread": 1}


@pytest.mark.parametrize("notice_id", [None, ids.new_id(), "no id", "\u2068"])
def test_a_notice_of_another_or_of_nobody_is_not_found(service, service_for, notices, notice_id) -> None:
    service.tell(submitted("reader"))
    theirs = notice_id or notices()[0].id
    with pytest.raises(NotFound, match=r"notice\.unknown"):
        service_for(STRANGER).read_notice(theirs)
    assert notices()[0].read_at is None


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        cursors.encode([]),
        cursors.encode(["2026-11-23T09:00:00+00:00", 1]),
        cursors.encode(["yesterday", 1, "x"]),
        cursors.encode(["2026-11-23T09:00:00", 1, "x"]),
        cursors.encode([1, 1, "x"]),
        cursors.encode(["2026-11-23T09:00:00+00:00", "1", "x"]),
        cursors.encode(["2026-11-23T09:00:00+00:00", 2**40, "x"]),
        cursors.encode(["2026-11-23T09:00:00+00:00", 1, {"a": 1}]),
        cursors.encode(["2026-11-23T09:00:00+00:00", 1, "\x00"]),
    ],
)
def test_a_bad_cursor_is_refused(inbox, cursor: str) -> None:
    with pytest.raises(Invalid, match=r"cursor\.invalid"):
        inbox.list_notices(cursor=cursor)


@pytest.mark.parametrize("limit", [0, 101, "5", True, None])
def test_a_bad_limit_is_refused(inbox, limit) -> None:
    with pytest.raises(Invalid, match=r"limit\.invalid"):
        inbox.list_notices(limit=limit)


def test_an_unknown_language_is_refused(inbox) -> None:
    with pytest.raises(Invalid, match=r"input\.invalid") as refused:
        inbox.list_notices(language="fr")
    assert refused.value.faults[0].pointer == "/language"


@pytest.mark.parametrize("ask", ["list_notices", "count_unread"])
def test_nobody_who_is_not_signed_in_has_an_inbox(service_for, ask: str) -> None:
    with pytest.raises(NotSignedIn):
        getattr(service_for(ANONYMOUS), ask)()


PREVIEWED = [
    requests.RequestPreliminarilyApproved(**REQUEST, status="preliminarily_approved"),
    requests.RequestRejected(**REQUEST, status="rejected", reason_code=None, reason=REASON),
    RETURNED,
    replace(RETURNED, reason=None),
    REOPENED,
]


@pytest.mark.parametrize("event", PREVIEWED, ids=lambda event: type(event).__name__)
def test_the_preview_of_a_decision_is_the_very_notice(service, service_for, inbox, event: Event) -> None:
    preview = service_for(OFFICER).preview_notice(
        event=event.NAME, aggregate=event.aggregate, data=event.data()
    )
    service.tell(told(event, "reader"))
    (notice,) = inbox.list_notices()["items"]
    assert set(preview) == {"ar", "en"}
    assert {language: words["subject"] for language, words in preview.items()} == notice["title"]
    assert {language: words["text"] for language, words in preview.items()} == notice["text"]


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("identity.code_issued", {}),
        ("identity.officer_changed", {}),
        ("requests.unknown", {}),
        (RETURNED.NAME, {}),
        (RETURNED.NAME, {name: fact for name, fact in RETURNED.data().items() if name != "reason"}),
        (RETURNED.NAME, {**RETURNED.data(), "name": "فاطمة"}),
    ],
)
def test_what_makes_no_notice_has_no_preview(service_for, event: str, data: dict) -> None:
    with pytest.raises(Invalid, match=r"notice\.not_previewed"):
        service_for(OFFICER).preview_notice(event=event, aggregate="CE/8/26", data=data)


def test_only_who_decides_sees_a_preview(service_for) -> None:
    with pytest.raises(Forbidden):
        service_for(READER).preview_notice(event=RETURNED.NAME, aggregate="CE/8/26", data=RETURNED.data())
