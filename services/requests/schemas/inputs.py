"""What may come in from applicants: one schema per method, unknown arguments refused, messages are codes."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, post_load, validate
from marshmallow import fields as kinds

from chassis import cursors, schemas
from chassis.schemas import Choice, Digits, Schema, Text, problem
from services.requests.catalog import catalog
from services.requests.domain.life import Status
from services.requests.store.lists import Filters
from services.requests.usecases.attaching import Upload
from services.requests.usecases.drafting import Opening

_RAW_LENGTH = 5000  # longer than any field takes, so that too long a text is still there to be shortened
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_ABOUT = ("broker_type", "license_number", "civil_id", "exam_number", "guarantee_id")


def known_type(code: str) -> None:
    """Validates the code of a service type."""
    if code not in {entry.definition.code for entry in catalog()}:
        raise problem("field.not_a_choice")


def storable(text: str) -> None:
    """Validates that the database can take a text."""
    if _UNSTORABLE.search(text):
        raise problem("field.invalid")


def line(maximum: int, **options: Any) -> Text:
    """A text of at most so many characters."""
    return Text(maximum=maximum, validate=storable, **options)


def version_field(**options: Any) -> kinds.Integer:
    """The version that somebody saw."""
    return kinds.Integer(strict=True, validate=validate.Range(1, 2**31 - 1, error="field.invalid"), **options)


class _Opening(Schema):
    service_type = kinds.String(required=True, validate=known_type)
    office = line(40, allow_none=True)
    on_behalf_of = line(40, allow_none=True)
    broker_type = line(40, allow_none=True)
    license_number = line(40, allow_none=True)
    civil_id = Digits(maximum=40, validate=storable, allow_none=True)
    exam_number = line(40, allow_none=True)
    guarantee_id = line(40, allow_none=True)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Opening:
        about = {name: data[name] for name in _ABOUT if data.get(name)}
        return Opening(
            service_type=data["service_type"],
            office=data.get("office") or None,
            on_behalf_of=data.get("on_behalf_of") or None,
            about=about,
        )


class _Saving(Schema):
    fields = kinds.Dict(keys=kinds.String(), required=True)  # type: ignore[assignment]  # the name on the wire
    version = version_field(required=True)
    raw = kinds.Dict(keys=kinds.String(), allow_none=True, load_default=None)


class _Upload(Schema):
    slot = line(40, required=True)
    name = line(200, allow_none=True)
    filename = line(255, required=True)
    content_type = line(100, required=True)
    size = kinds.Integer(
        strict=True, allow_none=True, validate=validate.Range(0, 2**53, error="field.invalid")
    )
    sha256 = kinds.String(
        allow_none=True, validate=validate.Regexp(r"^[0-9a-fA-F]{64}\Z", error="field.invalid")
    )

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Upload:
        if not data["filename"]:
            raise ValidationError({"filename": [{"code": "field.required", "facts": {}}]})
        return Upload(**{**data, "sha256": (data.get("sha256") or "").lower() or None})


class _DocumentChange(Schema):
    name = line(200, minimum=1, allow_none=True, load_default=None)
    slot = line(40, allow_none=True, load_default=None)


class Step(Schema):
    """A step may name the version that was seen."""

    version = version_field(allow_none=True, load_default=None)


class _Withdrawal(Step):
    reason = line(1000, allow_none=True, load_default=None)


class _Listing(Schema):
    status = Choice(*Status, allow_none=True)
    service_type = kinds.String(allow_none=True, validate=known_type)
    q = line(200, allow_none=True)
    license_number = line(40, allow_none=True)
    updated_since = kinds.AwareDateTime(format="iso", allow_none=True)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Filters:
        number = data.get("license_number")
        return Filters(**{**data, "license_number": number.replace("-", "/") if number else None})


class _Verb(Schema):
    verb = Choice("read", "complete", "download", required=True)


class _Paper(Schema):
    kind = Choice("request", "admission_slip", required=True)


def opening(arguments: Mapping[str, Any]) -> Opening:
    """Of open_request. Raises Invalid, as all below."""
    return schemas.load(_Opening(), arguments)


def saving(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Of save_fields: `{fields, version, raw}`; `raw` is None or storable texts."""
    loaded = schemas.load(_Saving(), arguments)
    if loaded["raw"] is not None:
        loaded["raw"] = {name: _raw_value(value) for name, value in loaded["raw"].items()}
    return loaded


def upload(arguments: Mapping[str, Any]) -> Upload:
    """Of attach_document."""
    return schemas.load(_Upload(), arguments)


def document_change(name: Any, slot: Any) -> dict[str, Any]:
    """Of change_document."""
    return schemas.load(_DocumentChange(), {"name": name, "slot": slot})


def step(version: Any) -> int | None:
    """The version that a step may name."""
    return schemas.load(Step(), {"version": version})["version"]


def withdrawal(version: Any, reason: Any) -> dict[str, Any]:
    """Of withdraw."""
    return schemas.load(_Withdrawal(), {"version": version, "reason": reason})


def filters(arguments: Mapping[str, Any]) -> Filters:
    """What a list is narrowed by."""
    return schemas.load(_Listing(), arguments)


def page(limit: Any, cursor: Any) -> tuple[int, str | None]:
    """The limit and the cursor of a list."""
    return cursors.check_limit(limit), cursor if isinstance(cursor, str) and cursor else None


def verb(word: Any) -> str:
    """Of open_document."""
    return schemas.load(_Verb(), {"verb": word})["verb"]


def paper(kind: Any) -> str:
    """Of order_paper."""
    return schemas.load(_Paper(), {"kind": kind})["kind"]


def key(text: Any) -> str:
    """A number or an id as the database can take it; nothing matches what cannot be one."""
    return _UNSTORABLE.sub("", text)[:64] if isinstance(text, str) else ""


def _raw_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(part)[:40]: _raw_text(text) for part, text in list(value.items())[:8]}
    return _raw_text(value)


def _raw_text(value: Any) -> str:
    return _UNSTORABLE.sub("", value if isinstance(value, str) else "")[:_RAW_LENGTH]
