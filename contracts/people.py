"""How a person is written: civil ID, mobile, email, names, passport. One rule for services and pages.

Each function takes text as typed (any script's digits, invisible marks, stray spaces), returns the one normal
form, and raises `Wrong` with a code and facts when there is none. Emptiness is for the caller to judge.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email

NAME_LENGTH = 40

_WEIGHTS = (2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CENTURIES = {"2": 1900, "3": 2000}
_MOBILE = re.compile(r"(?:(?:\+|00)?965)?((?:[569]\d|41)\d{6})", re.ASCII)
_PASSPORT = re.compile(r"[A-Z0-9]{6,12}")
_ARABIC_LETTER = "[\u0620-\u063a\u0641-\u064a\u066e\u066f\u0671-\u06d3]"
_ARABIC_WORD = f"{_ARABIC_LETTER}(?:{_ARABIC_LETTER}|[\u064b-\u0655\u0670])*"
_ARABIC_NAME = re.compile(f"{_ARABIC_WORD}(?: {_ARABIC_WORD})*")
_LATIN_LETTER = "[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]"
_LATIN_WORD = f"'?{_LATIN_LETTER}(?:{_LATIN_LETTER}|')*"
_LATIN_NAME = re.compile(f"{_LATIN_WORD}(?:[ -]{_LATIN_WORD})*")
_TATWEEL = "\u0640"
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bb\u02bc\u02be\u02bf`\u00b4", "'"))


class Wrong(ValueError):
    """The text has no normal form. `code` is `noun.problem`; `facts` fill its sentence."""

    def __init__(self, code: str, facts: Mapping[str, Any] | None = None):
        super().__init__(code)
        self.code = code
        self.facts = dict(facts or {})


def civil_id(text: str) -> str:
    """Twelve digits, the last checks the others. Raises `civil_id.not_12_digits`, `civil_id.invalid`."""
    number = _tight(text)
    if not re.fullmatch(r"\d{12}", number, re.ASCII):
        raise Wrong("civil_id.not_12_digits")
    birth_date(number)
    if number[11] != check_digit(number[:11]):
        raise Wrong("civil_id.invalid")
    return number


def check_digit(eleven: str) -> str | None:
    """The twelfth digit to the first eleven of a civil ID; None when no civil ID begins so."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, eleven, strict=True))
    digit = 11 - total % 11
    return str(digit) if digit < 10 else None


def birth_date(number: str) -> date:
    """The date of birth that a civil ID carries. Raises `civil_id.invalid`."""
    try:
        year = _CENTURIES[number[0]] + int(number[1:3])
        return date(year, int(number[3:5]), int(number[5:7]))
    except (KeyError, ValueError):
        raise Wrong("civil_id.invalid") from None


def mobile(text: str) -> str:
    """A Kuwaiti mobile as +965 and eight digits (E.164). Raises `mobile.not_kuwaiti`."""
    match = _MOBILE.fullmatch(re.sub(r"[().\-]", "", _tight(text)))
    if match is None:
        raise Wrong("mobile.not_kuwaiti")
    return f"+965{match[1]}"


def email(text: str) -> str:
    """A plain ASCII address, the domain in lower case; the part before @ as typed. Raises `email.invalid`."""
    try:
        # Whether mail arrives is proved by the code sent there; `test_environment` only lets .test pass.
        found = validate_email(
            _clean(text), check_deliverability=False, allow_smtputf8=False, strict=True, test_environment=True
        )
    except EmailNotValidError:
        raise Wrong("email.invalid") from None
    if not found.ascii_email or "." not in found.domain:
        raise Wrong("email.invalid")
    return found.ascii_email


def email_key(address: str) -> str:
    """What two spellings of one address have in common: addresses are compared without case."""
    return address.casefold()


def name_part_ar(text: str) -> str:
    """One part of an Arabic name: letters, diacritics, inner single spaces. Raises `name.not_arabic`."""
    return _name(text.replace(_TATWEEL, ""), "name.not_arabic", _ARABIC_NAME)


def name_part_en(text: str) -> str:
    """One part of an English name: Latin letters, space, hyphen, apostrophe. Raises `name.not_latin`."""
    return _name(text, "name.not_latin", _LATIN_NAME)


def name_part(text: str) -> str:
    """A name in either script, not in both. Raises `name.invalid`."""
    return _name(text.replace(_TATWEEL, ""), "name.invalid", _ARABIC_NAME, _LATIN_NAME)


def passport(text: str) -> str:
    """6 to 12 Latin letters and digits, upper case. Raises `passport.invalid`."""
    number = _tight(text).upper()
    if not _PASSPORT.fullmatch(number):
        raise Wrong("passport.invalid")
    return number


def _name(text: str, code: str, *forms: re.Pattern[str]) -> str:
    name = _clean(text).translate(_APOSTROPHES)
    if len(name) > NAME_LENGTH:
        raise Wrong("field.too_long", {"maximum": NAME_LENGTH})
    if not any(form.fullmatch(name) for form in forms):
        raise Wrong(code)
    return name


def _tight(text: str) -> str:
    return _clean(text).replace(" ", "")


def _clean(text: str) -> str:
    """NFKC, Western digits, without marks that no reader sees; runs of white space are one space."""
    text = "".join(
        str(digit) if (digit := unicodedata.decimal(char, None)) is not None else char
        for char in unicodedata.normalize("NFKC", text)
        if unicodedata.category(char) != "Cf"
    )
    return " ".join(text.split())
