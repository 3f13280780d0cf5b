"""How a challenge looks and sounds: a PNG of its text, a WAV of Arabic spoken digits."""

import base64
import io
import secrets
import wave
from functools import cache
from pathlib import Path

from captcha.image import ImageCaptcha

from services.identity.hashing import off_hub

RATE = 8000  # Hz, 8 bit, mono: as the files are
_VOICE = Path(__file__).parent / "captcha_audio"
_SIZE = (220, 80)  # pixels
_INK, _PAPER = (20, 50, 90, 255), (244, 247, 250)
_PAUSE = (0.25, 0.55)  # seconds
_NOISE = 9  # of 127


def image(text: str) -> str:
    """A PNG as data URI."""
    return f"data:image/png;base64,{base64.b64encode(off_hub(_draw, text)).decode()}"


def sound(digits: str) -> str:
    """A WAV, base64."""
    return base64.b64encode(off_hub(_speak, digits)).decode()


class _Painter(ImageCaptcha):
    """Letters that people can read: dark enough, little turned, seldom one over the other."""

    lookup_table = [min(255, light * 6) for light in range(256)]  # noqa: RUF012 - as in the package: how ink covers
    character_rotate = (-20, 20)  # degrees
    word_offset_dx = 0.12


def _draw(text: str) -> bytes:
    width, height = _SIZE
    painter = _Painter(width=width, height=height, font_sizes=(50, 54, 58))
    return painter.generate(text, bg_color=_PAPER, fg_color=_INK).getvalue()


def _speak(digits: str) -> bytes:
    samples = bytearray()
    for digit in digits:
        samples += _silence() + _digit(digit)
    samples += _silence()
    noise = secrets.token_bytes(len(samples))
    mixed = bytes(
        min(255, max(0, sample + grain % (2 * _NOISE + 1) - _NOISE))
        for sample, grain in zip(samples, noise, strict=True)
    )
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE)
        file.writeframes(mixed)
    return out.getvalue()


def _silence() -> bytes:
    shortest, longest = (int(RATE * seconds) for seconds in _PAUSE)
    return bytes([128]) * (shortest + secrets.randbelow(longest - shortest))


@cache
def _digit(digit: str) -> bytes:
    with wave.open(str(_VOICE / f"{digit}.wav")) as file:
        return file.readframes(file.getnframes())
