"""What comes in."""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, pre_load, validate, validates_schema

from chassis.schemas import Choice, Digits, Schema, Text, problem
from contracts import people
from services.identity.domain import passwords
from services.identity.domain.codes import Channel
from services.identity.texts import word_lists
from services.identity.usecases.login import AGENT_LENGTH

OFFICE_NAMES = ("office_name_ar", "office_name_en")
OFFICE_ONLY = (*OFFICE_NAMES, "commercial_registration", "imported_office_code")
MAY_BE_EMPTY = (*OFFICE_ONLY, "kind", "legal_entity", "language")
LANGUAGES = ("ar", "en")


class Normal(Text):
    """Text with one normal form, found by a function of contracts.people."""

    def __init__(self, normalise: Callable[[str], str], maximum: int = 300, **options: Any):
        super().__init__(maximum=maximum, **options)
        self._normalise = normalise

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return self._normalise(text)
        except people.Wrong as wrong:
            raise problem(wrong.code, **wrong.facts) from None


class Password(fields.String):
    """Taken as it is typed: no cleaning, spaces count."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not text:
            raise problem("field.required")
        return text


def office_name(script: str, code: str) -> Callable[[Any], None]:
    """A validator: at least one letter of the script (a regular expression's class)."""
    found = validate.Regexp(rf"(?s).*[{script}]", error=code)

    def check(value: str | None) -> None:
        if value:
            found(value)

    return check


class NewPassword(Schema):
    """A password typed twice. `email` is whose it is."""

    password = Password(required=True)
    password_confirmation = Password(required=True)

    @validates_schema(skip_on_field_errors=False)
    def check_password(self, data: dict[str, Any], **_: Any) -> None:
        """Every fault of it; and the two must be one."""
        found: dict[str, list[Any]] = {}
        password, again = data.get("password"), data.get("password_confirmation")
        if password is not None:
            email = data.get("email") or self.context_email
            wrong = passwords.faults(password, email, word_lists())
            if wrong:
                found["password"] = [{"code": code, "facts": facts} for code, facts in wrong]
        if password is not None and again is not None and password != again:
            found["password_confirmation"] = [{"code": "password.not_repeated", "facts": {}}]
        if found:
            raise ValidationError(found)

    def __init__(self, email: str = "", **options: Any):
        super().__init__(**options)
        self.context_email = email


class ChangePassword(NewPassword):
    """The old one and the new one twice."""

    current = Password(required=True)


class PersonForm(NewPassword):
    """A person as typed."""

    first_name = Normal(people.name_part, required=True)
    last_name = Normal(people.name_part, required=True)
    gender = Choice("male", "female", required=True)
    civil_id = Normal(people.civil_id, required=True)
    mobile = Normal(people.mobile, required=True)
    email = Normal(people.email, required=True)
    language = Choice(*LANGUAGES, load_default="ar")


class Registration(PersonForm):
    """The public form."""

    kind = Choice("office", "candidate", load_default="office")
    legal_entity = Choice("clearing_agent", load_default="clearing_agent")
    office_name_ar = Text(
        2, 120, load_default="", validate=office_name("\u0621-\u064a", "office_name.not_arabic")
    )
    office_name_en = Text(2, 120, load_default="", validate=office_name("A-Za-z", "office_name.not_latin"))
    commercial_registration = Digits(maximum=20, load_default="")
    imported_office_code = Digits(maximum=20, load_default="")
    captcha_id = fields.UUID(required=True)
    captcha_text = Text(1, 40, required=True)
    accept_terms = fields.Boolean(required=True)

    @pre_load
    def leave_out(self, data: Any, **_: Any) -> Any:
        """Empty is as good as absent where that is allowed; a candidate has no office."""
        if not isinstance(data, Mapping):
            return data
        left_out = {name for name in MAY_BE_EMPTY if data.get(name) in (None, "")}
        if data.get("kind") == "candidate":
            left_out.update(OFFICE_ONLY)
        return {name: value for name, value in data.items() if name not in left_out}

    @validates_schema(skip_on_field_errors=False)
    def check_kind(self, data: dict[str, Any], **_: Any) -> None:
        """An office has names, and nobody registers without the terms."""
        found = {}
        if data.get("kind") == "office":
            found = {
                name: [{"code": "field.required", "facts": {}}]
                for name in OFFICE_NAMES
                if data.get(name) == ""
            }
        if data.get("accept_terms") is False:
            found["accept_terms"] = [{"code": "terms.not_accepted", "facts": {}}]
        if found:
            raise ValidationError(found)


class Login(Schema):
    """The door. A form that no account can have is refused later, like any wrong one."""

    email = Text(1, 300, required=True)
    password = Password(required=True)
    mobile = Text(maximum=40, load_default=None, allow_none=True)

    @post_load
    def normalise(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The address as it is compared; the mobile as it is kept, if it is one."""
        return {
            **data,
            "email_key": email_key(data["email"]),
            "mobile": _mobile(data["mobile"]) if data["mobile"] else None,
        }


class ClientFacts(Schema):
    """Where a session is opened from."""

    kind = Choice("web", "api", load_default="api")
    address = Text(maximum=45, load_default="")
    agent = fields.Function(deserialize=lambda text: str(text or "")[:AGENT_LENGTH], load_default="")


class Codes(Schema):
    """What was typed for the two codes."""

    email_code = Text(maximum=300, load_default="", allow_none=True)
    mobile_code = Text(maximum=300, load_default="", allow_none=True)


class Resend(Schema):
    """Which code to send anew."""

    channel = Choice(Channel.EMAIL.value, Channel.SMS.value, required=True)


class ResetWish(Schema):
    """Whose password is forgotten."""

    email = Normal(people.email, required=True)


class Changes(Schema):
    """What one may change of one's own account."""

    language = Choice(*LANGUAGES)


class Contacts(Schema):
    """Whose contacts."""

    account_ids = fields.List(fields.String(), required=True, validate=validate.Length(max=500))


class Identifier(Schema):
    """The id of something of one's own."""

    id = fields.UUID(required=True)


def email_key(text: str) -> str:
    """How an address is compared, be it one or not."""
    try:
        return people.email_key(people.email(text))
    except people.Wrong:
        return people.email_key(text)


def _mobile(text: str) -> str:
    try:
        return people.mobile(text)
    except people.Wrong:
        return text
