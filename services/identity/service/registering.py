"""Doorways from a stranger to a verified account."""

from typing import Any

from chassis import clock, schemas
from chassis.rpc import rpc
from services.identity import captcha_media, hashing
from services.identity.domain import captchas
from services.identity.domain.codes import Channel
from services.identity.schemas.forms import Codes, Registration, Resend
from services.identity.service.minting import Minting
from services.identity.texts import terms
from services.identity.usecases import captchas as challenges
from services.identity.usecases import registration, verification
from services.identity.usecases.captchas import Answer


class Registering(Minting):
    """From a stranger to a verified account."""

    @rpc
    def new_captcha(self) -> dict[str, Any]:
        """`{id, image}`; in a demo `demo_answer` as well."""
        self.actor.require("captcha.read")
        with self.db.begin() as session:
            captcha_id = challenges.new_captcha(session, captchas.REGISTRATION, clock.real_now())
        text = captchas.text_of(self.config.PEPPER, captcha_id)
        shown = {"id": captcha_id, "image": captcha_media.image(text)}
        return {**shown, "demo_answer": text} if self.config.is_demo else shown

    @rpc
    def captcha_audio(self, captcha_id: str) -> dict[str, str]:
        """`{wav}`, base64. NotFound `captcha.unknown`."""
        self.actor.require("captcha.read")
        with self.db.begin() as session:
            digits = challenges.get_sound(session, str(captcha_id), self.config.PEPPER, clock.real_now())
        return {"wav": captcha_media.sound(digits)}

    @rpc
    def register(self, form: dict[str, Any]) -> dict[str, str]:
        """The same answer for every address. Invalid `input.invalid` with a fault per field."""
        self.actor.require("account.register")
        person = schemas.load(Registration(), form)
        answer = Answer(str(person["captcha_id"]), person["captcha_text"], captchas.REGISTRATION)
        with self.db.begin() as session:
            verdict = challenges.try_answer(session, answer, self.config.PEPPER, clock.real_now())
        # A challenge that is used up may belong to this very call, repeated: the key below tells.
        password_hash = hashing.make(person["password"]) if verdict.unwrap() else ""
        with self.db.once() as work:
            challenges.use_up(work.session, answer, self.config.PEPPER, clock.real_now())
            registration.register(
                work.session,
                person,
                password_hash=password_hash,
                terms_version=terms().version,
                mint=self.mint,
                now=clock.real_now(),
            )
            return work.done({"status": "verification_sent"})

    @rpc
    def verification(self, verification_id: str) -> dict[str, Any]:
        """Masked addresses and resend times. NotFound `verification.unknown`."""
        self.actor.require("account.verify")
        with self.db.begin() as session:
            return verification.get_verification(session, str(verification_id), self.mint, clock.real_now())

    @rpc
    def verify(
        self, verification_id: str, email_code: str | None = None, mobile_code: str | None = None
    ) -> dict[str, Any]:
        """Invalid `code.wrong` with faults /email_code, /mobile_code; NotFound `verification.unknown`."""
        self.actor.require("account.verify")
        typed = schemas.load(Codes(), {"email_code": email_code, "mobile_code": mobile_code})
        by_channel = {Channel.EMAIL: typed["email_code"] or "", Channel.SMS: typed["mobile_code"] or ""}
        with self.db.begin() as session:
            verdict = verification.verify(
                session, str(verification_id), by_channel, self.mint, clock.real_now()
            )
        return verdict.unwrap()

    @rpc
    def resend_code(self, verification_id: str, channel: str) -> dict[str, int]:
        """`{resend_in}` seconds. TooMany `code.too_soon`, `code.too_many_today`."""
        self.actor.require("account.verify")
        wanted = Channel(schemas.load(Resend(), {"channel": channel})["channel"])
        with self.db.begin() as session:
            return verification.resend_code(
                session, str(verification_id), wanted, self.mint, clock.real_now()
            )
