"""Doorways of effects: may it happen, and make it so."""

from typing import Any

from chassis import inbox
from chassis.events import Message, event_handler
from chassis.rpc import rpc
from services.licensing.schemas import inputs
from services.licensing.service.doorway import Doorway
from services.licensing.usecases import effects
from services.licensing.usecases.effects import Order, Wish


class Applying(Doorway):
    """What approved requests make of licenses."""

    @rpc
    def check(self, effect: Any, license_number: Any, data: Any) -> dict[str, Any]:
        """`{}`, or the refusal that applying would meet. Nothing happens."""
        wish = Wish(**inputs.wish(effect, license_number, data))
        with self.db.rehearse() as session:
            effects.rehearse(session, wish, self.own_occasion())
        return {}

    @event_handler
    def apply_effect(self, message: Message) -> None:
        """May come twice and in any order: an effect happens once."""
        order = Order(
            request_number=message.aggregate,
            effect=message.data["effect"],
            license_number=message.data["license_number"],
            data=message.data["effect_data"],
            seq=message.seq,
        )
        with self.db.begin() as session:
            if inbox.first_time(session, "apply_effect", message.id):
                effects.apply(session, order, self.own_occasion())
