"""Drafts that are open: offered before a new one is begun."""

from typing import Any

from flask import url_for

from gateway import clients

Summary = dict[str, Any]


def with_way(summary: Summary) -> Summary:
    """The summary with the address where its writer goes on; others as they are."""
    if summary["status"] != "draft":
        return summary
    return {**summary, "continue_url": url_for("requests.resume", number=summary["number"])}


def find_open(code: str) -> Summary | None:
    """The latest open draft of a service type."""
    found = clients.requests.list_requests(status="draft", service_type=code, limit=1)["items"]
    return with_way(found[0]) if found else None


def by_service() -> dict[str, list[Summary]]:
    """All open drafts, by service type."""
    sorted_drafts: dict[str, list[Summary]] = {}
    for summary in clients.requests.list_requests(status="draft", limit=50)["items"]:
        sorted_drafts.setdefault(summary["service_type"], []).append(with_way(summary))
    return sorted_drafts
