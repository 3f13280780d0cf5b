"""What the words of a message say: its turns, its counted nouns, its moments, and how long a short message is."""

import re
from typing import Any

import pytest

from contracts import requests
from contracts.events import Event
from services.notifications.domain import LANGUAGES, RULES, Channel, kind_of
from services.notifications.renderer import Templates
from tests.unit.notification_cases import CASES, HEARD, SHOWN, Case, facts_of

MOST_UNITS = 2 * 67  # two segments of a short message that is not in the Latin alphabet alone
LONG_NUMBER = "CE/1234/26"
LONG_LINK = "https://eservices.customs.example/requests/CE-1234-26"
HOSTILE = '</p><img src=x onerror=alert(1)>\n\u202eسطر ثانٍ & "<b>'
IN_BOTH = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates()


def _texts(templates: Templates, event: type[Event], language: str, **changes: Any) -> dict[str, str]:
    return Case(event, changes).texts(templates, language, "x")


def _forms(*forms: str) -> list[tuple[int, str]]:
    return list(zip((0, 1, 2, 3, 11, 100), forms, strict=True))


COUNTED = {
    ("ar", requests.RequestReturned, "items"): _forms(
        "0 بند", "بند واحد", "بندان", "3 بنود", "11 بندًا", "100 بند"
    ),
    ("en", requests.RequestReturned, "items"): _forms(
        "0 items", "1 item", "2 items", "3 items", "11 items", "100 items"
    ),
    ("ar", requests.RequestReturned, "working_days"): _forms(
        "0 يوم عمل", "يوم عمل واحد", "يوما عمل", "3 أيام عمل", "11 يوم عمل", "100 يوم عمل"
    ),
    ("en", requests.RequestReturned, "working_days"): _forms(
        "0 working days",
        "1 working day",
        "2 working days",
        "3 working days",
        "11 working days",
        "100 working days",
    ),
    ("ar", requests.ExamAnnounced, "seats"): _forms(
        "0 مقعد", "مقعد واحد", "مقعدان", "3 مقاعد", "11 مقعدًا", "100 مقعد"
    ),
    ("en", requests.ExamAnnounced, "seats"): _forms(
        "0 seats", "1 seat", "2 seats", "3 seats", "11 seats", "100 seats"
    ),
}


@pytest.mark.parametrize(
    ("language", "event", "noun", "number", "words"),
    [(*of, number, words) for of, forms in COUNTED.items() for number, words in forms],
)
def test_nouns_are_counted(
    *, templates: Templates, language: str, event: type[Event], noun: str, number: int, words: str
) -> None:
    texts = _texts(templates, event, language, **{noun: number})
    for where in ("text", "html"):
        assert re.search(rf"(^|\s){words}(\s|<br>|$)", texts[where]), where


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-12-10T06:00:00Z", "10/12/2026 09:00"),
        ("2026-12-10T06:00:00.123456+00:00", "10/12/2026 09:00"),
        ("2026-12-09T21:30:00+00:00", "10/12/2026 00:30"),  # the next day in Kuwait
        ("2026-12-31T23:59:00+03:00", "31/12/2026 23:59"),
    ],
)
def test_moments_are_told_in_the_time_of_kuwait(templates: Templates, moment: str, shown: str) -> None:
    texts = _texts(templates, requests.ExamAnnounced, "ar", held_at=moment)
    assert f"موعد الامتحان: \u2068{shown}\u2069" in texts["text"]
    assert f"موعد الامتحان: <bdi>{shown}</bdi>" in texts["html"]


def _is_short_news(case: Case) -> bool:
    rule = RULES[case.event.NAME]
    return Channel.SMS in rule.channels and not rule.is_code


@pytest.mark.parametrize("case", [case for case in CASES if _is_short_news(case)], ids=str)
@IN_BOTH
def test_a_short_message_is_short(templates: Templates, case: Case, language: str) -> None:
    facts = case.facts(language, "x") | {"number": LONG_NUMBER, "link": LONG_LINK}
    text = templates.sms(kind_of(case.event.NAME), language, facts)
    assert LONG_LINK in text
    assert len(text.encode("utf-16-be")) // 2 <= MOST_UNITS


