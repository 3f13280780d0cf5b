"""Numbers, renewal dates, readiness and reminders of licenses."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.config import SettingsError
from services.licensing.domain import names, numbers, reminders
from services.licensing.domain.numbers import Number
from services.licensing.domain.readiness import Readiness, readiness
from services.licensing.domain.reminders import DISTANCES, Mark
from services.licensing.domain.renewal import Terms, find_renewal_refusal, proposed
from services.licensing.domain.status import HOLDING, Facts, What
from services.licensing.settings import Settings

TODAY = date(2026, 3, 1)
LONG = TODAY + timedelta(days=900)
TERMS = Terms(HOLDING)
GOOD = Facts(
    valid_until=LONG - timedelta(days=600),
    guarantee_expires_on=LONG,
    civil_id_expiry=LONG,
    passport_expiry=LONG,
)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def ahead(days: int) -> date:
    return TODAY + timedelta(days=days)


# ------------------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("01/209/000123/2026", "01/209/000123/2026"),
        ("01-209-000123-2026", "01/209/000123/2026"),
        (" ٠١/٢٠٩/٠٠٠١٢٣/٢٠٢٦ ", "01/209/000123/2026"),
        ("02/209/6/2002", "02/209/6/2002"),
        ("kc/7", "KC/7"),
        ("", None),
        ("/", None),
        ("01//209", None),
        ("ج/7", None),
        ("A 7", None),
        ("7" * 41, None),
        ("²", None),
    ],
)
def test_a_number_has_one_spelling(text, number) -> None:
    assert numbers.find(text) == number


@pytest.mark.parametrize("text", ["01-209", "ج/7", "A 7", "A.7"])
def test_what_stood_in_a_register_and_cannot_be_a_number_is_a_legacy_number(text) -> None:
    assert numbers.find_plain(text) is None


@given(st.sampled_from(["01", "02"]), st.integers(0, 999), st.integers(0, 999_999), st.integers(1900, 2999))
def test_parts_and_number_are_the_same(type_code, office, serial, year) -> None:
    parts = Number(type_code, f"{office:03d}", serial, year)
    assert numbers.parse(str(parts)) == parts == numbers.parse(numbers.dashed(str(parts)))


@pytest.mark.parametrize(
    "text", ["03/209/000123/2026", "01/209/123/2026", "01/209/000123/26", "KC/7", "", "01/20/000123/2026"]
)
def test_other_forms_have_no_parts(text) -> None:
    assert numbers.parse(text) is None


def test_a_name_is_searched_by_folded_words_and_ordered_by_its_arabic() -> None:
    columns = names.columns("288020122596", {"first": "أحمَد", "fourth": "الكندريّة"}, {"first": "Ahmad-Ali"})
    assert columns["full_name_ar"] == "أحمَد الكندريّة"
    assert columns["sort_key"] == "احمد الكندريه"
    assert columns["search"] == " 288020122596 احمد الكندريه ahmad/ali"


# ------------------------------------------------------------------------------------------------- renewal


@pytest.mark.parametrize(
    ("valid_until", "end"),
    [
        (ahead(10), date(2027, 3, 11)),
        (TODAY, date(2027, 3, 1)),  # its last valid day has not passed
        (ago(1), date(2027, 3, 1)),
        (ago(300), date(2027, 3, 1)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 12, 31), date(2028, 12, 31)),
    ],
)
def test_the_end_proposed(valid_until, end) -> None:
    assert proposed(valid_until, TODAY) == end


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_end_proposed_is_a_year_after_the_later_day_and_can_be_taken_again_and_again(end, today) -> None:
    first = proposed(end, today)
    assert 365 <= (first - max(end, today)).days <= 366
    assert proposed(first, today) > first


def refused(after: Facts, before: Facts = GOOD, terms: Terms = TERMS):
    refusal = find_renewal_refusal(before, after, TODAY, terms)
    return refusal.code if refusal else None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"guarantee_expires_on": ago(1)}, "guarantee.lapsed"),
        ({"guarantee_expires_on": None}, "guarantee.missing"),
        ({"civil_id_expiry": ago(1)}, "civil_id.lapsed"),
        ({"passport_expiry": ago(1)}, "passport.lapsed"),
        ({"valid_until": ago(1)}, None),
        ({"valid_until": ago(365)}, None),
        ({"valid_until": ago(366)}, "license.not_renewable"),
        ({"suspended_from": TODAY}, "license.not_renewable"),
        ({"deactivated_from": TODAY}, "license.not_renewable"),
        ({"cancelled_on": TODAY}, "license.not_renewable"),
        ({"cancelled_on": TODAY, "guarantee_expires_on": ago(1)}, "license.not_renewable"),
    ],
)
def test_what_speaks_against_a_renewal_that_changes_the_end_alone(changes, code) -> None:
    before = replace(GOOD, **changes)
    assert refused(replace(before, valid_until=LONG), before) == code


def test_a_renewal_that_brings_what_was_lapsed_goes_through() -> None:
    before = replace(GOOD, guarantee_expires_on=ago(1), passport_expiry=ago(1))
    assert refused(replace(GOOD, valid_until=LONG), before) is None
    half = find_renewal_refusal(before, replace(before, valid_until=LONG), TODAY, TERMS)
    assert half and half.facts == {"causes": ["guarantee_lapsed", "passport_lapsed"]}


def test_the_new_end_is_later_than_the_old_one_and_than_today() -> None:
    assert refused(GOOD) == "license.not_extended"
    assert refused(replace(GOOD, valid_until=GOOD.valid_until - timedelta(days=1))) == "license.not_extended"
    expired = replace(GOOD, valid_until=ago(10))
    assert refused(replace(GOOD, valid_until=TODAY), expired) == "license.not_extended"
    assert refused(replace(GOOD, valid_until=ahead(1)), expired) is None


def test_renewing_opens_so_many_days_before_the_end_if_the_bureau_says_so() -> None:
    before = replace(GOOD, valid_until=ahead(31))
    after = replace(GOOD, valid_until=LONG)
    assert refused(after, before, Terms(HOLDING, 30)) == "license.renewal_not_open"
    assert refused(after, before, Terms(HOLDING, 31)) is None
    assert refused(after, before, Terms(HOLDING, 0)) is None


# ----------------------------------------------------------------------------------------------- readiness


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Readiness(True, GOOD.valid_until, "license")),
        ({"passport_expiry": ahead(5)}, Readiness(True, ahead(5), "passport")),
        ({"passport_expiry": TODAY, "civil_id_expiry": TODAY}, Readiness(True, TODAY, "civil_id")),
        ({"deactivated_from": ahead(3)}, Readiness(True, ahead(2), "deactivated")),
        ({"guarantee_expires_on": ago(2), "passport_expiry": ago(9)}, Readiness(False, ago(9), "passport")),
        ({"guarantee_expires_on": None}, Readiness(False, None, "guarantee")),
        ({"valid_until": ago(1), "passport_expiry": ago(2)}, Readiness(False, ago(2), "passport")),
        ({"valid_until": ago(1), "passport_expiry": ago(1)}, Readiness(False, ago(1), "license")),
        ({"suspended_from": TODAY, "passport_expiry": ago(2)}, Readiness(False, ago(1), "suspended")),
    ],
)
def test_until_when_and_because_of_what(changes, expected) -> None:
    assert readiness(replace(GOOD, **changes), TODAY, HOLDING) == expected


def test_what_does_not_hold_does_not_bind() -> None:
    facts = replace(GOOD, passport_expiry=ago(5))
    assert readiness(facts, TODAY, frozenset()) == Readiness(True, GOOD.valid_until, "license")


# ----------------------------------------------------------------------------------------------- reminders


@pytest.mark.parametrize(
    ("left", "distance"),
    [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 7), (0, 7), (-1, None)],
)
def test_a_date_is_told_at_the_nearest_distance_it_has_come_within(left, distance) -> None:
    facts = Facts(valid_until=ahead(left))
    marks = [Mark(What.LICENSE, ahead(left), distance)] if distance else []
    assert reminders.due(facts, TODAY, ()) == marks
    assert reminders.due(facts, TODAY, marks) == []


def test_a_new_date_is_told_anew_and_a_cancelled_license_not_at_all() -> None:
    facts = Facts(valid_until=ahead(5))
    told = reminders.due(facts, TODAY, ())
    assert reminders.due(Facts(valid_until=ahead(6)), TODAY, told)
    cancelled = replace(facts, cancelled_on=TODAY)
    assert (reminders.due(cancelled, TODAY, ()), reminders.next_on(cancelled, TODAY)) == ([], None)


@given(st.lists(st.integers(-5, 200), min_size=4, max_size=4))
def test_who_looks_on_the_days_named_misses_no_reminder_and_sees_none_twice(left) -> None:
    dates = dict(
        zip(
            ("valid_until", "guarantee_expires_on", "civil_id_expiry", "passport_expiry"),
            map(ahead, left),
            strict=True,
        )
    )
    facts = Facts(**dates)
    told: list[Mark] = []
    day = reminders.first_on(facts, TODAY)
    while day is not None:
        told += reminders.due(facts, day, told)
        day = reminders.next_on(facts, day)
    assert len(told) == len(set(told))
    for what, end in facts.ends.items():
        ahead_of = {distance for distance in DISTANCES if (end - TODAY).days >= distance}
        assert {mark.distance for mark in told if mark.what is what} >= ahead_of


# ------------------------------------------------------------------------------------------------ settings


def _settings(**changes) -> Settings:
    given = {
        "PORTAL_ENV": "test",
        "AMQP_URL": "amqp://x",
        "BUS_KEY": "k:x",
        "BUS_KEYS_TRUSTED": {},
        "DATABASE_URL": "postgresql://x",
        "HEALTH_ADDRESS": "127.0.0.1:1",
    }
    return Settings(**{**given, **changes})


def test_what_holds_is_read_from_the_setting_and_wrong_words_stop_the_process() -> None:
    assert _settings().terms == Terms(HOLDING, 0)
    assert _settings(HOLD_ON=" passport , civil_id ").terms.hold_on == {What.PASSPORT, What.CIVIL_ID}
    assert _settings(HOLD_ON="").terms.hold_on == frozenset()
    for wrong in ({"HOLD_ON": "license"}, {"HOLD_ON": "mood"}, {"RENEWAL_OPENS_DAYS": -1}):
        with pytest.raises(SettingsError):
            _settings(**wrong)
