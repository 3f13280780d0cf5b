"""Doorways to one's own account."""

from typing import Any

from chassis import clock, schemas
from chassis.errors import Forbidden
from chassis.rpc import rpc
from services.identity.schemas.answers import dump_account, dump_contact
from services.identity.schemas.forms import Changes, Contacts, Identifier
from services.identity.service.minting import Minting
from services.identity.texts import terms
from services.identity.usecases import profiles


class Accounts(Minting):
    """What one sees and changes of one's own account, and what notifications must know of it."""

    @rpc
    def terms(self) -> dict[str, Any]:
        """`{version, text: {ar, en}}`, Markdown: the terms in force."""
        self.actor.require("page.read")
        return {"version": terms().version, "text": terms().text}

    @rpc
    def accept_terms(self, version: str) -> dict[str, Any]:
        """Conflict `terms.outdated` for another version than the one in force."""
        self.actor.require("terms.accept")
        with self.db.once() as work:
            profiles.accept_current_terms(
                work.session, version, terms().version, self.actor, clock.real_now()
            )
            return work.done({})

    @rpc
    def me(self) -> dict[str, Any]:
        """The account of whoever asks."""
        self.actor.require("account.read")
        with self.db.begin() as session:
            return dump_account(profiles.get_own(session, self.actor))

    @rpc
    def update_me(self, changes: dict[str, Any], version: int) -> dict[str, Any]:
        """The account after it. Invalid `input.invalid` for what is not one's own to change."""
        self.actor.require("account.update")
        wanted = schemas.load(Changes(), changes)
        with self.db.once() as work:
            return work.done(dump_account(profiles.update_own(work.session, wanted, version, self.actor)))

    @rpc
    def choose_company(self, office_id: str) -> dict[str, Any]:
        """The account as of that office. NotFound `office.unknown`."""
        self.actor.require("account.update")
        wanted = str(schemas.load(Identifier(), {"id": office_id})["id"])
        with self.db.once() as work:
            return work.done(dump_account(profiles.choose_office(work.session, wanted, self.actor)))

    @rpc
    def contacts(self, account_ids: list[str]) -> dict[str, Any]:
        """`{items: [{id, name, email, mobile, language, verified}]}`; unknown ids are left out."""
        if self.actor.kind != "system":
            raise Forbidden("permission.missing")
        wanted = schemas.load(Contacts(), {"account_ids": account_ids})["account_ids"]
        with self.db.begin() as session:
            return {"items": [dump_contact(each) for each in profiles.list_contacts(session, wanted)]}
