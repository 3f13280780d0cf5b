"""Email by SMTP: one connection for a bundle, short time limits, and answers sorted into ours, theirs and nobody's."""

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

from chassis import clock
from chassis.db import forbid_in_transaction
from services.notifications.senders import Envelope, Postponed, Refused, SendingError, Unreachable

SECONDS = 5.0  # for each step of the conversation
GOODBYE_SECONDS = 1.0
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
SHUTTING_DOWN = 421
ADDRESS = re.compile(r"""[^\s\x00-\x1f\x7f@<>()\[\],;:\\"]+@[^\s\x00-\x1f\x7f@<>()\[\],;:\\"]+""")
POLICY = (b"5.7.", b"4.7.")  # RFC 3463: security or policy, which is between the provider and us


class EmailCarrier:
    """`url` is smtp://, smtp+starttls:// or smtps://[user:password@]host[:port]; `sender` as in MAIL_FROM."""

    def __init__(self, url: str, sender: str):
        self._server = urlsplit(url)
        name, address = parseaddr(sender)
        self._sender = Address(display_name=name, addr_spec=address)

    @contextmanager
    def open(self) -> Iterator["EmailLine"]:
        """A connection that was greeted and signed in. Raises Unreachable."""
        forbid_in_transaction("smtp")
        try:
            client = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable("provider.unreachable") from error
        try:
            yield EmailLine(client, self._sender)
        finally:
            _say_goodbye(client)

    def _connect(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "", self._server.port or PORTS[self._server.scheme]
        us = socket.gethostname()
        if self._server.scheme == "smtps":
            context = ssl.create_default_context()
            client: smtplib.SMTP = smtplib.SMTP_SSL(host, port, us, timeout=SECONDS, context=context)
        else:
            client = smtplib.SMTP(host, port, us, timeout=SECONDS)
        try:
            if self._server.scheme == "smtp+starttls":
                client.starttls(context=ssl.create_default_context())
            if self._server.username:
                client.login(unquote(self._server.username), unquote(self._server.password or ""))
        except BaseException:
            client.close()
            raise
        return client


class EmailLine:
    """An open connection."""

    def __init__(self, client: smtplib.SMTP, sender: Address):
        self._client, self._sender = client, sender

    def send(self, envelope: Envelope) -> str | None:
        """Returns no id: the Message-ID is ours. Raises Refused, Postponed or Unreachable."""
        forbid_in_transaction("smtp")
        try:
            message = compose(envelope, self._sender)
        except (MessageError, ValueError) as error:
            raise Refused("address.invalid") from error
        try:
            self._client.send_message(message, self._sender.addr_spec, [envelope.to])
        except (OSError, smtplib.SMTPException) as error:
            raise _sorted(error) from error
        return None


class _Folding(EmailPolicy):
    """Folds subjects by `Header`: the policy's own way loses a space of a long Arabic one (Python 3.11)."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name != "Subject":
            return super().fold_binary(name, value)
        folded = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {folded}{self.linesep}".encode("ascii")


def compose(envelope: Envelope, sender: Address) -> EmailMessage:
    """The message. A header with a line break, or an address that is none, raises ValueError or MessageError."""
    message = EmailMessage(policy=_Folding(linesep="\r\n"))
    message["From"] = sender
    message["To"] = _address(envelope.to)
    message["Subject"] = envelope.content.subject
    message["Date"] = format_datetime(clock.real_now())
    message["Message-ID"] = f"<{envelope.delivery_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(envelope.content.text, cte="base64")
    message.add_alternative(envelope.content.html, subtype="html", cte="base64")
    message["Content-Language"] = envelope.content.language  # setting the content removes such headers
    return message


def _address(text: str) -> Address:
    """One plain address, in any letters. Raises ValueError."""
    if not ADDRESS.fullmatch(text):
        raise ValueError("not one plain address")
    username, _, domain = text.partition("@")
    return Address(username=username, domain=domain)


def _sorted(error: Exception) -> SendingError:
    """Whose fault it is: the address's, the moment's, or the way to the provider."""
    if isinstance(error, smtplib.SMTPNotSupportedError):  # an address in Arabic letters, and an old server
        return Refused("address.unsupported")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        (code, text), *_others = error.recipients.values()
        return _answered(code, text, "recipient")
    if isinstance(error, smtplib.SMTPDataError):
        return _answered(error.smtp_code, error.smtp_error, "message")
    if isinstance(error, smtplib.SMTPResponseException):
        return Unreachable("provider.refuses")
    return Unreachable("provider.unreachable")


def _answered(code: int, text: bytes | str, what: str) -> SendingError:
    if code == SHUTTING_DOWN:
        return Unreachable("provider.unreachable")
    raw = text if isinstance(text, bytes) else text.encode()
    if code < 500 or raw.startswith(POLICY):
        return Postponed(f"{what}.postponed")
    return Refused(f"{what}.refused")


def _say_goodbye(client: smtplib.SMTP) -> None:
    with suppress(OSError, smtplib.SMTPException):
        if client.sock is not None:
            client.sock.settimeout(GOODBYE_SECONDS)
            client.quit()
    client.close()
