"""Getting in: CAPTCHA, registration, verification, sessions, forgotten passwords."""

import base64

from flask import Response, request

from gateway import clients, i18n, limits
from gateway.api.v1.resource import PREFIX, Resource
from gateway.api.v1.schemas import access as shapes
from gateway.api.v1.schemas.shared import Empty, PageQuery

blueprint = Resource("access", __name__)


@blueprint.call("GET", "/captchas/new", permission="captcha.read", answer=shapes.Captcha)
@limits.captchas
def new_captcha():
    """A new CAPTCHA."""
    captcha = clients.identity.new_captcha()
    return {**captcha, "audio_url": f"{PREFIX}/captchas/{captcha['id']}/audio"}


@blueprint.call(
    "GET", "/captchas/<word:captcha_id>/audio", permission="captcha.read", content_type="audio/wav"
)
@limits.captchas
def captcha_audio(captcha_id: str):
    """Its digits, spoken in Arabic."""
    return Response(base64.b64decode(clients.identity.captcha_audio(captcha_id)), content_type="audio/wav")


@blueprint.call(
    "POST",
    "/registrations",
    permission="account.register",
    body=shapes.Registration,
    answer=shapes.RegistrationAnswer,
    status=201,
)
@limits.public_forms
def register(body: dict):
    """Ask for an account; without a language of its own it gets the language of the call."""
    return clients.identity.register({"language": i18n.language(), **body})


@blueprint.call(
    "POST", "/verifications/<word:verification_id>", permission="account.verify", body=shapes.Verification,
    status=204,
)  # fmt: skip
@limits.public_forms
def verify(body: dict, verification_id: str):
    """Prove email and mobile."""
    clients.identity.verify(verification_id, body["email_code"], body["mobile_code"])


@blueprint.call(
    "POST",
    "/verifications/<word:verification_id>/resend",
    permission="account.verify",
    body=shapes.Channel,
    answer=shapes.Resent,
    status=202,
)
@limits.public_forms
def resend_code(body: dict, verification_id: str):
    """Send a new code; the old one dies."""
    return clients.identity.resend_code(verification_id, body["channel"])


@blueprint.call(
    "POST",
    "/sessions",
    permission="session.open",
    body=shapes.Credentials,
    answer=shapes.NewSession,
    status=201,
)
@limits.sign_ins
def open_session(body: dict):
    """Sign in."""
    return clients.identity.open_session(
        body["email"], body["password"], body["mobile"], describe_client("api")
    )


@blueprint.call("GET", "/sessions", permission="session.read", query=PageQuery, answer=shapes.SessionPage)
def list_sessions(query: dict):
    """My sessions."""
    return clients.identity.list_sessions(query["limit"], query.get("cursor"))


@blueprint.call("DELETE", "/sessions/current", permission="session.close", status=204)
def close_current_session():
    """Sign out."""
    clients.identity.close_session()


@blueprint.call("DELETE", "/sessions/<word:session_id>", permission="session.close", status=204)
def close_session(session_id: str):
    """End one of my sessions."""
    clients.identity.close_session(session_id)


@blueprint.call(
    "POST",
    "/password-resets",
    permission="password.reset",
    body=shapes.ResetRequest,
    answer=Empty,
    status=202,
)
@limits.public_forms
def request_password_reset(body: dict):
    """Ask for a link to a new password."""
    clients.identity.request_password_reset(body["email"])
    return {}


@blueprint.call(
    "PUT",
    "/password-resets/<word:token>",
    permission="password.reset",
    body=shapes.NewPassword,
    status=204,
)
@limits.public_forms
def reset_password(body: dict, token: str):
    """Set it, with the token of the link."""
    clients.identity.reset_password(token, body["password"], body["password_confirmation"])


def describe_client(kind: str) -> dict[str, str]:
    """Where a sign-in comes from, as the list of sessions shows it."""
    agent = (request.user_agent.string or "")[:200]
    return {"kind": kind, "address": limits.client_address(), "agent": agent}
