"""The Bureau's doorways of decisions: two officers where two are asked, correction, taking back."""

from typing import Any

from chassis import outbox
from chassis.rpc import rpc
from services.requests.domain.life import Action
from services.requests.models import ServiceRequest
from services.requests.schemas import bureau, inputs
from services.requests.service.doorway import Doorway
from services.requests.usecases import correcting, deciding
from services.requests.usecases.occasion import Occasion


def take(
    session: Any, number: str, word: str, arguments: dict[str, Any], occasion: Occasion
) -> ServiceRequest:
    """Approve, reject, reopen or return. What approval means stands in the type's definition."""
    if word == Action.RETURN:
        return correcting.return_request(session, number, bureau.correction(arguments), occasion)
    step = deciding.reopen if word == Action.REOPEN else deciding.decide
    return step(session, number, bureau.decision(Action(word), arguments), occasion)


class Deciding(Doorway):
    """What officers decide."""

    @rpc
    def approve(self, number: str, **arguments: Any) -> dict[str, Any]:
        """For the exam the preliminary approval."""
        self.actor.require("request.decide")
        return self._take(number, "approve", arguments)

    @rpc
    def reject(self, number: str, **arguments: Any) -> dict[str, Any]:
        """Final; with a reason."""
        self.actor.require("request.decide")
        return self._take(number, "reject", arguments)

    @rpc
    def return_request(self, number: str, **arguments: Any) -> dict[str, Any]:
        """Back to the applicant, who may change what is marked and nothing else."""
        self.actor.require("request.decide")
        return self._take(number, "return", arguments)

    @rpc
    def reopen(self, number: str, **arguments: Any) -> dict[str, Any]:
        """A decision taken back, with a reason."""
        self.actor.require("request.reopen")
        return self._take(number, "reopen", arguments)

    @rpc
    def recommend(self, number: str, **arguments: Any) -> dict[str, Any]:
        """What a supervisor should decide."""
        self.actor.require("request.decide")
        wanted, occasion = bureau.recommendation(arguments), self.occasion()
        with self.db.once() as work:
            request = deciding.recommend(work.session, inputs.key(number), wanted, occasion)
            return work.done(self.reviewed(work.session, request, occasion))

    @rpc
    def preview_decision(self, number: str, action: str, decision: Any) -> dict[str, Any]:
        """`{news: {event, aggregate, data} | None}`: what the decision would tell. Nothing is decided."""
        self.actor.require("request.decide")
        word, arguments = bureau.preview(action, decision)
        if word == Action.REOPEN:
            self.actor.require("request.reopen")
        with self.db.rehearse() as session:
            take(session, inputs.key(number), word, arguments, self.occasion())
            news = outbox.recorded(session)
        told = [{"event": each.NAME, "aggregate": each.aggregate, "data": each.data()} for each in news]
        return {"news": told[0] if told else None}

    def _take(self, number: str, word: str, arguments: dict[str, Any]) -> dict[str, Any]:
        occasion = self.occasion()
        with self.db.once() as work:
            request = take(work.session, inputs.key(number), word, arguments, occasion)
            return work.done(self.reviewed(work.session, request, occasion))
