"""Challenges: given out, tried once, good for one form."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from chassis import ids
from chassis.errors import Fault, Invalid, NotFound
from services.identity import store
from services.identity.domain import captchas
from services.identity.models import Captcha
from services.identity.usecases.verdict import Verdict


@dataclass(frozen=True)
class Answer:
    """What was typed for a challenge, on the form of one purpose."""

    captcha_id: str
    text: str
    purpose: str


def new_captcha(session: Session, purpose: str, now: datetime) -> str:
    """The id of a new challenge."""
    captcha_id = ids.new_id()
    session.add(Captcha(id=captcha_id, purpose=purpose, created_at=now, used_at=None))
    return captcha_id


def get_sound(session: Session, captcha_id: str, pepper: str, now: datetime) -> str:
    """The digits of its sound. Raises NotFound `captcha.unknown`."""
    captcha = store.lock_captcha(session, captcha_id)
    if captcha is None or not _is_alive(captcha, captcha.purpose, now):
        raise NotFound("captcha.unknown")
    return captchas.sound_of(pepper, captcha_id)


def try_answer(session: Session, answer: Answer, pepper: str, now: datetime) -> Verdict:
    """Whether the challenge still waits to be used up; a wrong answer uses it up and is refused."""
    captcha = store.lock_captcha(session, answer.captcha_id)
    if captcha is None or not _is_alive(captcha, answer.purpose, now):
        return Verdict(False)
    if captchas.is_right(pepper, answer.captcha_id, answer.text):
        return Verdict(True)
    captcha.used_at = now
    return Verdict(refusal=_refusal("captcha.wrong"))


def use_up(session: Session, answer: Answer, pepper: str, now: datetime) -> None:
    """Take the challenge for one form. Raises Invalid with a fault at /captcha_text."""
    captcha = store.lock_captcha(session, answer.captcha_id)
    if captcha is None or not _is_alive(captcha, answer.purpose, now):
        raise _refusal("captcha.expired")
    if not captchas.is_right(pepper, answer.captcha_id, answer.text):
        raise _refusal("captcha.wrong")
    captcha.used_at = now


def _is_alive(captcha: Captcha, purpose: str, now: datetime) -> bool:
    is_fresh = now < captcha.created_at + captchas.LIFETIME
    return captcha.used_at is None and is_fresh and captcha.purpose == purpose


def _refusal(code: str) -> Invalid:
    return Invalid("input.invalid", faults=[Fault("/captcha_text", code)])
