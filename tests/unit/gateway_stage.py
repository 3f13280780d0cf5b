"""The real gateway over a bus that answers from a table: for what happens at the border alone."""

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from chassis import clock, ids
from chassis.errors import NotSignedIn, Unavailable
from chassis.rpc import Asking
from deploy.local.keys import key32, token
from gateway.app import create_app
from gateway.settings import Settings

KEY = base64.b64encode(b"k" * 32).decode()
TOKEN = "t" * 43


DEFINITION = {
    "code": "broker_exam",
    "name": {"ar": "امتحان", "en": "Exam"},
    "fields": [
        {
            "name": "address",
            "type": "text",
            "required": True,
            "editable": True,
            "label": {"ar": "العنوان", "en": "Address"},
        }
    ],
    "pages": [{"name": "contact", "title": {"ar": "اتصال", "en": "Contact"}, "fields": ["address"]}],
    "documents": [],
    "reasons": [],
    "steps": [],
}
REQUEST = {
    "number": "CE/8/26",
    "service_type": "broker_exam",
    "service_name": {"ar": "امتحان", "en": "Exam"},
    "status": "draft",
    "version": 1,
    "fields": {"address": None},
    "raw": {},
    "documents": [],
}


class Answers:
    """Answers by `service.method`: a value, an exception, or a function of the arguments; remembers the calls."""

    def __init__(self, given: Mapping[str, Any] | None = None):
        self.given: dict[str, Any] = dict(given or {})
        self.calls: list[tuple[str, dict[str, Any], Asking]] = []

    def call(self, service: str, method: str, arguments: Mapping[str, Any], asking: Asking) -> Any:
        """What `Caller.call` does."""
        name = f"{service}.{method}"
        self.calls.append((name, dict(arguments), asking))
        answer = self.given.get(name, Unavailable("service.timeout", {"service": service}))
        if isinstance(answer, Exception):
            raise answer
        return answer(**arguments) if callable(answer) else answer

    def names(self) -> list[str]:
        """The methods that were called."""
        return [name for name, _, _ in self.calls]

    def of(self, name: str) -> tuple[dict[str, Any], Asking]:
        """The arguments and circumstances of the last call of a method."""
        return next(
            (arguments, asking) for called, arguments, asking in reversed(self.calls) if called == name
        )


PRODUCTION = {
    "PORTAL_ENV": "production",
    "AMQP_URL": f"amqp://gateway:{token()}@nowhere",
    "BUS_KEY": f"k:{key32()}",
    "PORTAL_URL": "https://portal.test",
    "SECRET_KEY": key32(),
    "S3_PUBLIC_URL": "https://store.test",
    "TRUSTED_PROXIES": "172.16.0.0/12",
}


def settings(**changed: Any) -> Settings:
    """Settings of a test."""
    given: dict[str, Any] = {
        "PORTAL_ENV": "test",
        "AMQP_URL": "amqp://nowhere",
        "BUS_KEY": f"k:{KEY}",
        "BUS_KEYS_TRUSTED": {},
        "PORTAL_URL": "http://localhost",
        "SECRET_KEY": "s" * 40,
        "S3_PUBLIC_URL": "http://store.example:9000",
    }
    return Settings(**{**given, **changed})


def application(answers: Answers | None = None, **changed: Any) -> Flask:
    """The gateway over these answers."""
    return create_app(settings(**changed), answers or Answers())


def session_of(role: str, language: str = "ar", **changed: Any) -> dict[str, Any]:
    """An answer of `identity.authenticate`."""
    now = clock.real_now()
    kind = "staff" if role in ("reviewer", "supervisor", "examiner", "administrator") else "person"
    actor = {"kind": kind, "id": f"account-{role}", "roles": [role], "session": "s1", "name": "A B"}
    return {
        "actor": {**actor, "office": None, "language": language, "person": {}},
        "account": {"id": actor["id"]},
        "expires_at": (now + timedelta(hours=8)).isoformat(),
        "idle_expires_at": (now + timedelta(minutes=15)).isoformat(),
        "must_accept_terms": False,
        **changed,
    }


def knowing(role: str, token: str = TOKEN, **changed: Any) -> Answers:
    """Answers that know one session."""

    def authenticate(token: str, is_use: bool) -> dict[str, Any]:
        if token == ids.digest(TOKEN):
            return session_of(role, **changed)
        raise NotSignedIn("session.ended")

    return Answers({"identity.authenticate": authenticate, "notifications.count_unread": {"unread": 3}})


def bearer(token: str = TOKEN) -> dict[str, str]:
    """The header of a signed-in program."""
    return {"Authorization": f"Bearer {token}"}


def signed_in(app: Flask) -> FlaskClient:
    """A browser with a session."""
    browser = app.test_client()
    browser.set_cookie("portal_session", TOKEN)
    return browser


def csrf_token(browser: FlaskClient, path: str = "/support") -> str:
    """The token that a page of this browser carries."""
    page = browser.get(path).get_data(as_text=True)
    return page.split('<meta name="csrf-token" content="')[1].split('"')[0]
