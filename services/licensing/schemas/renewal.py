"""What the effect license.renew is given: papers and contacts in their normal form."""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import fields as kinds
from marshmallow import post_load, validate

from chassis import schemas
from chassis.schemas import Schema, Text, problem
from contracts import people
from contracts.people import Wrong
from services.licensing.schemas.inputs import line
from services.licensing.usecases.renewing import GivenGuarantee, Renewal

_POSITIVE = validate.Range(0, 10**11, max_inclusive=False, error="field.invalid")


class _Normal(Text):
    """A text in the one normal form that contracts.people knows."""

    def __init__(self, parse: Callable[[str], str]):
        super().__init__(maximum=300, allow_none=True)
        self._parse = parse

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return self._parse(text) if text else ""
        except Wrong as wrong:
            raise problem(wrong.code, **wrong.facts) from None


class _Guarantee(Schema):
    number = line(60, required=True, minimum=1)
    bank = line(100, required=True, minimum=1)
    amount = kinds.Decimal(places=3, required=True, validate=_POSITIVE)
    expires_on = kinds.Date(required=True)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> GivenGuarantee:
        return GivenGuarantee(**data)


class _Renewal(Schema):
    valid_until = kinds.Date(required=True)
    guarantee = kinds.Nested(_Guarantee, allow_none=True)
    civil_id_expiry = kinds.Date(allow_none=True)
    passport_number = _Normal(people.passport)
    passport_expiry = kinds.Date(allow_none=True)
    mobile = _Normal(people.mobile)
    email = _Normal(people.email)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Renewal:
        given: dict[str, Any] = {name: value or None for name, value in data.items()}
        return Renewal(**given)


def load(data: Mapping[str, Any]) -> Renewal:
    """Raises Invalid `input.invalid` with pointers below `/data`."""
    return schemas.load(_Renewal(), dict(data), under="/data")
