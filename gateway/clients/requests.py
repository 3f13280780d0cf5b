"""Service types, requests, the Bureau's queue. `number` may be written with slashes or dashes."""

from collections.abc import Mapping
from typing import Any

from gateway.clients.bus import Bus

Page = dict[str, Any]  # {items, next}
Request = dict[str, Any]


class Requests:
    """The requests service. Shapes are those of the API unless a docstring says otherwise."""

    def __init__(self, bus: Bus):
        self._bus = bus

    def _ask(self, method: str, **arguments: Any) -> Any:
        return self._bus.ask("requests", method, **arguments)

    def list_service_types(self) -> Page:
        """All service types."""
        return self._ask("list_service_types")

    def get_service_type(self, code: str) -> dict[str, Any]:
        """The definition, with requirements, steps, pages and reasons."""
        return self._ask("get_service_type", code=code)

    def open_request(self, form: Mapping[str, Any]) -> Request:
        """A new draft; form as `POST /requests`."""
        return self._ask("open_request", **form)

    def get_request(self, number: str) -> Request:
        """The request of the asking person; raises NotFound for others'."""
        return self._ask("get_request", number=number)

    def list_requests(self, **filters: Any) -> Page:
        """status, service_type, q, license_number, updated_since, limit, cursor."""
        return self._ask("list_requests", **filters)

    def save_fields(
        self,
        number: str,
        fields: Mapping[str, Any],
        version: int,
        *,
        raw: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> Request:
        """`raw` is what was typed on a page, kept even when a value is refused."""
        arguments = {"number": number, "fields": dict(fields), "version": version}
        if raw is not None:
            arguments["raw"] = dict(raw)
        return self._ask("save_fields", key=key, **arguments)

    def delete_draft(self, number: str) -> None:
        """Remove a draft."""
        self._ask("delete_draft", number=number)

    def list_checks(self, number: str) -> list[dict[str, Any]]:
        """[{code, passed, message {ar, en}, fix {ar, en}}]"""
        return self._ask("list_checks", number=number)["items"]

    def submit(self, number: str, version: int | None = None) -> Request:
        """Send to the Bureau."""
        return self._ask("submit", number=number, version=version)

    def withdraw(self, number: str, version: int | None = None, reason: str | None = None) -> Request:
        """Take back."""
        return self._ask("withdraw", number=number, version=version, reason=reason)

    def attach_document(self, number: str, slot: str, facts: Mapping[str, Any]) -> dict[str, Any]:
        """{id, slot, upload {method, url, fields, expires_at}}; facts: name, filename, content_type, size,
        sha256."""
        return self._ask("attach_document", number=number, slot=slot, **facts)

    def change_document(self, document_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """{id, name, slot, state}; changes: name, slot."""
        return self._ask("change_document", document_id=document_id, **changes)

    def detach_document(self, document_id: str) -> None:
        """Remove it from its request."""
        self._ask("detach_document", document_id=document_id)

    def open_document(self, document_id: str, verb: str) -> dict[str, Any]:
        """{grant, document {id, name, slot, number, state}}; verb: read, complete, download."""
        return self._ask("open_document", document_id=document_id, verb=verb)

    def order_paper(self, number: str, kind: str = "request") -> str:
        """The signed order for a paper."""
        return self._ask("order_paper", number=number, kind=kind)["order"]

    def list_queue(self, **filters: Any) -> Page:
        """queue, service_type, status, q, limit, cursor; the answer has `counts` too."""
        return self._ask("list_queue", **filters)

    def get_for_review(self, number: str) -> Request:
        """The request as an officer sees it."""
        return self._ask("get_for_review", number=number)

    def take_next(self, service_type: str | None = None) -> Request:
        """The next unassigned request, now this officer's; raises NotFound `queue.empty`."""
        return self._ask("take_next", service_type=service_type)

    def claim(self, number: str, version: int | None = None, take_over: bool = False) -> Request:
        """Take it up."""
        return self._ask("claim", number=number, version=version, take_over=take_over)

    def unassign(self, number: str) -> Request:
        """Put it back into the queue."""
        return self._ask("unassign", number=number)

    def add_note(self, number: str, text: str) -> Any:
        """A note that only officers see."""
        return self._ask("add_note", number=number, text=text)

    def approve(self, number: str, decision: Mapping[str, Any]) -> Request:
        """decision: version, reason_code, reason, note."""
        return self._ask("approve", number=number, **decision)

    def reject(self, number: str, decision: Mapping[str, Any]) -> Request:
        """decision: version, reason_code, reason, note."""
        return self._ask("reject", number=number, **decision)

    def recommend(self, number: str, decision: Mapping[str, Any]) -> Request:
        """decision: action (approve, reject), version, reason_code, reason, note."""
        return self._ask("recommend", number=number, **decision)

    def return_request(self, number: str, correction: Mapping[str, Any]) -> Request:
        """correction: items [{field|slot|document_id, reason_code, note}] or fields, documents; reason_code, reason,
        note, working_days, version."""
        return self._ask("return_request", number=number, **correction)

    def assign(self, number: str, officer: str, version: int | None = None) -> Request:
        """Give it to an officer by his id."""
        return self._ask("assign", number=number, officer=officer, version=version)

    def reopen(self, number: str, decision: Mapping[str, Any]) -> Request:
        """Take the decision back; decision: version, reason_code, reason, note."""
        return self._ask("reopen", number=number, **decision)

    def preview_decision(
        self, number: str, action: str, decision: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """The news `{event, aggregate, data}` that the decision would make, None when it makes none; nothing is
        decided. Refuses what the decision itself would refuse. action: approve, reject, return, reopen."""
        return self._ask("preview_decision", number=number, action=action, decision=dict(decision))["news"]

    def list_officers(self) -> list[dict[str, Any]]:
        """[{id, name, roles}]: whom a request can be given to."""
        return self._ask("list_officers")["items"]

    def confirm_attendance(self, number: str, version: int | None = None) -> Request:
        """The candidate will come."""
        return self._ask("confirm_attendance", number=number, version=version)

    def list_closings(self) -> list[dict[str, Any]]:
        """[{day, until, closes_at, name}] from today on."""
        return self._ask("list_closings")["items"]

    def add_closing(self, form: Mapping[str, Any]) -> dict[str, Any]:
        """form: day, until, closes_at, name_ar, name_en."""
        return self._ask("add_closing", **form)
