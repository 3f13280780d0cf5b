"""How people are written: one normal form each, and nothing else."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import people
from contracts.people import Wrong

ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def code(function, text):
    """The code of the refusal."""
    with pytest.raises(Wrong) as caught:
        function(text)
    return caught.value.code


@pytest.mark.parametrize("number", ["288020122596", "227081660516"])
def test_known_civil_ids_are_valid(number):
    assert people.civil_id(number) == number
    assert people.civil_id(number.translate(ARABIC_INDIC)) == number
    assert people.civil_id(f"\u200f {number[:6]} {number[6:].translate(PERSIAN)}\u200e") == number


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        ("28802012259", "civil_id.not_12_digits"),
        ("2880201225966", "civil_id.not_12_digits"),
        ("28802012259x", "civil_id.not_12_digits"),
        ("", "civil_id.not_12_digits"),
        ("288020122597", "civil_id.invalid"),  # check digit
        ("188020122596", "civil_id.invalid"),  # century
        ("488020122596", "civil_id.invalid"),
        ("288023122596", "civil_id.invalid"),  # 31 February
        ("288001122596", "civil_id.invalid"),  # month 0
    ],
)
def test_other_civil_ids_are_not(number, wrong):
    assert code(people.civil_id, number) == wrong


@given(
    st.dates(min_value=people.date(1900, 1, 1), max_value=people.date(2099, 12, 31)),
    st.integers(0, 9999),
    st.integers(0, 11),
    st.integers(1, 9),
)
def test_every_single_wrong_digit_is_noticed(born, serial, place, by):
    eleven = f"{born.year // 100 - 17}{born:%y%m%d}{serial:04d}"
    digit = people.check_digit(eleven)
    if digit is None:
        assert all(code(people.civil_id, eleven + last) == "civil_id.invalid" for last in string.digits)
        return
    number = eleven + digit
    assert people.civil_id(number) == number
    assert people.birth_date(number) == born
    other = f"{number[:place]}{(int(number[place]) + by) % 10}{number[place + 1 :]}"
    assert code(people.civil_id, other) == "civil_id.invalid"


@pytest.mark.parametrize(
    "text",
    ["50001234", "+96550001234", "0096550001234", "965 5000 1234", "+965-5000-1234", "(+965) 5000.1234",
     "٥٠٠٠١٢٣٤", "\u202a+965 50001234\u202c", "۵۰۰۰۱۲۳۴"],
)  # fmt: skip
def test_one_mobile_in_many_spellings(text):
    assert people.mobile(text) == "+96550001234"


@pytest.mark.parametrize("start", ["5", "6", "9", "41"])
def test_mobiles_begin_so(start):
    assert people.mobile(start.ljust(8, "0")) == "+965" + start.ljust(8, "0")


@pytest.mark.parametrize(
    "text",
    ["", "5000123", "500012345", "20001234", "42000123", "10001234", "+96650001234", "+1 50001234",
     "50001234 ext 5", "5000123a", "+965+50001234"],
)  # fmt: skip
def test_no_kuwaiti_mobiles(text):
    assert code(people.mobile, text) == "mobile.not_kuwaiti"


@given(st.text(max_size=30))
def test_a_mobile_is_its_own_normal_form(text):
    try:
        number = people.mobile(text)
    except Wrong:
        return
    assert people.mobile(number) == number
    assert len(number) == 12


def test_emails():
    assert people.email(" Sara.Ali@Office.EXAMPLE ") == "Sara.Ali@office.example"
    assert people.email("a+b@x.test") == "a+b@x.test"
    assert people.email("a@مثال.com") == "a@xn--mgbh0fb.com"
    assert people.email_key("Sara@office.example") == people.email_key("sARA@office.example")


@pytest.mark.parametrize(
    "text",
    ["", "a", "a@", "@b.kw", "a@b", "a@localhost", "a@[127.0.0.1]", "a b@c.kw", "a@b.kw\r\nBcc: c@d.kw",
     "علي@b.kw", '"a b"@c.kw', "a@b..kw", "a" * 65 + "@b.kw", "A <a@b.kw>"],
)  # fmt: skip
def test_no_emails(text):
    assert code(people.email, text) == "email.invalid"


@pytest.mark.parametrize("name", ["محمد", "عبد الله", "مُحَمَّد", "آل ثاني", "ؤئء", "چاسم", "فاطمة الزهراء"])
def test_arabic_names_pass(name):
    assert people.name_part_ar(name) == people.name_part(name) == name


@pytest.mark.parametrize("name", ["Al-Maimoni", "Rifa'i", "José", "Mary Ann", "O'Neil-Smith", "'Abd"])
def test_latin_names_pass(name):
    assert people.name_part_en(name) == people.name_part(name) == name


def test_names_are_cleaned():
    assert people.name_part("  عبد \u200f  الله\u202e ") == "عبد الله"
    assert people.name_part("محـــمد") == "محمد"
    assert people.name_part_en("Rifa\u2019i") == "Rifa'i"
    assert people.name_part_ar("\ufefb") == "لا"  # a presentation form, as pasted from an old PDF


@pytest.mark.parametrize(
    "name",
    ["علي Ali", "Ali1", "علي٣", "<b>", "-Ali", "Ali-", "Ali--x", "Ali, x", "=1+1", "ع\x00لي", "\u064bعلي"],
)
def test_what_is_no_name(name):
    assert code(people.name_part, name) == "name.invalid"


def test_names_have_a_length():
    assert people.name_part("ع" * 40) == "ع" * 40
    assert code(people.name_part, "ع" * 41) == "field.too_long"
    assert code(people.name_part_ar, "Ali") == "name.not_arabic"
    assert code(people.name_part_en, "علي") == "name.not_latin"


@given(st.text(max_size=60))
def test_a_name_never_holds_what_is_not_seen(text):
    try:
        name = people.name_part(text)
    except Wrong:
        return
    assert name.isprintable()
    assert 1 <= len(name) <= 40
    assert people.name_part(name) == name


def test_passports():
    assert people.passport(" n0123456 ") == "N0123456"
    assert people.passport("P ٠١٢٣٤٥") == "P012345"
    for text in ("", "A1234", "A" * 13, "A12-456", "أ123456"):
        assert code(people.passport, text) == "passport.invalid"
