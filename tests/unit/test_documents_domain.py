"""Names, refusals and repetitions of uploads."""

from datetime import UTC, datetime, timedelta
from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents import domain
from services.documents.domain import Refusal, State, Verdict

NOW = datetime(2026, 11, 8, 9, 0, tzinfo=UTC)
PDF, JPEG, PNG, HEIC = "application/pdf", "image/jpeg", "image/png", "image/heic"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("البطاقة المدنية.pdf", "البطاقة المدنية.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\صورة.jpg", "صورة.jpg"),
        ("..", "document"),
        ("", "document"),
        ("   ", "document"),
        (".htaccess", "htaccess"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "a b Set-Cookie x.pdf"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u2066x\u2069\u200b.png", "x.png"),
        ('quote".pdf', "quote .pdf"),
        ("x" * 300 + ".heic", "x" * 115 + ".heic"),
        ("y" * 300, "y" * 120),
    ],
)
def test_a_name_is_only_a_name(typed, kept):
    assert domain.clean_filename(typed) == kept


@given(st.text(max_size=400))
def test_no_name_holds_a_path_a_control_or_a_mark_of_direction(typed):
    name = domain.clean_filename(typed)
    assert 0 < len(name) <= 120
    assert not set(name) & set('/\\\x00\r\n"<>:|?*')
    assert not any("\u202a" <= letter <= "\u202e" or "\u2066" <= letter <= "\u2069" for letter in name)
    assert name not in (".", "..")
    assert domain.clean_filename(name) == name


@pytest.mark.parametrize(
    ("name", "kind", "given_out"),
    [
        ("جواز.pdf", PDF, "جواز.pdf"),
        ("scan.jpeg", JPEG, "scan.jpeg"),
        ("IMG_1.HEIC", HEIC, "IMG_1.HEIC"),
        ("page.html", PNG, "page.html.png"),
        ("run.exe", PDF, "run.exe.pdf"),
        ("بلا امتداد", JPEG, "بلا امتداد.jpg"),
        ("pdf", PDF, "pdf.pdf"),
        ("IMG_1.heic", JPEG, "IMG_1.heic.jpg"),
    ],
)
def test_what_is_given_out_ends_as_what_it_is(name, kind, given_out):
    assert domain.download_name(name, kind) == given_out


def test_a_disposition_is_an_attachment_with_both_names():
    text = domain.disposition("صورة 100% البطاقة.pdf")
    header = Message()
    header["Content-Disposition"] = text
    assert header.get_content_disposition() == "attachment"
    assert unquote(text.partition("filename*=UTF-8''")[2]) == "صورة 100% البطاقة.pdf"
    assert 'filename="100.pdf"' in text


def test_a_name_without_latin_letters_has_a_plain_one_all_the_same():
    assert 'filename="document.pdf"' in domain.disposition("جواز.pdf")


@given(st.text(max_size=200))
def test_a_disposition_is_one_line_of_ascii(typed):
    text = domain.disposition(domain.download_name(typed, PDF))
    assert text.isascii()
    assert text.isprintable()
    assert text.count('"') == 2
    assert text.startswith("attachment; ")


@pytest.mark.parametrize(
    ("name", "allowed", "kind"),
    [
        ("a.pdf", [PDF, JPEG], PDF),
        ("a.JPG", [PDF, JPEG], JPEG),
        ("a.heif", [HEIC], HEIC),
        ("a.pdf", [JPEG, PNG], "application/octet-stream"),
        ("pdf", [PDF, PNG], PDF),
        ("a", [PDF, PNG], "application/octet-stream"),
        ("a", [PNG], PNG),
    ],
)
def test_the_announced_type_is_the_endings_among_those_allowed(name, allowed, kind):
    assert domain.announced_type(name, allowed) == kind


@pytest.mark.parametrize(
    ("size", "code"), [(None, None), (1, None), (100, None), (0, Refusal.EMPTY), (101, Refusal.TOO_LARGE)]
)
def test_a_wrong_size_is_refused_before_anything_is_sent(size, code):
    assert domain.refusal_of_announcement(size, 100) == code


@pytest.mark.parametrize(
    ("size", "sha256", "announced_size", "announced_sha256", "code"),
    [
        (50, "aa", None, None, None),
        (50, "aa", 50, "aa", None),
        (0, "aa", None, None, Refusal.EMPTY),
        (101, "aa", None, None, Refusal.TOO_LARGE),
        (50, "aa", 51, None, Refusal.HASH_DIFFERS),
        (50, "aa", 50, "bb", Refusal.HASH_DIFFERS),
    ],
)
def test_what_arrived_is_what_was_announced(size, sha256, announced_size, announced_sha256, code):
    assert (
        domain.refusal_of_arrival(
            size, sha256, max_bytes=100, announced_size=announced_size, announced_sha256=announced_sha256
        )
        == code
    )


@pytest.mark.parametrize(
    ("why", "attempt", "code"),
    [
        ("time", 1, Refusal.DAMAGED),
        ("memory", 1, Refusal.DAMAGED),
        ("died", 1, None),
        ("died", domain.MOST_TRIES, Refusal.DAMAGED),
        ("error", domain.MOST_TRIES, Refusal.DAMAGED),
        ("start", 50, None),
        ("", 50, None),
    ],
)
def test_a_file_is_blamed_only_for_what_it_did(why, attempt, code):
    assert domain.refusal_of_failure(why, attempt) == code


def test_tries_come_later_and_later_up_to_half_a_minute():
    waits = [(domain.next_try(attempt, NOW) - NOW).total_seconds() for attempt in range(1, 12)]
    assert waits == sorted(waits)
    assert waits[0] == 1
    assert waits[-1] == 30


def test_a_lease_grows_with_the_tries_so_that_slow_work_ends():
    lengths = [(domain.lease_end(attempt, NOW) - NOW).total_seconds() for attempt in range(1, 6)]
    assert lengths == [20, 40, 60, 60, 60]


def test_a_verdict_leads_to_its_state():
    assert Verdict(None).state is State.CLEAN
    assert Verdict(Refusal.EMPTY).state is State.REFUSED


def test_addresses_live_for_a_minute_at_most():
    assert timedelta(0) < domain.ADDRESS_TIME <= timedelta(seconds=60)
