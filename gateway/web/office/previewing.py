"""What an applicant will be told of a decision: the very news that it would make, in the words that would be sent."""

from collections.abc import Mapping
from typing import Any

from gateway import clients
from gateway.clients.bus import Later
from gateway.web import page

Preview = dict[str, dict[str, str]]  # {ar: {subject, text}, en: …}


def find(number: str, action: str, decision: Mapping[str, Any]) -> Preview | None:
    """The notice, None when nobody is told. Raises what the decision itself would raise."""
    news = clients.requests.preview_decision(number, action, decision)
    return clients.notifications.preview_notice(**news) if news else None


def ask_for_request(number: str) -> Later:
    """The request as officers see it, on its way while the notice is being worded."""
    return page.bus().ask_beside("requests", "get_for_review", number=number)
