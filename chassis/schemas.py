"""What may be sent: marshmallow schemas whose messages are codes, so that words stay in files."""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import RAISE, ValidationError, fields, validate
from marshmallow import Schema as MarshmallowSchema

from chassis import arabic
from chassis.errors import Fault, Invalid

_CODES = {
    "required": "field.required",
    "null": "field.required",
    "validator_failed": "field.invalid",
    "invalid": "field.invalid",
    "type": "field.invalid",
    "invalid_utf8": "field.invalid",
    "format": "field.not_date",
    "too_large": "field.invalid",
}


def problem(code: str, **facts: Any) -> ValidationError:
    """What a validator raises: a code and the facts for its sentence."""
    return ValidationError([{"code": code, "facts": facts}])


class Schema(MarshmallowSchema):
    """Unknown fields are refused; every message is a code."""

    class Meta:
        unknown = RAISE

    error_messages = {  # noqa: RUF012 - marshmallow reads it as declared
        "unknown": "field.unknown",
        "type": "input.not_object",
    }

    def on_bind_field(self, field_name: str, field_obj: fields.Field) -> None:
        super().on_bind_field(field_name, field_obj)
        field_obj.error_messages = {
            key: _CODES.get(key, text) if isinstance(text, str) and " " in text else text
            for key, text in field_obj.error_messages.items()
        }


class Text(fields.String):
    """A line of text, cleaned of invisible controls, with a length in characters after cleaning."""

    def __init__(self, minimum: int = 0, maximum: int = 1000, **options: Any):
        super().__init__(**options)
        self._minimum, self._maximum = minimum, maximum

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = arabic.clean(super()._deserialize(value, attr, data, **kwargs) or "")
        if "\x00" in text:
            raise problem("field.invalid")
        if not text and (self.required or self._minimum):
            raise problem("field.required")
        if len(text) > self._maximum:
            raise problem("field.too_long", maximum=self._maximum)
        if text and len(text) < self._minimum:
            raise problem("field.too_short", minimum=self._minimum)
        return text


class Digits(Text):
    """Text whose Arabic-Indic digits are taken as Western ones."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return arabic.digits(super()._deserialize(value, attr, data, **kwargs))


class Choice(fields.String):
    """One of some words."""

    def __init__(self, *choices: str, **options: Any):
        super().__init__(validate=validate.OneOf(choices, error="field.not_a_choice"), **options)


def load(schema: MarshmallowSchema, data: Any, under: str = "") -> Any:
    """The loaded data. Raises Invalid `input.invalid` with a Fault per field, pointers below `under`."""
    try:
        return schema.load(data)
    except ValidationError as error:
        raise Invalid("input.invalid", faults=faults(error.normalized_messages(), under)) from None


def faults(messages: Mapping[Any, Any], under: str = "") -> list[Fault]:
    """marshmallow's nested messages as Faults."""
    return list(_walk(messages, under))


def _walk(messages: Any, pointer: str) -> Iterator[Fault]:
    if isinstance(messages, Mapping) and "code" in messages and "facts" in messages:
        yield Fault(pointer, messages["code"], messages["facts"])
    elif isinstance(messages, Mapping):
        for key, inner in messages.items():
            name = str(key).replace("~", "~0").replace("/", "~1")
            yield from _walk(inner, pointer if key == "_schema" else f"{pointer}/{name}")
    elif isinstance(messages, list):
        for message in messages:
            yield from _walk(message, pointer)
    else:
        code = messages if "." in messages and " " not in messages else "field.invalid"
        yield Fault(pointer, code)
