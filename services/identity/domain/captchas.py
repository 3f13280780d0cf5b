"""Tell people from machines, once: a text to read or digits to hear, both made from the challenge's id."""

import hmac
from datetime import timedelta
from hashlib import sha256

from chassis.arabic import clean, digits

LIFETIME = timedelta(minutes=10)
REGISTRATION = "register"  # the purpose of a challenge: one for a form of another purpose is worth nothing
# Case counts, so letters that look the same in both cases are out, and so are 0 O 1 l I and their kin.
ALPHABET = "ABDEFGHLMNQRTabdefhnrt23457"
TEXT_LENGTH = 5
SOUND_LENGTH = 6


def text_of(pepper: str, captcha_id: str) -> str:
    """What the image shows."""
    return "".join(_choose(pepper, "text", captcha_id, ALPHABET, TEXT_LENGTH))


def sound_of(pepper: str, captcha_id: str) -> str:
    """The digits that the sound says."""
    return "".join(_choose(pepper, "sound", captcha_id, "0123456789", SOUND_LENGTH))


def is_right(pepper: str, captcha_id: str, answer: str) -> bool:
    """Whether the answer is the text, case and all, or the digits."""
    typed = digits(clean(answer)).replace(" ", "").encode()
    is_text = hmac.compare_digest(typed, text_of(pepper, captcha_id).encode())
    is_sound = hmac.compare_digest(typed, sound_of(pepper, captcha_id).encode())
    return is_text or is_sound


def _choose(pepper: str, kind: str, captcha_id: str, alphabet: str, length: int) -> list[str]:
    key = hmac.new(pepper.encode(), f"captcha\0{kind}\0{captcha_id}".encode(), sha256).digest()
    number = int.from_bytes(key, "big")  # 256 bits: the few that the alphabet does not divide do not matter
    chosen = []
    for _ in range(length):
        number, place = divmod(number, len(alphabet))
        chosen.append(alphabet[place])
    return chosen
