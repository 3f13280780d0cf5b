"""Notices, and the stream of news."""

from flask import Response

from gateway import clients, live, streaming
from gateway.api.v1.resource import Resource
from gateway.api.v1.schemas.notices import NoticePage
from gateway.api.v1.schemas.shared import PageQuery

blueprint = Resource("notices", __name__)


@blueprint.call("GET", "/notices", permission="notice.read", query=PageQuery, answer=NoticePage)
def list_notices(query: dict):
    """My notices, the newest first."""
    return clients.notifications.list_notices(query["limit"], query.get("cursor"))


@blueprint.call("POST", "/notices/<uuid:notice_id>/read", permission="notice.read", status=204)
def read_notice(notice_id: object):
    """Mark as read."""
    clients.notifications.read_notice(str(notice_id))


@blueprint.call("GET", "/events", permission="notice.read", content_type="text/event-stream")
def stream_events() -> Response:
    """What changed, as it happens: server-sent events for half a minute."""
    return streaming.respond(live.as_json)
