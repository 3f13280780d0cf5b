"""The SMTP side: takes any mail for anybody, with UTF-8 addresses and subjects."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from deploy.local.catcher.mailbox import Mailbox

HANG_SECONDS = 60


class MailHandler:
    """What aiosmtpd calls for each mail."""

    def __init__(self, mailbox: Mailbox):
        self._mailbox = mailbox

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep the mail once per recipient."""
        refusal = await self._apply_fault()
        if refusal:
            return refusal
        content = envelope.original_content or envelope.content
        mail = message_from_bytes(content, policy=policy.SMTPUTF8)
        for recipient in envelope.rcpt_tos:
            self._mailbox.add_email(
                recipient,
                subject=str(mail["Subject"] or ""),
                text=_part(mail, "plain"),
                html=_part(mail, "html"),
                message_id=str(mail["Message-ID"] or ""),
            )
        return "250 OK"

    async def _apply_fault(self) -> str | None:
        for _ in range(HANG_SECONDS * 5):
            if self._mailbox.fault("email") != "hang":
                break
            await asyncio.sleep(0.2)
        return "451 refused by a test switch" if self._mailbox.fault("email") != "none" else None


def controller(mailbox: Mailbox, host: str, port: int) -> Controller:
    """The server in a thread of its own; `.start()` it."""
    return _Controller(MailHandler(mailbox), hostname=host, port=port)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=True, hostname="catcher", ident="catcher")


def _part(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body(preferencelist=(subtype,))
    if part is None:
        return ""
    content = part.get_content()
    return str(content).replace("\r\n", "\n")
