"""Registration, verification, sessions, the account."""

from marshmallow import fields, validate

from chassis.schemas import Choice, Schema
from gateway.api.v1.schemas.shared import Line, Moment, Truth, Whole, Words, page_of


class Captcha(Schema):
    """A picture to read, or a sound to hear: each has its own right answer."""

    id = fields.String(required=True)
    image = fields.String(required=True, metadata={"description": "data address of a PNG"})
    audio_url = fields.String(required=True)
    demo_answer = fields.String(metadata={"description": "in a demo alone"})


class Registration(Schema):
    """Who wants an account, as what."""

    kind = Choice("office", "candidate", load_default="office")
    first_name = Line(required=True)
    last_name = Line(required=True)
    gender = Line(required=True, metadata={"enum": ["male", "female"]})
    civil_id = Line(required=True)
    mobile = Line(required=True)
    email = Line(required=True)
    password = Line(required=True)
    password_confirmation = Line(required=True)
    legal_entity = Line(metadata={"description": "a code of /reference/legal-entities"})
    office_name_ar = Line(allow_none=True)
    office_name_en = Line(allow_none=True)
    commercial_registration = Line(allow_none=True)
    imported_office_code = Line(allow_none=True)
    language = Line(metadata={"enum": ["ar", "en"]})
    captcha_id = Line(required=True)
    captcha_text = Line(required=True)
    accept_terms = Truth(required=True)


class RegistrationAnswer(Schema):
    """The same whether or not the address is known."""

    status = fields.String(required=True)


class Credentials(Schema):
    """What opens a session; the mobile is asked for at the first one."""

    email = Line(required=True)
    password = Line(required=True)
    mobile = Line(allow_none=True, load_default=None)


class AccountOffice(Schema):
    """An office that the person works for."""

    id = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)
    name = fields.Nested(Words, required=True)
    kind = fields.String(required=True, metadata={"enum": ["general", "additional"]})


class Account(Schema):
    """A person's account."""

    id = fields.String(required=True)
    first_name = fields.String(required=True)
    last_name = fields.String(required=True)
    gender = fields.String(required=True)
    civil_id = fields.String(required=True, allow_none=True)
    email = fields.String(required=True)
    mobile = fields.String(required=True)
    language = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    legal_entity = fields.String(allow_none=True)
    verified_at = Moment(allow_none=True)
    offices = fields.List(fields.Nested(AccountOffice))
    office = fields.String(allow_none=True, metadata={"description": "id of the office chosen as default"})
    version = fields.Integer()


class NewSession(Schema):
    """An opened session."""

    access_token = fields.String(required=True)
    expires_in = fields.Integer(required=True, metadata={"description": "seconds"})
    account = fields.Nested(Account, required=True)


class OpenSession(Schema):
    """A session of mine."""

    id = fields.String(required=True)
    created_at = Moment(required=True)
    last_seen_at = Moment(required=True)
    kind = fields.String(required=True, metadata={"enum": ["web", "api"]})
    agent = fields.String(required=True, allow_none=True)
    current = fields.Boolean(required=True)


SessionPage = page_of(OpenSession)


class Verification(Schema):
    """Both codes."""

    email_code = Line(required=True)
    mobile_code = Line(allow_none=True, load_default=None)


class Channel(Schema):
    """Where a new code goes."""

    channel = Choice("email", "sms", required=True)


class Resent(Schema):
    """When another one may be asked for."""

    resend_in = fields.Integer(required=True, metadata={"description": "seconds"})


class ResetRequest(Schema):
    """Whose password."""

    email = Line(required=True)


class NewPassword(Schema):
    """The new password, twice."""

    password = Line(required=True)
    password_confirmation = Line(required=True)


class PasswordChange(NewPassword):
    """And the present one."""

    current = Line(required=True)


class AccountChange(Schema):
    """What of the account one may change oneself."""

    language = Choice("ar", "en")
    version = Whole(required=True)


class CompanyChoice(Schema):
    """The office that pages and links mean when none is named."""

    office_id = Line(required=True, validate=validate.Length(max=100, error="field.invalid"))
