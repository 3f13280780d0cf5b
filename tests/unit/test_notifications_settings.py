"""Wrong settings stop the service with a sentence that names them."""

import pytest

from chassis.config import SettingsError, load
from deploy.local.keys import key32, token
from services.notifications.settings import Settings

GOOD = {
    "PORTAL_ENV": "production",
    "AMQP_URL": f"amqp://notifications:{token()}@broker",
    "BUS_KEY": f"k:{key32()}",
    "BUS_KEYS_TRUSTED": "{}",
    "DATABASE_URL": f"postgresql+psycopg2://notifications:{token()}@database",
    "HEALTH_ADDRESS": "127.0.0.1:1",
    "SMTP_URL": "smtps://user:secret@mail.example:465",
    "MAIL_FROM": "Customs <no-reply@customs.test>",
    "SMS_URL": "https://sms.test/send",
    "SMS_TOKEN": token(),
    "PORTAL_URL": "https://portal.customs.test/",
    "CODE_SEALING_KEY": key32(),
}


def test_good_settings_are_taken() -> None:
    assert load(Settings, GOOD).portal == "https://portal.customs.test"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_URL", "mail.example:25"),
        ("SMTP_URL", "smtp://user:secret@mail.example"),
        ("SMTP_URL", "smtp://"),
        ("MAIL_FROM", "customs"),
        ("SMS_URL", "ftp://sms.example"),
        ("SMS_URL", "http://sms.test"),
        ("SMS_TOKEN", ""),
        ("PORTAL_URL", "portal.test"),
        ("CODE_SEALING_KEY", "c2hvcnQ="),
        ("CODE_SEALING_KEY", "no base64!"),
    ],
)
def test_a_wrong_one_is_named_and_its_secret_is_not_told(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as told:
        load(Settings, {**GOOD, name: value})
    assert "secret" not in str(told.value)


def test_a_demo_may_send_without_encryption() -> None:
    plain = {"PORTAL_ENV": "demo", "SMTP_URL": "smtp://127.0.0.1:2525", "SMS_URL": "http://127.0.0.1:1/sms"}
    assert load(Settings, {**GOOD, **plain})
