"""The status of a license: precedence, causes, the day after the last valid one, and what each status allows."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.licensing import reference
from services.licensing.domain.allowance import (
    ALLOWED,
    REFUSALS,
    SERVICE_TYPES,
    Answer,
    find_refusal,
    list_allowed,
)
from services.licensing.domain.status import (
    HOLDING,
    STATUS_OF,
    Cause,
    Facts,
    Standing,
    Status,
    What,
    next_change,
    status_of,
)

TODAY = date(2026, 3, 1)
DAY = timedelta(days=1)
LONG = TODAY + timedelta(days=900)
GOOD = {
    "valid_until": LONG,
    "guarantee_expires_on": LONG,
    "civil_id_expiry": LONG,
    "passport_expiry": LONG,
}
YESTERDAY, TOMORROW = TODAY - DAY, TODAY + DAY

# One fact each that speaks against a license, in the order of precedence.
AGAINST = [
    ({"cancelled_on": TODAY}, Status.CANCELLED, Cause.CANCELLED),
    ({"suspended_from": TODAY}, Status.SUSPENDED, Cause.SUSPENDED),
    ({"deactivated_from": TODAY}, Status.DEACTIVATED, Cause.DEACTIVATED),
    ({"valid_until": YESTERDAY}, Status.EXPIRED, Cause.LICENSE_EXPIRED),
    ({"guarantee_expires_on": YESTERDAY}, Status.ON_HOLD, Cause.GUARANTEE_LAPSED),
    ({"civil_id_expiry": YESTERDAY}, Status.ON_HOLD, Cause.CIVIL_ID_LAPSED),
    ({"passport_expiry": YESTERDAY}, Status.ON_HOLD, Cause.PASSPORT_LAPSED),
]


def standing(day: date = TODAY, /, **changes: Any) -> Standing:
    """What the good license with these changes is, where `hold_on` holds."""
    hold_on = changes.pop("hold_on", HOLDING)
    return status_of(Facts(**{**GOOD, **changes}), day, hold_on)


def test_a_license_with_all_in_force_is_active() -> None:
    assert standing() == (Status.ACTIVE, ())


@pytest.mark.parametrize(("facts", "status", "cause"), AGAINST)
def test_each_fact_alone(facts, status, cause) -> None:
    assert standing(**facts) == (status, (cause,))


@pytest.mark.parametrize("first", range(len(AGAINST)))
def test_the_first_that_applies_gives_the_status_and_all_are_named(first) -> None:
    applying = AGAINST[first:]
    facts = {name: value for each, _, _ in applying for name, value in each.items()}
    assert standing(**facts) == (applying[0][1], tuple(cause for _, _, cause in applying))


@pytest.mark.parametrize(
    "name", ["valid_until", "guarantee_expires_on", "civil_id_expiry", "passport_expiry"]
)
def test_an_expiry_is_the_last_valid_day(name) -> None:
    assert standing(**{name: TODAY}).status is Status.ACTIVE
    assert standing(**{name: YESTERDAY}).status is not Status.ACTIVE


@pytest.mark.parametrize("name", ["cancelled_on", "suspended_from", "deactivated_from"])
def test_a_decision_counts_from_its_day(name) -> None:
    assert standing(**{name: TOMORROW}).status is Status.ACTIVE
    assert standing(**{name: TODAY}).status is not Status.ACTIVE


def test_no_guarantee_holds_and_an_unknown_card_does_not() -> None:
    assert standing(guarantee_expires_on=None) == (Status.ON_HOLD, (Cause.GUARANTEE_MISSING,))
    assert standing(civil_id_expiry=None, passport_expiry=None).status is Status.ACTIVE


def test_what_is_not_in_the_setting_does_not_hold_and_is_no_cause() -> None:
    lapsed: dict[str, Any] = {
        "guarantee_expires_on": YESTERDAY,
        "civil_id_expiry": YESTERDAY,
        "passport_expiry": YESTERDAY,
    }
    assert standing(hold_on=frozenset(), **lapsed) == (Status.ACTIVE, ())
    only = frozenset({What.PASSPORT})
    assert standing(hold_on=only, **lapsed) == (Status.ON_HOLD, (Cause.PASSPORT_LAPSED,))
    assert standing(hold_on=frozenset(), valid_until=YESTERDAY).status is Status.EXPIRED


def test_a_stop_with_a_last_day_ends_by_itself() -> None:
    stopped: dict[str, Any] = {"deactivated_from": TODAY, "deactivated_until": TODAY + 5 * DAY}
    assert standing(TODAY + 5 * DAY, **stopped).status is Status.DEACTIVATED
    assert standing(TODAY + 6 * DAY, **stopped).status is Status.ACTIVE


def test_a_stop_stays_while_something_is_missing_that_lapsed_in_it_and_does_not_come_back_later() -> None:
    stopped: dict[str, Any] = {"deactivated_from": TODAY, "deactivated_until": TODAY + 5 * DAY}
    lapsed_in_it = {**stopped, "guarantee_expires_on": TODAY + 5 * DAY}
    assert standing(TODAY + 6 * DAY, **lapsed_in_it) == (
        Status.DEACTIVATED,
        (Cause.DEACTIVATED, Cause.GUARANTEE_LAPSED),
    )
    assert standing(TODAY + 6 * DAY, **{**stopped, "guarantee_expires_on": LONG}).status is Status.ACTIVE
    lapsed_after = {**stopped, "guarantee_expires_on": TODAY + 6 * DAY}
    assert standing(TODAY + 6 * DAY, **lapsed_after).status is Status.ACTIVE
    assert standing(TODAY + 7 * DAY, **lapsed_after) == (Status.ON_HOLD, (Cause.GUARANTEE_LAPSED,))


days = st.integers(-40, 40).map(lambda n: TODAY + timedelta(days=n))
maybe = st.none() | days
some_facts = st.builds(
    Facts,
    valid_until=days,
    guarantee_expires_on=maybe,
    civil_id_expiry=maybe,
    passport_expiry=maybe,
    deactivated_from=maybe,
    deactivated_until=maybe,
    suspended_from=maybe,
    cancelled_on=maybe,
)
some_holds = st.frozensets(st.sampled_from(sorted(HOLDING)))


@given(some_facts, days, some_holds)
def test_the_status_is_that_of_the_first_cause(facts, day, hold_on) -> None:
    status, causes = status_of(facts, day, hold_on)
    assert status is (STATUS_OF[causes[0]] if causes else Status.ACTIVE)
    ranks = [list(STATUS_OF).index(cause) for cause in causes]
    assert ranks == sorted(set(ranks))


@given(some_facts, days, some_holds)
def test_nothing_changes_before_the_day_that_is_named_and_something_does_on_it(facts, day, hold_on) -> None:
    present = status_of(facts, day, hold_on)
    turn = next_change(facts, day, hold_on)
    if present.status is Status.CANCELLED:
        assert turn is None
        return
    until = turn or TODAY + timedelta(days=100)
    for n in range((until - day).days):
        assert status_of(facts, day + timedelta(days=n), hold_on) == present
    if turn is not None:
        assert turn > day
        assert status_of(facts, turn, hold_on) != present


# product.md §3, a row for each service type: active, on hold, expired, deactivated, suspended, cancelled.
ORDER = ("active", "on_hold", "expired", "deactivated", "suspended", "cancelled")
TABLE = {
    "license_renewal": ("yes", "curing", "late", None, None, None),
    "license_deactivation": ("yes", "yes", None, None, None, None),
    "license_reactivation": (None, None, None, "at_once_when_valid", None, None),
    "license_cancellation": ("yes", "yes", "yes", "yes", None, None),
    "broker_transfer": ("yes", "yes", None, "yes", None, None),
    "to_whom_letter": ("at_once", "reviewer", "reviewer", "reviewer", "reviewer", "reviewer"),
    "lost_card": ("yes", "yes", None, None, None, None),
    "guarantee_update": ("yes", "yes", "yes", "yes", "yes", None),
    "broker_update": ("yes", "yes", "yes", "yes", "yes", None),
}
PAIRS = [(each, status) for each in TABLE for status in ORDER]


@pytest.mark.parametrize(("service_type", "status"), PAIRS)
def test_what_a_status_allows_is_the_table(service_type, status) -> None:
    expected = TABLE[service_type][ORDER.index(status)]
    assert ALLOWED.get((service_type, Status(status))) == expected
    refused = find_refusal(service_type, Status(status), 1)
    assert refused == (None if expected else REFUSALS[service_type])
    assert (service_type in list_allowed(Status(status), 1)) is (expected is not None)


def test_the_table_is_complete() -> None:
    assert set(SERVICE_TYPES) == set(TABLE) == set(REFUSALS)
    assert {answer for answer in ALLOWED.values()} == set(Answer)


@pytest.mark.parametrize(("days", "code"), [(1, None), (365, None), (366, "license.not_renewable")])
def test_an_expired_license_can_be_renewed_for_a_year(days, code) -> None:
    assert find_refusal("license_renewal", Status.EXPIRED, days) == code


def test_every_word_is_there_in_both_languages() -> None:
    for words in ("statuses", "causes", "dates", "fixes", "acts", "broker_types"):
        assert getattr(reference, words)()
    assert reference.statuses()["on_hold"] == {"ar": "معلّقة", "en": "On hold"}
