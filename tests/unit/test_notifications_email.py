"""What an email looks like on the wire, and what cannot be smuggled into it."""

from email import message_from_bytes, policy
from email.headerregistry import Address

import pytest

from services.notifications.renderer import Email
from services.notifications.senders import Envelope, Refused
from services.notifications.senders.smtp import EmailLine, compose

SENDER = Address("بوابة الخدمات الإلكترونية للجمارك", addr_spec="no-reply@customs.example")
EMAIL = Email("ar", "تم تقديم طلبكم \u2068CE/8/26\u2069", "نص\n", "<p>نص</p>")


def _parsed(email: Email = EMAIL, to: str = "a@b.example"):
    raw = compose(Envelope("0190-id", to, email), SENDER).as_bytes()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    raw.decode("ascii")
    return message_from_bytes(raw, policy=policy.default)


def test_both_forms_travel_with_a_stable_id() -> None:
    message = _parsed()
    assert message["Message-ID"] == "<0190-id@customs.example>"
    assert message["Subject"] == EMAIL.subject
    assert message["From"].addresses[0].addr_spec == "no-reply@customs.example"
    assert message["To"].addresses[0].addr_spec == "a@b.example"
    assert message["Content-Language"] == "ar"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_body(("plain",)).get_content().splitlines() == ["نص"]
    assert message.get_body(("html",)).get_content().splitlines() == ["<p>نص</p>"]


def test_the_same_delivery_is_the_same_message() -> None:
    assert _parsed()["Message-ID"] == _parsed()["Message-ID"]


@pytest.mark.parametrize(
    "subject", ["a\r\nBcc: thief@x.example", "a\nBcc: thief@x.example", "a\rBcc: t@x.example"]
)
def test_a_subject_with_a_line_break_is_refused(subject: str) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        _parsed(Email("ar", subject, "t", "h"))


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nBcc: thief@x.example",
        "a@b.example\nDATA",
        "a@b.example, thief@x.example",
        "<a@b.example> SIZE=1",
        "no address",
        "",
        "a@",
    ],
)
def test_an_address_that_is_more_or_less_than_one_is_refused(address: str) -> None:
    with pytest.raises(Refused, match=r"address\.invalid"):
        EmailLine(None, SENDER).send(Envelope("id", address, EMAIL))  # type: ignore[arg-type]


def test_a_long_arabic_subject_survives_folding() -> None:
    subject = "إشعار بشأن طلب امتحان وكلاء التخليص " * 6 + "CE/8/26"
    assert _parsed(Email("ar", subject, "t", "h"))["Subject"] == subject
