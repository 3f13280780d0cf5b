"""Notices in the portal."""

from typing import Any

from gateway.clients.bus import Bus


class Notifications:
    """The notifications service."""

    def __init__(self, bus: Bus):
        self._bus = bus

    def _ask(self, method: str, **arguments: Any) -> Any:
        return self._bus.ask("notifications", method, **arguments)

    def list_notices(self, limit: int = 25, cursor: str | None = None) -> dict[str, Any]:
        """A page of {id, kind, title {ar, en}, text {ar, en}, number, at, read_at}."""
        return self._ask("list_notices", limit=limit, cursor=cursor)

    def count_unread(self) -> int:
        """How many were not read yet."""
        return self._ask("count_unread")["unread"]

    def preview_notice(self, event: str, aggregate: str, data: dict[str, Any]) -> dict[str, Any]:
        """{ar: {subject, text}, en: …}: the notice that this event would make."""
        return self._ask("preview_notice", event=event, aggregate=aggregate, data=data)

    def read_notice(self, notice_id: str) -> None:
        """Mark as read."""
        self._ask("read_notice", notice_id=notice_id)
