"""What an applicant will be told about a decision: the very text, shown to the officer before it is sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.requests import RequestEvent, RequestPreliminarilyApproved, RequestRejected
from gateway import clients
from gateway.locales.compile import LANGUAGES

Preview = dict[str, dict[str, str]]  # {ar: {subject, text}, en: …}


def of_approval(request: Mapping[str, Any]) -> Preview:
    """The notice of an approval."""
    return _render(RequestPreliminarilyApproved(**_facts(request), status="preliminarily_approved"))


def of_rejection(
    request: Mapping[str, Any], reasons: Sequence[Mapping[str, Any]], chosen: Mapping[str, Any]
) -> Preview:
    """The notice of a rejection: the officer's own words, or those of the chosen reason."""
    own, code = (chosen.get("reason") or "").strip(), chosen.get("reason_code") or None
    listed: Mapping[str, str] = next((reason["text"] for reason in reasons if reason["code"] == code), {})
    return _render(
        RequestRejected(
            **_facts(request),
            status="rejected",
            reason_code=code,
            reason=dict.fromkeys(LANGUAGES, own) if own else dict(listed),
        )
    )


def _facts(request: Mapping[str, Any]) -> dict[str, Any]:
    """What every event of this request tells."""
    kept = {name: request[name] for name in ("service_type", "service_name")}
    return {"aggregate": request["number"], "seq": request["version"], **kept}


def _render(event: RequestEvent) -> Preview:
    return clients.notifications.preview_notice(event.NAME, event.aggregate, event.data())
