"""Doorways to a new password."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from chassis import clock, schemas
from chassis.jobs import Job
from chassis.rpc import rpc
from services.identity import hashing
from services.identity.schemas.forms import ChangePassword, NewPassword, ResetWish, email_key
from services.identity.service.signing_in import SigningIn
from services.identity.usecases import recovery
from services.identity.usecases.login import Proof


class Recovering(SigningIn):
    """A new password."""

    resets = Job("answer_resets", every=timedelta(seconds=1))

    @rpc
    def request_password_reset(self, email: str) -> dict[str, Any]:
        """Nothing is told. Invalid `input.invalid` only for what is no address at all."""
        self.actor.require("password.reset")
        wish = schemas.load(ResetWish(), {"email": email})
        with self.db.begin() as session:
            recovery.ask_reset(session, email_key(wish["email"]), clock.real_now())
        return {}

    @resets.due
    def due_resets(self, session: Session, limit: int) -> list[str]:
        """Wishes for a link that wait."""
        return list(recovery.list_asked(session, limit))

    @resets.apply
    def answer_reset(self, session: Session, key: str) -> None:
        """Send a link, or none."""
        recovery.answer_reset(session, key, self.mint, clock.real_now())

    @rpc
    def reset_password(self, token: str, password: str, password_confirmation: str) -> dict[str, Any]:
        """Invalid `reset.invalid`, or `input.invalid` while the link stays good."""
        self.actor.require("password.reset")
        with self.db.begin() as session:
            email = recovery.get_reset_account(session, str(token), clock.real_now()).email
        form = {"password": password, "password_confirmation": password_confirmation}
        password_hash = hashing.make(schemas.load(NewPassword(email), form)["password"])
        with self.db.begin() as session:
            pepper = self.config.PEPPER
            recovery.reset_password(session, str(token), password_hash, pepper, clock.real_now())
        return {}

    @rpc
    def change_password(self, current: str, password: str, password_confirmation: str) -> dict[str, Any]:
        """The other sessions end. Invalid `input.invalid` with `password.wrong` at /current."""
        self.actor.require("account.update")
        email = str(self.actor.person["email"])
        typed = {"current": current, "password": password, "password_confirmation": password_confirmation}
        form = schemas.load(ChangePassword(email), typed)
        proof = self.prove(email_key(email), form["current"])
        proof = Proof(proof.login, proof.hash, new_hash=proof.hash and hashing.make(form["password"]))
        with self.db.begin() as session:
            verdict = recovery.change_password(session, proof, self.actor)
        return verdict.unwrap()
