"""What others hear of an account, and who is written down as having done it."""

from typing import Any

from sqlalchemy.orm import Session

from chassis import audit, outbox
from chassis.actor import Actor
from contracts.events import Event
from services.identity import store
from services.identity.models import Account


def tell(session: Session, account: Account, event: type[Event], **facts: Any) -> None:
    """Record an event about the account, addressed to its owner."""
    seq = store.next_news(session, account.id)
    news = event(aggregate=account.id, seq=seq, recipients=(account.id,), **facts)
    outbox.record(session, news, owner(account))


def note(session: Session, account: Account, action: str, facts: dict[str, Any] | None = None) -> None:
    """Write down what the owner of the account did to it."""
    audit.record(session, owner(account), action, account.id, facts)


def owner(account: Account) -> Actor:
    """The person of the account acting for himself."""
    return Actor(kind=account.kind, id=account.id, language=account.language)
