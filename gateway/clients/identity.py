"""Accounts, sessions, codes."""

from collections.abc import Mapping
from typing import Any

from gateway.clients.bus import Bus

Page = dict[str, Any]  # {items, next}


class Identity:
    """The identity service. Shapes are those of the API unless a docstring says otherwise."""

    def __init__(self, bus: Bus):
        self._bus = bus

    def _ask(self, method: str, **arguments: Any) -> Any:
        return self._bus.ask("identity", method, **arguments)

    def new_captcha(self) -> dict[str, Any]:
        """{id, image, demo_answer?}"""
        return self._ask("new_captcha")

    def captcha_audio(self, captcha_id: str) -> str:
        """The spoken digits: a WAV file in base64."""
        return self._ask("captcha_audio", captcha_id=captcha_id)["wav"]

    def register(self, form: Mapping[str, Any]) -> dict[str, Any]:
        """{status}"""
        return self._ask("register", form=dict(form))

    def open_session(
        self, email: str, password: str, mobile: str | None, client: Mapping[str, str]
    ) -> dict[str, Any]:
        """{access_token, expires_in, account}; client = {kind: web|api, address, agent}"""
        return self._ask("open_session", email=email, password=password, mobile=mobile, client=dict(client))

    def authenticate(self, token_digest: str, *, is_use: bool) -> dict[str, Any]:
        """{actor, account, expires_at, idle_expires_at, must_accept_terms}; raises NotSignedIn."""
        return self._ask("authenticate", token=token_digest, is_use=is_use)

    def close_session(self, session_id: str | None = None) -> None:
        """End a session; None = the current one."""
        self._ask("close_session", session_id=session_id)

    def list_sessions(self, limit: int = 25, cursor: str | None = None) -> Page:
        """A page of {id, created_at, last_seen_at, kind, agent, current}."""
        return self._ask("list_sessions", limit=limit, cursor=cursor)

    def verification(self, verification_id: str) -> dict[str, Any]:
        """{email_masked, mobile_masked, email_resend_in, mobile_resend_in, mobile_required}"""
        return self._ask("verification", verification_id=verification_id)

    def verify(self, verification_id: str, email_code: str, mobile_code: str | None) -> None:
        """Raises Invalid with faults /email_code, /mobile_code."""
        self._ask("verify", verification_id=verification_id, email_code=email_code, mobile_code=mobile_code)

    def resend_code(self, verification_id: str, channel: str) -> dict[str, Any]:
        """{resend_in}; raises TooMany."""
        return self._ask("resend_code", verification_id=verification_id, channel=channel)

    def request_password_reset(self, email: str) -> None:
        """Never tells whether there is such an account."""
        self._ask("request_password_reset", email=email)

    def reset_password(self, token: str, password: str, password_confirmation: str) -> None:
        """Raises Invalid `reset.invalid`, or faults of the password."""
        self._ask(
            "reset_password", token=token, password=password, password_confirmation=password_confirmation
        )

    def me(self) -> dict[str, Any]:
        """The account."""
        return self._ask("me")

    def update_me(self, changes: Mapping[str, Any], version: int) -> dict[str, Any]:
        """The changed account."""
        return self._ask("update_me", changes=dict(changes), version=version)

    def change_password(self, current: str, password: str, password_confirmation: str) -> None:
        """Other sessions end."""
        self._ask(
            "change_password",
            current=current,
            password=password,
            password_confirmation=password_confirmation,
        )

    def get_terms(self) -> dict[str, Any]:
        """{version, text {ar, en}}: the terms in force."""
        return self._ask("terms")

    def accept_terms(self, version: str) -> None:
        """Keep that this version was accepted."""
        self._ask("accept_terms", version=version)

    def choose_company(self, office_id: str) -> dict[str, Any]:
        """The account with another office as default."""
        return self._ask("choose_company", office_id=office_id)
