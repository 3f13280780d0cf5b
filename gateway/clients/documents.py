"""Files: nothing is shown without a grant of the service that owns the request."""

from typing import Any

from gateway.clients.bus import Bus, Later


class Documents:
    """The documents service."""

    def __init__(self, bus: Bus):
        self._bus = bus

    def _ask(self, method: str, **arguments: Any) -> Any:
        return self._bus.ask("documents", method, **arguments)

    def get_document(self, grant: str) -> dict[str, Any]:
        """{id, state, code, content_type, size, uploaded_at, pages_shown, page_count}"""
        return self._ask("get_document", grant=grant)

    def get_document_beside(self, grant: str, seconds: float) -> Later:
        """As get_document, within that time, while the request goes on."""
        return self._bus.ask_beside("documents", "get_document", seconds=seconds, grant=grant)

    def complete_upload(self, grant: str, sha256: str | None = None) -> dict[str, Any]:
        """{id, state}"""
        return self._ask("complete_upload", grant=grant, sha256=sha256)

    def get_address(self, grant: str) -> str:
        """A short-lived address of the clean file, which comes as attachment."""
        return self._ask("get_address", grant=grant)["url"]

    def get_picture(self, grant: str, page: int) -> str:
        """A short-lived address of the JPEG of a page; a clean image is its own only page. Raises NotFound."""
        return self._ask("get_address", grant=grant, shown=True, page=page)["url"]

    def get_paper(self, order: str) -> str:
        """A short-lived address of the paper; raises Unavailable `paper.being_made`."""
        return self._ask("get_paper", order=order)["url"]
