"""Arabic that can be searched and compared: folding for search columns, digits, and cleaning of input."""

import re
import unicodedata

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_LETTERS = str.maketrans("أإآٱةىؤئ", "ااااهيوي")
_MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]")  # diacritics and tatweel
# Marks of direction and zero width: they hide or reorder what a reader sees.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u061c]")
_SPACES = re.compile(r"\s+")


def digits(text: str) -> str:
    """The text with Arabic-Indic and Persian digits as 0-9."""
    return text.translate(_DIGITS)


def clean(text: str) -> str:
    """NFC, without invisible controls, runs of white space inside a line made one, ends stripped."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return "\n".join(re.sub(r"[^\S\n]+", " ", line).strip() for line in text.splitlines()).strip()


def fold(text: str) -> str:
    """One spelling for all: أإآٱ→ا, ة→ه, ى→ي, ؤئ→وي, no marks or tatweel, Western digits, lower case."""
    text = unicodedata.normalize("NFKC", text)
    text = _INVISIBLE.sub("", text).translate(_LETTERS).translate(_DIGITS)
    return _SPACES.sub(" ", _MARKS.sub("", text)).strip().casefold()
