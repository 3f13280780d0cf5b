"""What the pages of a request are made from: its definition's pages, its slots, its way through them."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from chassis.errors import NotFound
from gateway import i18n
from gateway.forms import FormError
from gateway.locales import words
from gateway.web import definitions

DOCUMENTS = "documents"
CHECK = "check"
DRAFT, RETURNED = "draft", "returned"

Request = Mapping[str, Any]


def is_writable(request: Request) -> bool:
    """Whether its applicant may change something of it."""
    return request["status"] in (DRAFT, RETURNED)


def pages_of(request: Request) -> list[dict[str, Any]]:
    """The definition's pages with their fields in place of the names."""
    definition = definitions.get(request["service_type"])
    fields = {field["name"]: field for field in definition["fields"]}
    return [{**page, "fields": [fields[name] for name in page["fields"]]} for page in definition["pages"]]


def pages_to_write(request: Request) -> list[dict[str, Any]]:
    """The pages as their applicant may write them: of a returned request, what was not asked for is only shown."""
    pages = pages_of(request)
    if request["status"] != RETURNED:
        return pages
    return [{**page, "fields": [_locked(field, request) for field in page["fields"]]} for page in pages]


def asked_of(request: Request) -> dict[str, Any]:
    """What a correction asks for: {fields {name: item}, slots {code: item}}."""
    items = (request.get("correction") or {}).get("items", ()) if request["status"] == RETURNED else ()
    return {
        f"{kind}s": {item["target"]: item for item in items if item["kind"] == kind}
        for kind in ("field", "slot")
    }


def page_named(pages: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """Raises NotFound."""
    found = next((page for page in pages if page["name"] == name), None)
    if found is None:
        raise NotFound("path.unknown")
    return found


def slots_of(request: Request) -> list[dict[str, Any]]:
    """The slots with their words and files; `locked` ones are shown and cannot be changed."""
    unlocked = request["unlocked"]["slots"] if request["status"] == RETURNED else None
    return [
        {
            **slot,
            "code": slot["slot"],
            "locked": unlocked is not None and slot["slot"] not in unlocked,
            "multiple": slot.get("most", 1) > 1,
            "files": [with_words(file) for file in slot["files"]],
        }
        for slot in request["documents"]
    ]


def slot_named(request: Request, code: str) -> dict[str, Any]:
    """Raises NotFound."""
    found = next((slot for slot in slots_of(request) if slot["code"] == code), None)
    if found is None:
        raise NotFound("path.unknown")
    return found


def with_words(file: Mapping[str, Any]) -> dict[str, Any]:
    """A file with the reason of its refusal in words."""
    code = file.get("code")
    return {**file, "message": words.error(i18n.language(), code) if code else None}


def labels_of(request: Request) -> dict[str, str]:
    """The names of fields and slots, by the pointer of their errors, in the reader's language."""
    definition, language = definitions.get(request["service_type"]), i18n.language()
    fields = {f"/fields/{field['name']}": field["label"][language] for field in definition["fields"]}
    for field in definition["fields"]:
        for part in field.get("parts", ()):
            label = f"{field['label'][language]} ({part['label'][language]})"
            fields[f"/fields/{field['name']}/{part['name']}"] = label
    slots = {f"/documents/{slot['code']}": slot["label"][language] for slot in definition["documents"]}
    return fields | slots


class Way:
    """The order of the pages of a request: questions, documents, check. A returned one has those alone that hold
    something to correct."""

    def __init__(self, request: Request, pages: list[dict[str, Any]]):
        is_whole = request["status"] != RETURNED
        self._number = request["number"]
        asked = [
            page["name"] for page in pages if is_whole or any(field["typed"] for field in page["fields"])
        ]
        with_documents = is_whole or bool(request["unlocked"]["slots"])
        self._names = [*asked, *([DOCUMENTS] if with_documents else []), CHECK]

    def first(self) -> str:
        """The address of the first page."""
        return self.to(self._names[0])

    def has(self, name: str) -> bool:
        """Whether it leads over this page."""
        return name in self._names

    def place(self, name: str) -> dict[str, int]:
        """{index, count}, from 1."""
        return {"index": self._names.index(name) + 1, "count": len(self._names)}

    def before(self, name: str) -> str:
        """The address of the page before; of all my requests before the first."""
        index = self._names.index(name)
        return self.to(self._names[index - 1]) if index else url_for("requests.index")

    def after(self, name: str, is_returning: bool = False) -> str:
        """The address of the next page; of the answers for somebody who came from there."""
        return self.to(CHECK) if is_returning else self.to(self._names[self._names.index(name) + 1])

    def to(self, name: str) -> str:
        """The address of a page. An unknown name leads to the answers."""
        if name == CHECK or name not in self._names:
            return url_for("requests.check", number=self._number)
        return url_for("requests.step", number=self._number, step=name)


def _locked(field: dict[str, Any], request: Request) -> dict[str, Any]:
    return {**field, "typed": field["typed"] and field["name"] in request["unlocked"]["fields"]}


def leading_to_pages(
    request: Request, pages: list[dict[str, Any]], errors: list[FormError]
) -> list[FormError]:
    """Errors of Send, each with the page where it is mended."""
    page_of = {field["name"]: page["name"] for page in pages for field in page["fields"]}
    return [_leading(request, page_of, error) for error in errors]


def _leading(request: Request, page_of: Mapping[str, str], error: FormError) -> FormError:
    kind, _, rest = error.pointer.strip("/").partition("/")
    step = (
        page_of.get(rest.partition("/")[0]) if kind == "fields" else DOCUMENTS if kind == DOCUMENTS else None
    )
    if step is None:
        return error
    address = url_for("requests.step", number=request["number"], step=step, returning="yes")
    return FormError(error.pointer, error.field_id, error.message, f"{address}#{error.field_id}")
