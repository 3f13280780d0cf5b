"""What days bring about: changes of status written and told once each, and reminders before dates come."""

from sqlalchemy.orm import Session

from services.licensing.domain import reminders
from services.licensing.store import history, register
from services.licensing.usecases import news
from services.licensing.usecases.occasion import Occasion
from services.licensing.usecases.standing import facts_of, settle


def due_changes(session: Session, limit: int, occasion: Occasion) -> list[str]:
    """Ids of licenses that a day has changed."""
    return history.list_changing(session, occasion.today, limit)


def notice(session: Session, license_id: str, occasion: Occasion) -> None:
    """Write and tell what has changed of one."""
    settle(session, register.lock_license(session, license_id), occasion)


def due_reminders(session: Session, limit: int, occasion: Occasion) -> list[str]:
    """Ids of licenses one of whose dates is near."""
    return history.list_remindable(session, occasion.today, limit)


def remind(session: Session, license_id: str, occasion: Occasion) -> None:
    """Remind of the dates of one that are near, each at each distance once."""
    license = register.lock_license(session, license_id)
    facts = facts_of(license)
    for mark in reminders.due(facts, occasion.today, history.list_reminders(session, license.id)):
        if history.add_reminder_once(session, license, mark, occasion.now):
            news.tell_near(session, license, mark, occasion)
    license.remind_on = reminders.next_on(facts, occasion.today)
