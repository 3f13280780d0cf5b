"""The catcher, spoken to as the portal speaks to a mail server and to an SMS provider."""

import http.client
import json
import smtplib
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTPUTF8
from pathlib import Path
from typing import Any

import pytest

from deploy.local.catcher.mailbox import Mailbox
from deploy.local.catcher.smtp import controller
from deploy.local.catcher.web import server
from deploy.local.ports import HOST, Ports

TOKEN = "the-token"


class Catcher:
    """The running catcher and ways to speak to it."""

    def __init__(self, mailbox: Mailbox, ports: Ports):
        self.mailbox = mailbox
        self.ports = ports

    def mail(self, to: str, subject: str, text: str, html: str = "") -> None:
        """Send one mail."""
        mail = EmailMessage(policy=SMTPUTF8)
        mail["Subject"], mail["From"], mail["To"] = subject, "no-reply@portal.example", to
        mail["Message-ID"] = "<1@portal.example>"
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
        with smtplib.SMTP(HOST, self.ports.of("smtp"), timeout=5) as smtp:
            smtp.send_message(mail)

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, str, dict[str, str]]:
        """Status, text and headers of one request."""
        connection = http.client.HTTPConnection(HOST, self.ports.of("catcher"), timeout=5)
        raw = None if body is None else json.dumps(body).encode()
        connection.request(method, path, raw, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text, dict(answer.getheaders())

    def sms(self, token: str = TOKEN, **body: str) -> int:
        """Status of one text message."""
        return self.ask("POST", "/sms", body, Authorization=f"Bearer {token}")[0]

    def messages(self, query: str = "") -> list[dict[str, str]]:
        """What the JSON address lists."""
        status, text, _ = self.ask("GET", f"/api/messages{query}")
        assert status == 200
        return json.loads(text)


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[Catcher]:
    ports = Ports.free()
    mailbox = Mailbox(tmp_path / "messages.jsonl")
    mail = controller(mailbox, HOST, ports.of("smtp"))
    mail.start()
    web = server(mailbox, (HOST, ports.of("catcher")), TOKEN)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    yield Catcher(mailbox, ports)
    web.shutdown()
    web.server_close()
    mail.stop()


def test_mail_in_arabic_with_html_arrives_whole(catcher: Catcher) -> None:
    catcher.mail("قاسم@example.com", "رمز التحقق", "رمزك 123456", "<b>رمزك</b>")
    (message,) = catcher.messages()
    assert message["channel"] == "email"
    assert message["to"] == "قاسم@example.com"
    assert message["subject"] == "رمز التحقق"
    assert message["text"].strip() == "رمزك 123456"
    assert message["html"].strip() == "<b>رمزك</b>"
    assert message["at"].endswith("Z")


def test_messages_are_newest_first_and_found_by_address_however_written(catcher: Catcher) -> None:
    catcher.mail("a@example.com", "1", "first")
    catcher.sms(id="1", to="+96550000001", text="second")
    catcher.mail("B@example.com", "3", "third")
    assert [message["text"].strip() for message in catcher.messages()] == ["third", "second", "first"]
    assert len(catcher.messages("?to=b@example.com")) == 1
    for query in ("?to=%2B96550000001", "?to=+96550000001", "?to=965%205000%200001"):
        assert [message["text"] for message in catcher.messages(query)] == ["second"]


def test_a_repeated_text_message_is_kept_once(catcher: Catcher) -> None:
    assert catcher.sms(id="1", to="+96550000001", text="once") == 202
    assert catcher.sms(id="1", to="+96550000001", text="once") == 202
    assert len(catcher.messages()) == 1


def test_a_text_message_needs_the_token_and_its_parts(catcher: Catcher) -> None:
    assert catcher.sms(token="wrong", id="1", to="+96550000001", text="x") == 401
    assert catcher.sms(id="1", to="+96550000001") == 422
    assert catcher.messages() == []


def test_the_switches_refuse_and_hang_one_channel(catcher: Catcher) -> None:
    assert catcher.ask("POST", "/faults", {"channel": "sms", "mode": "refuse"})[0] == 200
    assert catcher.sms(id="1", to="+96550000001", text="x") == 503
    catcher.mail("a@example.com", "other channel", "works")
    catcher.ask("POST", "/faults", {"channel": "sms", "mode": "none"})
    assert catcher.sms(id="1", to="+96550000001", text="x") == 202
    catcher.ask("POST", "/faults", {"channel": "email", "mode": "refuse"})
    with pytest.raises(smtplib.SMTPDataError):
        catcher.mail("a@example.com", "refused", "x")
    catcher.ask("POST", "/faults", {"channel": "email", "mode": "hang"})
    threading.Timer(0.5, catcher.mailbox.set_fault, ("email", "none")).start()
    catcher.mail("a@example.com", "late", "x")
    assert catcher.messages()[0]["subject"] == "late"
    assert catcher.ask("POST", "/faults", {"channel": "fax", "mode": "hang"})[0] == 422


def test_a_form_of_a_foreign_page_changes_nothing(catcher: Catcher) -> None:
    status, _, _ = catcher.ask(
        "POST", "/faults", {"channel": "sms", "mode": "refuse"}, **{"Content-Type": "text/plain"}
    )
    assert status == 415
    assert catcher.mailbox.fault("sms") == "none"


def test_pages_escape_what_they_show_and_html_runs_nothing(catcher: Catcher) -> None:
    catcher.mail(
        "a@example.com", "<script>1</script>", "see http://127.0.0.1/x?a=1&b=2.", "<script>2</script>"
    )
    _, page, _ = catcher.ask("GET", "/?to=%3Cscript%3E3")
    assert "<script>1" not in page
    assert "<script>3" not in page
    _, page, _ = catcher.ask("GET", "/messages/1")
    assert "<script>" not in page
    assert '<a href="http://127.0.0.1/x?a=1&amp;b=2" rel="noreferrer">' in page
    assert "<iframe sandbox src" in page
    _, html, headers = catcher.ask("GET", "/messages/1/html")
    assert "<script>2" in html
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize(
    "path", ["/messages/9", "/messages/x", "/messages/1/raw", "/etc/passwd", "/messages/١"]
)
def test_what_is_not_there_is_not_found(catcher: Catcher, path: str) -> None:
    catcher.mail("a@example.com", "1", "x")
    from urllib.parse import quote

    assert catcher.ask("GET", quote(path))[0] == 404


def test_messages_outlive_a_restart_and_a_torn_last_line(catcher: Catcher, tmp_path: Path) -> None:
    catcher.sms(id="1", to="+96550000001", text="kept")
    file = tmp_path / "messages.jsonl"
    with file.open("a") as out:
        out.write('{"number": 2, "id"')
    again = Mailbox(file)
    assert [message.text for message in again.list()] == ["kept"]
    again.add_sms("1", "+96550000001", "kept")
    assert len(again.list()) == 1
    again.add_sms("2", "+96550000001", "after the torn line")
    assert [message.id for message in Mailbox(file).list()] == ["2", "1"]
    assert file.stat().st_mode & 0o077 == 0
