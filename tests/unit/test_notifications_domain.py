"""Who is told what, and what becomes of a delivery."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis import ids
from contracts import identity, requests
from services.notifications import domain
from services.notifications.domain import Channel, Contact, Outcome, Parcel, Result, Rule, State

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CODE = identity.CodeIssued.NAME
SUBMITTED = requests.RequestSubmitted.NAME


PARCEL = Parcel("d", SUBMITTED, "a", Channel.EMAIL, "CE/8/26", {}, None, None, False, 1, "")
CONTACT = Contact("a", "n", "a@b.kw", "+96550000000", "ar", verified=True)


def _parcel(event: str = SUBMITTED, **facts: Any) -> Parcel:
    return replace(PARCEL, event=event, **facts)


def _contact(**facts: Any) -> Contact:
    return replace(CONTACT, **facts)


def test_every_event_but_codes_is_a_notice_and_an_email() -> None:
    for name, rule in domain.RULES.items():
        assert rule.notice is not rule.is_code, name
        assert Channel.EMAIL in rule.channels, name


def test_sms_is_for_codes_decisions_results_and_what_changes_a_plan() -> None:
    by_sms = {name for name, rule in domain.RULES.items() if Channel.SMS in rule.channels}
    assert by_sms == {
        CODE,
        requests.RequestPreliminarilyApproved.NAME,
        requests.RequestRejected.NAME,
        requests.RequestReturned.NAME,
        requests.RequestLapsed.NAME,
        requests.CandidateNominated.NAME,
        requests.SeatOffered.NAME,
        requests.ExamMoved.NAME,
        requests.ExamCancelled.NAME,
        requests.ExamPassed.NAME,
        requests.ExamFailed.NAME,
        requests.ExamMissed.NAME,
    }


def test_a_code_goes_only_where_it_was_issued_for() -> None:
    rule = domain.RULES[CODE]
    assert domain.channels_of(rule, {"channel": "sms"}) == [Channel.SMS]
    assert domain.channels_of(rule, {"channel": "email"}) == [Channel.EMAIL]


def test_a_channel_that_a_rule_does_not_know_gets_nothing() -> None:
    assert domain.channels_of(Rule(), {"channel": "sms"}) == []


def test_sms_falls_back_to_email_unless_email_had_it_or_it_is_a_code() -> None:
    only_sms = frozenset({Channel.SMS})
    assert domain.fallback_of(Rule(channels=only_sms), Channel.SMS) is Channel.EMAIL
    assert domain.fallback_of(Rule(channels=frozenset(Channel)), Channel.SMS) is None
    assert domain.fallback_of(Rule(channels=only_sms, is_code=True), Channel.SMS) is None
    assert domain.fallback_of(Rule(), Channel.EMAIL) is None


@pytest.mark.parametrize(
    ("parcel", "contact", "reason"),
    [
        (_parcel(), _contact(), None),
        (_parcel(), None, "contact.missing"),
        (_parcel(), _contact(email=None), "contact.missing"),
        (_parcel(channel=Channel.SMS), _contact(mobile=None), "contact.missing"),
        (_parcel(), _contact(verified=False), "contact.unverified"),
        (_parcel(CODE), _contact(verified=False), None),
        (_parcel(CODE, expires_at=NOW), _contact(), "code.expired"),
        (_parcel(CODE, expires_at=NOW + timedelta(seconds=1)), _contact(), None),
        (_parcel(CODE, is_replaced=True), _contact(), "code.replaced"),
    ],
)
def test_what_is_not_to_be_sent(parcel: Parcel, contact: Contact | None, reason: str | None) -> None:
    assert domain.obstacle(parcel, contact, NOW) == reason


@pytest.mark.parametrize("is_code", [True, False])
def test_a_delivery_is_tried_again_with_growing_pauses_and_then_given_up(is_code: bool) -> None:
    pauses, attempts = [], 1
    while True:
        state, pause = domain.after(Outcome(Result.LATER, "x"), attempts, is_code)
        if state is State.GAVE_UP:
            break
        assert state is State.WAITING
        pauses.append(pause)
        attempts += 1
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=5)
    assert sum(pauses, timedelta(0)) > (timedelta(minutes=15) if is_code else timedelta(hours=20))


def test_the_pauses_are_five_seconds_to_an_hour_and_more() -> None:
    seconds = [domain.pause_after(n).total_seconds() for n in range(1, 6)]  # type: ignore[union-attr]
    assert seconds == [5, 30, 120, 600, 3600]


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (Result.SENT, State.SENT),
        (Result.REFUSED, State.FAILED),
        (Result.UNTRIED, State.WAITING),
        (Result.LATER, State.WAITING),
        (Result.LOST, State.WAITING),
    ],
)
def test_each_result_has_its_state(result: Result, state: State) -> None:
    assert domain.after(Outcome(result), 1, is_code=False)[0] is state


def test_a_lost_sender_is_replaced_sooner_than_a_provider_is_asked_again() -> None:
    """Three senders in a row may die with the machine: the fourth is there within a minute."""
    rests = [domain.after(Outcome(Result.LOST), n, is_code=False)[1].total_seconds() for n in (1, 2, 3)]
    assert sum(rests) < 60


def test_untried_is_never_given_up() -> None:
    assert domain.after(Outcome(Result.UNTRIED), 1000, is_code=False)[0] is State.WAITING


def test_a_code_dies_by_the_moment_of_its_making_in_real_time() -> None:
    before = datetime.now(UTC)
    expiry = domain.expiry_of(domain.RULES[CODE], ids.new_id(), {"minutes": 10})
    assert expiry is not None
    assert abs(expiry - before - timedelta(minutes=10)) < timedelta(seconds=1)
    assert domain.expiry_of(domain.RULES[SUBMITTED], ids.new_id(), {}) is None


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(600, 10), (599, 10), (540, 9), (61, 2), (60, 1), (1, 1), (-5, 1)]
)
def test_the_minutes_left_count_the_one_that_has_begun(seconds: int, minutes: int) -> None:
    assert domain.minutes_left(NOW + timedelta(seconds=seconds), NOW) == minutes


def test_a_number_belongs_to_events_of_requests_alone() -> None:
    assert domain.number_of(SUBMITTED, "CE/8/26") == "CE/8/26"
    assert domain.number_of(requests.ExamPassed.NAME, "CE/8/26") == "CE/8/26"
    assert domain.number_of(identity.PasswordChanged.NAME, "account-id") is None


def test_an_announcement_is_about_a_session_and_leads_to_it() -> None:
    assert domain.number_of(requests.ExamAnnounced.NAME, "session-id") is None
    assert domain.RULES[requests.ExamAnnounced.NAME].link == "/exam-announcements/{aggregate}"


def test_news_of_a_request_lead_to_it_and_an_overdue_one_leads_its_supervisor_to_the_review() -> None:
    about_requests = {name for name in domain.RULES if name.startswith("requests.")}
    links = {name: domain.RULES[name].link for name in about_requests - {requests.ExamAnnounced.NAME}}
    assert links.pop(requests.RequestOverdue.NAME) == "/office/requests/{number}"
    assert set(links.values()) == {"/requests/{number}"}


def test_a_parcel_knows_its_request() -> None:
    assert PARCEL.number == "CE/8/26"
    assert _parcel(requests.ExamAnnounced.NAME, aggregate="session-id").number is None


def test_officers_coming_and_going_are_told_to_nobody() -> None:
    assert identity.OfficerChanged.NAME not in domain.RULES
