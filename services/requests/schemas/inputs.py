"""What may come in: one schema per method, unknown arguments refused, messages are codes."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, post_load, validate
from marshmallow import fields as kinds

from chassis import cursors, schemas
from chassis.schemas import Choice, Digits, Schema, Text, problem
from services.requests.catalog import catalog
from services.requests.domain.life import Action, Status
from services.requests.store.lists import QUEUES, Filters
from services.requests.usecases.attaching import Upload
from services.requests.usecases.drafting import Opening
from services.requests.usecases.review import Decision

_RAW_LENGTH = 5000  # longer than any field takes, so that too long a text is still there to be shortened
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_ABOUT = ("broker_type", "license_number", "civil_id", "exam_number", "guarantee_id")


def _known_type(code: str) -> None:
    if code not in {entry.definition.code for entry in catalog()}:
        raise problem("field.not_a_choice")


def _storable(text: str) -> None:
    if _UNSTORABLE.search(text):
        raise problem("field.invalid")


def _line(maximum: int, **options: Any) -> Text:
    return Text(maximum=maximum, validate=_storable, **options)


def _version(**options: Any) -> kinds.Integer:
    return kinds.Integer(strict=True, validate=validate.Range(1, 2**31 - 1, error="field.invalid"), **options)


class _Opening(Schema):
    service_type = kinds.String(required=True, validate=_known_type)
    office = _line(40, allow_none=True)
    on_behalf_of = _line(40, allow_none=True)
    broker_type = _line(40, allow_none=True)
    license_number = _line(40, allow_none=True)
    civil_id = Digits(maximum=40, validate=_storable, allow_none=True)
    exam_number = _line(40, allow_none=True)
    guarantee_id = _line(40, allow_none=True)

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
    version = _version(required=True)
    raw = kinds.Dict(keys=kinds.String(), allow_none=True, load_default=None)


class _Upload(Schema):
    slot = _line(40, required=True)
    name = _line(200, allow_none=True)
    filename = _line(255, required=True)
    content_type = _line(100, required=True)
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
    name = _line(200, minimum=1, allow_none=True, load_default=None)
    slot = _line(40, allow_none=True, load_default=None)


class _Step(Schema):
    version = _version(allow_none=True, load_default=None)


class _Withdrawal(_Step):
    reason = _line(1000, allow_none=True, load_default=None)


class _Claim(_Step):
    take_over = kinds.Boolean(truthy={True}, falsy={False}, load_default=False)


class _Decision(_Step):
    reason_code = _line(60, allow_none=True)
    reason = _line(1000, allow_none=True)
    note = _line(4000, allow_none=True)


class _Note(Schema):
    text = _line(4000, minimum=1, required=True)


class _Listing(Schema):
    status = Choice(*Status, allow_none=True)
    service_type = kinds.String(allow_none=True, validate=_known_type)
    q = _line(200, allow_none=True)
    license_number = _line(40, allow_none=True)
    updated_since = kinds.AwareDateTime(format="iso", allow_none=True)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Filters:
        number = data.get("license_number")
        return Filters(**{**data, "license_number": number.replace("-", "/") if number else None})


class _Queue(Schema):
    queue = Choice(*QUEUES, required=True)


class _Verb(Schema):
    verb = Choice("read", "complete", "download", required=True)


class _Paper(Schema):
    kind = Choice("request", required=True)


class _OneType(Schema):
    service_type = kinds.String(allow_none=True, load_default=None, validate=_known_type)


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
    return schemas.load(_Step(), {"version": version})["version"]


def withdrawal(version: Any, reason: Any) -> dict[str, Any]:
    """Of withdraw."""
    return schemas.load(_Withdrawal(), {"version": version, "reason": reason})


def claim(version: Any, take_over: Any) -> dict[str, Any]:
    """Of claim."""
    return schemas.load(_Claim(), {"version": version, "take_over": take_over})


def decision(action: Action, arguments: Mapping[str, Any]) -> Decision:
    """Of approve and reject."""
    return Decision(action=action, **schemas.load(_Decision(), arguments))


def note(text: Any) -> str:
    """Of add_note."""
    return schemas.load(_Note(), {"text": text})["text"]


def filters(arguments: Mapping[str, Any]) -> Filters:
    """What a list is narrowed by."""
    return schemas.load(_Listing(), arguments)


def queue(name: Any) -> str:
    """One of the Bureau's queues."""
    return schemas.load(_Queue(), {"queue": name})["queue"]


def one_type(service_type: Any) -> str | None:
    """Of take_next."""
    return schemas.load(_OneType(), {"service_type": service_type})["service_type"]


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
