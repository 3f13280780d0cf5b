"""Short messages by HTTP: POST {id, to, text} with a bearer token; 202 {id} means that the provider has it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import urllib3
from urllib3.exceptions import HTTPError

from chassis.db import forbid_in_transaction
from services.notifications.senders import Envelope, Postponed, Refused, SendingError, Unreachable

TIMEOUT = urllib3.Timeout(connect=3, read=5)
MOST_BYTES = 10_000  # of an answer
ACCEPTED = 202
REFUSALS = frozenset({400, 404, 409, 410, 413, 422})
TRY_AGAIN = frozenset({408, 425, 429})


class SmsCarrier:
    """A provider that speaks the little protocol above; a repeated id is the same message to it."""

    def __init__(self, url: str, token: str):
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False, maxsize=8)

    @contextmanager
    def open(self) -> Iterator["SmsCarrier"]:
        """The pool keeps connections open by itself."""
        yield self

    def send(self, envelope: Envelope) -> str | None:
        """The provider's id. Raises Refused, Postponed or Unreachable."""
        forbid_in_transaction("sms")
        fields = {"id": envelope.delivery_id, "to": envelope.to, "text": envelope.content}
        body = json.dumps(fields, ensure_ascii=False).encode()
        try:
            answer = self._pool.request(
                "POST", self._url, body=body, headers=self._headers, redirect=False, preload_content=False
            )
            try:
                status, text = answer.status, answer.read(MOST_BYTES, decode_content=False)
            finally:
                answer.close()
        except (HTTPError, OSError) as error:
            raise Unreachable("provider.unreachable") from error
        if status != ACCEPTED:
            raise _sorted(status)
        return _id_in(text)


def _sorted(status: int) -> SendingError:
    if status in REFUSALS:
        return Refused("message.refused")
    return Postponed("provider.busy") if status in TRY_AGAIN else Unreachable("provider.refuses")


def _id_in(text: bytes) -> str | None:
    """It was accepted: an answer that cannot be read changes nothing about it."""
    try:
        provider_id = json.loads(text)["id"]
    except (ValueError, KeyError, TypeError):
        return None
    return provider_id[:200] if isinstance(provider_id, str) else None
