"""Which pages of a request's files can be shown as pictures. A page without them is better than no page."""

from typing import Any

from flask import url_for

from gateway import clients
from gateway.clients.bus import Later
from gateway.web import page

Slots = list[dict[str, Any]]
PDF = "application/pdf"
SECONDS = 2.0  # pictures are not worth a longer wait


def add_to(slots: Slots, number: str) -> Slots:
    """Give every file `images`, the addresses of its pages' pictures, and `unseen`, how many pages have none."""
    files = [file for slot in slots for file in slot["files"]]
    pages = _pages([file["id"] for file in files if _is_clean(file, PDF)])
    for file in files:
        shown, count = (1, 1) if _is_clean(file, "image/") else pages.get(file["id"], (0, 0))
        file["images"] = [_address(number, file["id"], at) for at in range(1, shown + 1)]
        file["unseen"] = count - shown if shown else 0
    return slots


def _is_clean(file: dict[str, Any], kind: str) -> bool:
    return file["state"] == "clean" and (file.get("content_type") or "").startswith(kind)


def _address(number: str, document_id: str, page_number: int) -> str:
    return url_for("office.page_image", number=number, document_id=document_id, page_number=page_number)


def _pages(document_ids: list[str]) -> dict[str, tuple[int, int]]:
    """By document: how many pages have a picture, and how many there are. All are asked for at the same time."""
    opened = {each: _open(each) for each in document_ids}
    grants = {each: found["grant"] for each, later in opened.items() if (found := later.find())}
    asked = {each: clients.documents.get_document_beside(grant, SECONDS) for each, grant in grants.items()}
    told = {each: found for each, later in asked.items() if (found := later.find())}
    return {
        each: (found.get("pages_shown") or 0, found.get("page_count") or 0) for each, found in told.items()
    }


def _open(document_id: str) -> Later:
    return page.bus().ask_beside(
        "requests", "open_document", seconds=SECONDS, document_id=document_id, verb="read"
    )