def _shown(case: Case) -> set[str]:
    """The facts that a reader needs to act, as they are shown."""
    shown = dict(zip(("due_on", "held_at", "confirm_until", "position", "score"), SHOWN, strict=True))
    if case.event is requests.ExamMissed:
        del shown["score"]  # who was absent has none
    return {words for name, words in shown.items() if case.data("x").get(name) is not None}


@pytest.mark.parametrize("case", CASES, ids=str)
@IN_BOTH
def test_a_message_says_by_when(templates: Templates, case: Case, language: str) -> None:
    texts = case.texts(templates, language, "x")
    for where in ("text", "html"):
        assert {words for words in _shown(case) if words not in texts[where]} == set(), where


@pytest.mark.parametrize(
    "event", [event for event in HEARD if "place" in facts_of(event)], ids=lambda event: event.NAME
)
@IN_BOTH
def test_a_message_about_an_exam_says_where(templates: Templates, event: type[Event], language: str) -> None:
    texts = _texts(templates, event, language, place={"ar": "قاعة التدريب", "en": "Training Hall"})
    place = {"ar": "المكان: {}قاعة التدريب{}", "en": "Place: {}Training Hall{}"}[language]
    assert place.format("\u2068", "\u2069") in texts["text"]
    assert place.format("<bdi>", "</bdi>") in texts["html"]


@pytest.mark.parametrize("event", [requests.RequestReturned, requests.RequestReopened])
@IN_BOTH
def test_the_officers_words_stay_words(templates: Templates, event: type[Event], language: str) -> None:
    texts = _texts(templates, event, language, reason=dict.fromkeys(LANGUAGES, HOSTILE))
    assert "<img" not in texts["html"]
    assert "&lt;/p&gt;&lt;img src=x onerror=alert(1)&gt;\nسطر ثانٍ &amp; &#34;&lt;b&gt;" in texts["html"]
    assert HOSTILE.replace("\u202e", "") in texts["text"]
    assert "img" not in texts["subject"] + texts["sms"]


@IN_BOTH
def test_without_a_message_of_the_officer_nothing_announces_one(templates: Templates, language: str) -> None:
    heading = {"ar": "ملاحظة المكتب:", "en": "Message of the Office:"}[language]
    for where in ("text", "html"):
        assert heading in _texts(templates, requests.RequestReturned, language)[where]
        assert heading not in _texts(templates, requests.RequestReturned, language, reason=None)[where]


@pytest.mark.parametrize(
    ("language", "cause", "words"),
    [
        ("ar", "correction", "مهلة تصحيح"),
        ("ar", "confirmation", "مهلة تأكيد الحضور"),
        ("en", "correction", "not corrected"),
        ("en", "confirmation", "not confirmed"),
    ],
)
def test_a_lapse_names_the_deadline_that_passed(
    templates: Templates, language: str, cause: str, words: str
) -> None:
    told = _texts(templates, requests.RequestLapsed, language, cause=cause)
    other = {"correction": "confirmation", "confirmation": "correction"}[cause]
    unlike = _texts(templates, requests.RequestLapsed, language, cause=other)
    for where in ("text", "html", "sms"):
        assert words in told[where], where
        assert words not in unlike[where], where


@pytest.mark.parametrize(("language", "words"), [("ar", "تأكيد الحضور من جديد"), ("en", "confirmed again")])
def test_a_moved_exam_asks_for_confirmation_only_when_it_reopened(
    templates: Templates, language: str, words: str
) -> None:
    for where in ("text", "html"):
        assert words in _texts(templates, requests.ExamMoved, language)[where]
        assert words not in _texts(templates, requests.ExamMoved, language, confirm_until=None)[where]


@pytest.mark.parametrize("event", [requests.ExamPassed, requests.ExamFailed])
@pytest.mark.parametrize(("language", "score"), [("ar", "الدرجة: {} من 100"), ("en", "Score: {} of 100")])
def test_a_score_is_told_if_there_is_one_and_never_by_sms(
    templates: Templates, event: type[Event], language: str, score: str
) -> None:
    for points in (0, 49, 100):
        texts = _texts(templates, event, language, score=points)
        assert score.format(f"\u2068{points}\u2069") in texts["text"]
        assert score.format(f"<bdi>{points}</bdi>") in texts["html"]
        assert f"\u2068{points}\u2069" not in texts["sms"]
    assert score.partition(":")[0] not in _texts(templates, event, language, score=None)["text"]
