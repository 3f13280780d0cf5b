"""The caught messages, newest first, both channels; kept in a file as well when one is named."""

import json
import os
import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

KEEP = 20_000


@dataclass(frozen=True)
class Message:
    """One message as it arrived. `id` is the sender's: Message-ID of a mail, the given id of a text message."""

    number: int
    id: str
    channel: str  # email | sms
    to: str
    subject: str
    text: str
    html: str
    at: str  # RFC 3339, UTC


class Mailbox:
    """Safe for many threads."""

    def __init__(self, file: Path | None = None):
        self._file = file
        self._lock = threading.Lock()
        self._messages: list[Message] = []
        self._sms_ids: set[str] = set()
        self._faults: dict[str, str] = {}
        if file and file.exists():
            self._restore(file)

    def add_email(self, to: str, subject: str, text: str, html: str, message_id: str) -> None:
        """Keep a mail; a repeated one is kept again, as a real mailbox would."""
        with self._lock:
            self._keep(id=message_id, channel="email", to=to, subject=subject, text=text, html=html)

    def add_sms(self, message_id: str, to: str, text: str) -> None:
        """Keep a text message; the same id is kept once, as the provider promises."""
        with self._lock:
            if message_id not in self._sms_ids:
                self._keep(id=message_id, channel="sms", to=to, subject="", text=text, html="")

    def list(self, to: str | None = None, limit: int = 1000) -> list[Message]:
        """Newest first; `to` is an address or a number however it is written."""
        with self._lock:
            messages = list(reversed(self._messages))
        if to:
            wanted = _folded(to)
            messages = [message for message in messages if _folded(message.to) == wanted]
        return messages[:limit]

    def find(self, number: int) -> Message | None:
        """The message with this number."""
        return next((message for message in self.list(limit=KEEP) if message.number == number), None)

    def clear(self) -> None:
        """Forget all messages."""
        with self._lock:
            self._messages.clear()
            if self._file:
                self._file.unlink(missing_ok=True)

    def set_fault(self, channel: str, mode: str) -> None:
        """From now on `refuse` or `hang` on this channel, or `none`."""
        self._faults[channel] = mode

    def fault(self, channel: str) -> str:
        """The fault in force."""
        return self._faults.get(channel, "none")

    def _keep(self, **fields: str) -> None:
        number = self._messages[-1].number + 1 if self._messages else 1
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        message = Message(number=number, at=at, **fields)
        self._remember(message)
        if self._file:
            with open(
                os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8"
            ) as out:
                out.write(json.dumps(asdict(message), ensure_ascii=False) + "\n")

    def _remember(self, message: Message) -> None:
        self._messages.append(message)
        del self._messages[:-KEEP]
        if message.channel == "sms":
            self._sms_ids.add(message.id)

    def _restore(self, file: Path) -> None:
        text = file.read_text(encoding="utf-8")
        if not text.endswith("\n"):
            with file.open("a", encoding="utf-8") as out:
                out.write("\n")  # what comes next begins a line of its own
        for line in text.split("\n"):
            try:
                self._remember(Message(**json.loads(line)))
            except (ValueError, TypeError):
                continue  # the last line of a killed process


def _folded(address: str) -> str:
    return "".join(address.split()).lstrip("+").lower()
