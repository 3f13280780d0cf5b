"""What others hear of accounts and offices, and who is written down as having done it."""

from typing import Any

from sqlalchemy.orm import Session

from chassis import audit, outbox
from chassis.actor import Actor
from contracts import identity
from contracts.events import Event
from services.identity import store
from services.identity.models import Account, ClearingOffice, Membership


def tell(session: Session, account: Account, event: type[Event], **facts: Any) -> None:
    """Record an event about the account, addressed to its owner."""
    seq = store.next_news(session, account.id)
    news = event(aggregate=account.id, seq=seq, recipients=(account.id,), **facts)
    outbox.record(session, news, owner(account))


def tell_place(session: Session, account: Account, membership: Membership) -> None:
    """Tell that somebody works for an office, and of the office if nobody has heard of it.

    Only of verified accounts: whoever never proves his address leaves no office behind that others know of.
    """
    office = membership.office
    if office.news == 0:
        tell_office(session, office, owner(account))
    event = identity.MemberChanged(
        aggregate=membership.id,
        seq=store.next_member_news(session, membership.id),
        office=membership.office_id,
        account=membership.account_id,
        kind=membership.kind,
        is_active=membership.ended_at is None,
    )
    outbox.record(session, event, owner(account))


def tell_office(session: Session, office: ClearingOffice, actor: Actor) -> None:
    """Tell what an office is called."""
    event = identity.OfficeChanged(
        aggregate=office.id,
        seq=store.next_office_news(session, office.id),
        code=office.code,
        name_ar=office.name_ar,
        name_en=office.name_en,
        commercial_registration=office.commercial_registration,
    )
    outbox.record(session, event, actor)


def note(session: Session, account: Account, action: str, facts: dict[str, Any] | None = None) -> None:
    """Write down what the owner of the account did to it."""
    audit.record(session, owner(account), action, account.id, facts)


def owner(account: Account) -> Actor:
    """The person of the account acting for himself."""
    return Actor(kind=account.kind, id=account.id, language=account.language)
