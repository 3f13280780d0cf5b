"""Production starts with proper settings alone; each wrong one stops the process with a sentence that names it."""

import importlib
import json
from typing import Any

import pytest

from chassis.config import SettingsError, load
from deploy.local.keys import key32, token
from tests.unit.gateway_stage import PRODUCTION as GATEWAY

BUS = {
    "PORTAL_ENV": "production",
    "AMQP_URL": f"amqp://service:{token()}@broker",
    "BUS_KEY": f"k:{key32()}",
    "BUS_KEYS_TRUSTED": json.dumps({"gateway": {"k": key32()}}),
}
SERVICE = {
    **BUS,
    "DATABASE_URL": f"postgresql+psycopg2://service:{token()}@database/service",
    "HEALTH_ADDRESS": "0.0.0.0:8080",
}
WEB = {"PORTAL_URL": "https://portal.test", "S3_PUBLIC_URL": "https://store.test"}
GOOD: dict[str, dict[str, str]] = {
    "services.identity": {**SERVICE, "CODE_SEALING_KEY": key32(), "PEPPER": key32()},
    "services.requests": {**SERVICE, "GRANT_KEY": key32()},
    "services.licensing": SERVICE,
    "services.documents": {
        **SERVICE,
        **WEB,
        "GRANT_KEY": key32(),
        "S3_URL": "http://storage:8333",
        "S3_REGION": "us-east-1",
        "S3_ACCESS_KEY": token(),
        "S3_SECRET_KEY": token(),
    },
    "services.notifications": {
        **SERVICE,
        **WEB,
        "SMTP_URL": "smtp+starttls://relay:587",
        "MAIL_FROM": "Customs <no-reply@customs.test>",
        "SMS_URL": "https://sms.test/send",
        "SMS_TOKEN": token(),
        "CODE_SEALING_KEY": key32(),
    },
    "gateway": {**BUS, **GATEWAY},
}
SERVICES = [name for name in GOOD if name.startswith("services.")]
ZEROS = "A" * 43 + "="


def _loaded(package: str, **changed: str) -> Any:
    return load(importlib.import_module(f"{package}.settings").Settings, {**GOOD[package], **changed})


@pytest.mark.parametrize("package", GOOD)
def test_proper_settings_are_taken(package: str) -> None:
    assert _loaded(package).is_production


def _wrong() -> list[tuple[str, str, str]]:
    everywhere = [
        ("PORTAL_FAILPOINTS", "before_commit=kill:0.1"),
        ("AMQP_URL", "amqp://guest:guest@broker"),
        ("AMQP_URL", "amqp://guest:1e1b1f63c9d04c3b9d3a@broker"),
        ("AMQP_URL", "amqp://service@broker"),
        ("AMQP_URL", "amqp://service:short-0ne@broker"),
        ("BUS_KEY", f"k:{ZEROS}"),
        ("BUS_KEY", "k:c2hvcnQ="),
        ("BUS_KEY", "k:no base64!"),
        ("BUS_KEYS_TRUSTED", '{"gateway": {"k": "c2hvcnQ="}}'),
    ]
    databases = [
        ("DATABASE_URL", f"postgresql://postgres:{token()}@database"),
        ("DATABASE_URL", "postgresql://service:change-me@database"),
    ]
    addresses = [
        ("PORTAL_URL", "http://portal.test"),
        ("PORTAL_URL", "https://portal.example"),
        ("PORTAL_URL", "https://127.0.0.1:8600"),
        ("PORTAL_URL", "https://localhost"),
    ]
    stores = [("S3_PUBLIC_URL", "http://store.test"), ("S3_PUBLIC_URL", "https://store.example")]
    own = {
        "services.identity": [
            ("PEPPER", "p" * 40),
            ("PEPPER", "only-16-letters!"),
            ("CODE_SEALING_KEY", ZEROS),
        ],
        "services.requests": [("GRANT_KEY", ZEROS)],
        "services.documents": [
            *addresses,
            *stores,
            ("GRANT_KEY", ZEROS),
            ("S3_SECRET_KEY", "minioadmin"),
            ("S3_SECRET_KEY", "fifteen-letters"),
        ],
        "services.notifications": [
            *addresses,
            ("SMS_URL", "http://sms.test/send"),
            ("SMS_URL", "https://127.0.0.1/sms"),
            ("SMS_TOKEN", "changeme"),
            ("SMTP_URL", "smtp://user:secret@relay"),
            ("MAIL_FROM", "no-reply@portal.example"),
        ],
        "gateway": [
            *addresses,
            *stores,
            ("SECRET_KEY", "s" * 40),
            ("TRUSTED_PROXIES", ""),
            ("TRUSTED_PROXIES", "0.0.0.0/0"),
        ],
    }
    cases = [(package, *case) for package in GOOD for case in everywhere]
    cases += [(package, *case) for package in SERVICES for case in databases]
    return cases + [(package, *case) for package, more in own.items() for case in more]


@pytest.mark.parametrize(("package", "name", "value"), _wrong())
def test_a_wrong_one_is_refused_and_its_secret_is_not_told(package: str, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as told:
        _loaded(package, **{name: value})
    secrets = [word for word in ("1e1b1f63c9d04c3b9d3a", "short-0ne", "change-me", "p" * 40) if word in value]
    assert not [word for word in secrets if word in str(told.value)]


@pytest.mark.parametrize("package", GOOD)
def test_a_demo_may_have_them(package: str) -> None:
    plain = {
        "BUS_KEY": f"k:{ZEROS}",
        "AMQP_URL": "amqp://guest:guest@127.0.0.1",
        "PORTAL_URL": "http://localhost",
    }
    assert _loaded(package, PORTAL_ENV="demo", **plain).is_demo
