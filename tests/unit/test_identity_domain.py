"""The tables of identity: codes, attempts, challenges, sessions, roles."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.permissions import Role
from services.identity.domain import accounts, captchas, codes, throttle
from services.identity.domain.accounts import Place
from services.identity.domain.codes import Channel, Sent
from services.identity.domain.throttle import Attempt, Gate
from services.identity.usecases.minting import new_code

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def ago(**time):
    """A moment before now."""
    return NOW - timedelta(**time)


# --------------------------------------------------------------------------------------------------- codes


def test_codes_have_six_digits():
    made = {new_code() for _ in range(500)}
    assert len(made) > 490
    assert all(len(code) == 6 and code.isdigit() for code in made)


def test_what_is_kept_of_a_code_is_bound_to_account_and_channel():
    kept = codes.mac("pepper", "a", Channel.EMAIL, "123456")
    assert kept == codes.mac("pepper", "a", Channel.EMAIL, "123456")
    others = {
        codes.mac("pepper", "b", Channel.EMAIL, "123456"),
        codes.mac("pepper", "a", Channel.SMS, "123456"),
        codes.mac("salt", "a", Channel.EMAIL, "123456"),
        codes.mac("pepper", "a", Channel.EMAIL, "123457"),
    }
    assert len(others | {kept}) == 5


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        (None, "code.expired"),
        (Sent(ago(minutes=9, seconds=59)), None),
        (Sent(ago(minutes=10)), "code.expired"),
        (Sent(ago(minutes=1), tries=4), None),
        (Sent(ago(minutes=1), tries=5), "code.too_many_tries"),
        (Sent(ago(minutes=1), is_dead=True), "code.expired"),
        (Sent(ago(minutes=1), tries=5, is_dead=True), "code.expired"),
    ],
)
def test_when_a_code_is_compared(sent, refusal):
    assert codes.refusal(sent, NOW) == refusal


@pytest.mark.parametrize(
    ("sent", "wait"),
    [
        ([], 0),
        ([ago(seconds=0)], 60),
        ([ago(seconds=20)], 40),
        ([ago(seconds=59, milliseconds=500)], 1),
        ([ago(seconds=60)], 0),
        ([ago(hours=2 * hour) for hour in range(1, 10)], 0),  # nine today
        (
            [ago(hours=hour) for hour in range(1, 11)],
            14 * 3600,
        ),  # ten: the first of them is a day old in 14 hours
        ([ago(hours=25)] * 20, 0),
    ],
)
def test_when_a_code_may_be_sent_again(sent, wait):
    assert codes.seconds_to_resend(sent, NOW) == wait


def test_an_address_has_a_cap_of_its_own():
    assert codes.seconds_to_address([ago(hours=1)] * 3, 3, NOW) == 23 * 3600
    assert codes.seconds_to_address([ago(hours=1)] * 2, 3, NOW) == 0
    assert codes.seconds_to_address([ago(hours=1)] * 99, None, NOW) == 0


def test_tags_do_not_make_another_mailbox():
    assert codes.mailbox("a+b+c@d.kw") == codes.mailbox("a@d.kw") == "a@d.kw"


def test_no_more_than_fifty_checks_a_day():
    assert codes.MOST_A_DAY * codes.MOST_TRIES == 50


# ------------------------------------------------------------------------------------------------ attempts


def wrong(*seconds):
    """Wrong attempts that long ago."""
    return [Attempt(ago(seconds=each)) for each in seconds]


@pytest.mark.parametrize(
    ("attempts", "gate"),
    [
        ([], (Gate.OPEN, 0)),
        (wrong(4, 3, 2, 1), (Gate.OPEN, 0)),
        (wrong(5, 4, 3, 2, 1), (Gate.SHUT, 4)),
        (wrong(9, 8, 7, 6, 5), (Gate.OPEN, 0)),
        (wrong(9, 8, 7, 6, 5, 1), (Gate.SHUT, 9)),
        (wrong(99, 98, 97, 96, 95, 94, 93), (Gate.OPEN, 0)),
        (wrong(901, 900, 3, 2, 1), (Gate.OPEN, 0)),  # out of the window
        ([*wrong(3, 2), *[Attempt(ago(seconds=1), False)] * 3], (Gate.BUSY, 1)),
        ([Attempt(ago(seconds=1), False)] * 4, (Gate.OPEN, 0)),
        ([Attempt(ago(seconds=10), False)] * 5, (Gate.OPEN, 0)),  # abandoned: wrong, and their delay is over
        ([Attempt(ago(seconds=11), False)] * 6, (Gate.OPEN, 0)),
        (
            [*wrong(9, 8, 7, 6, 5), Attempt(ago(seconds=1), False)],
            (Gate.BUSY, 1),
        ),  # one at a time from now on
    ],
)
def test_the_gate(attempts, gate):
    assert throttle.gate(attempts, NOW) == gate


def test_each_wrong_one_costs_more_up_to_ten_minutes():
    delays = [throttle.delay(wrong).total_seconds() for wrong in range(15)]
    assert delays[:5] == [0] * 5
    assert delays[5:12] == [5, 10, 20, 40, 80, 160, 320]
    assert delays[12:] == [600] * 3


@given(st.lists(st.floats(0, 3), min_size=1, max_size=400))
def test_a_patient_guesser_gets_few_guesses(pauses):
    """However he times them, a window of a quarter of an hour holds at most a dozen and some."""
    at = NOW
    taken: list[datetime] = []
    for pause in pauses:
        at += timedelta(seconds=pause)
        if throttle.gate([Attempt(each) for each in taken], at)[0] is Gate.OPEN:
            taken.append(at)
    for first in taken:
        assert len([each for each in taken if first <= each < first + throttle.WINDOW]) <= 13


# --------------------------------------------------------------------------------------------- challenges


def test_a_challenge_has_two_right_answers():
    text, sound = captchas.text_of("pepper", "id"), captchas.sound_of("pepper", "id")
    assert captchas.is_right("pepper", "id", text)
    assert captchas.is_right("pepper", "id", f" {text[:2]} {text[2:]}\u200f")
    assert captchas.is_right("pepper", "id", sound)
    assert captchas.is_right("pepper", "id", sound.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))
    assert not captchas.is_right("pepper", "id", text.swapcase())
    assert not captchas.is_right("pepper", "id", "")
    assert not captchas.is_right("pepper", "other", text)
    assert not captchas.is_right("other", "id", text)


def test_nothing_in_the_image_looks_like_something_else():
    assert not set(captchas.ALPHABET) & set("0Oo1lIi")
    both = {
        letter for letter in captchas.ALPHABET if letter.swapcase() in captchas.ALPHABET and letter.isalpha()
    }
    assert not both & set("cCkKoOpPsSuUvVwWxXyYzZ")
    texts = [captchas.text_of("pepper", str(number)) for number in range(300)]
    assert len(set(texts)) == 300
    assert set("".join(texts)) == set(captchas.ALPHABET)


# ----------------------------------------------------------------------------------------- roles, sessions


@pytest.mark.parametrize(
    ("kind", "staff_roles", "place", "roles"),
    [
        ("person", (), None, [Role.CANDIDATE]),
        ("person", (), Place("o", "general"), [Role.GENERAL_USER]),
        ("person", (), Place("o", "additional"), [Role.ADDITIONAL_USER]),
        ("person", [Role.ADMINISTRATOR], None, [Role.CANDIDATE]),
        ("staff", [Role.SUPERVISOR, Role.EXAMINER], None, [Role.EXAMINER, Role.SUPERVISOR]),
        ("staff", [], Place("o", "general"), []),
    ],
)
def test_roles(kind, staff_roles, place, roles):
    assert accounts.roles(kind, staff_roles, place) == roles


def test_the_office_is_the_chosen_one_while_somebody_works_there():
    first, second = Place("a", "general"), Place("b", "additional")
    assert accounts.current_place([first, second], "b") is second
    assert accounts.current_place([first, second], "gone") is first
    assert accounts.current_place([first, second], None) is first
    assert accounts.current_place([], "a") is None


@pytest.mark.parametrize(
    ("kind", "seen", "total", "end"),
    [
        ("person", 0, 12 * 60, 30),
        ("staff", 0, 8 * 60, 15),
        ("staff", 10, 12, 12),
        ("person", 5, 12 * 60, 35),
    ],
)
def test_when_a_session_ends(kind, seen, total, end):
    after = timedelta(minutes=1)
    assert accounts.idle_end(kind, NOW + seen * after, NOW + total * after) == NOW + end * after


def test_how_long_sessions_last():
    assert accounts.LIMITS["staff"] == accounts.Limits(timedelta(minutes=15), timedelta(hours=8))
    assert accounts.LIMITS["person"] == accounts.Limits(timedelta(minutes=30), timedelta(hours=12))


def test_reset_links_are_few():
    assert accounts.may_reset([], NOW)
    assert not accounts.may_reset([ago(seconds=59)], NOW)
    assert accounts.may_reset([ago(seconds=60)], NOW)
    assert accounts.may_reset([ago(hours=1)] * 9, NOW)
    assert not accounts.may_reset([ago(hours=1)] * 10, NOW)


def test_masks_show_little():
    assert accounts.masked_email("fatima@office.example") == "f•••@office.example"
    assert accounts.masked_mobile("+96550001234") == "+965•••••234"
