"""The people of the demo, one per role, with fixed passwords that the README may print."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import schemas
from contracts.permissions import Role
from services.identity import store
from services.identity.commands.administrators import add_staff, add_verified
from services.identity.domain import accounts
from services.identity.models import ClearingOffice
from services.identity.schemas.forms import PersonForm, email_key
from services.identity.texts import terms
from services.identity.usecases.registration import accept_terms, join, new_office

_OFFICES = {
    "pearl": ("مكتب اللؤلؤة للتخليص الجمركي", "Al-Lulua Customs Clearing Office", "334455"),
    "dhow": ("مكتب البوم للتخليص الجمركي", "Al-Boom Customs Clearing Office", "667788"),
}


@dataclass(frozen=True)
class Person:
    """Somebody of the demo: staff by `role`, or a member of `office`, or a candidate."""

    first_name: str
    last_name: str
    civil_id: str
    mobile: str
    email: str
    role: Role | None = None
    office: str | None = None
    membership: str = accounts.GENERAL
    gender: str = "male"

    def form(self, password: str) -> dict[str, Any]:
        """As if it had been typed: the demo keeps the portal's own rules."""
        typed = ("first_name", "last_name", "civil_id", "mobile", "email", "gender")
        return {
            **{name: getattr(self, name) for name in typed},
            "password": password,
            "password_confirmation": password,
        }


PEOPLE = {
    "administrator": Person(
        "عبدالله", "الرشيد", "275031201019", "50100001", "administrator@bureau.example", Role.ADMINISTRATOR
    ),
    "supervisor": Person(
        "فاطمة",
        "العنزي",
        "280072501399",
        "50100002",
        "supervisor@bureau.example",
        Role.SUPERVISOR,
        gender="female",
    ),
    "reviewer": Person(
        "أحمد", "المطيري", "282110401751", "50100003", "reviewer@bureau.example", Role.REVIEWER
    ),
    "reviewer_2": Person(
        "نورة",
        "الشمري",
        "290051702123",
        "50100004",
        "reviewer2@bureau.example",
        Role.REVIEWER,
        gender="female",
    ),
    "examiner": Person(
        "خالد", "العجمي", "285091902502", "50100005", "examiner@bureau.example", Role.EXAMINER
    ),
    "examiner_2": Person(
        "مريم",
        "الكندري",
        "293020802862",
        "50100006",
        "examiner2@bureau.example",
        Role.EXAMINER,
        gender="female",
    ),
    "general_user": Person(
        "يوسف", "الميموني", "278041303231", "50100007", "general@pearl.example", office="pearl"
    ),
    "additional_user": Person(
        "سارة",
        "الهاجري",
        "295062203605",
        "50100008",
        "additional@pearl.example",
        office="pearl",
        membership=accounts.ADDITIONAL,
        gender="female",
    ),
    "candidate": Person("بدر", "العازمي", "298103103971", "50100009", "candidate@people.example"),
    "other_office_general_user": Person(
        "حسين", "بوشهري", "279082404359", "50100010", "general@dhow.example", office="dhow"
    ),
}


def password_of(role: str) -> str:
    """Fixed and public, and good enough for the rules: `Pearl-Dhow-01!` to `Pearl-Dhow-10!`."""
    return f"Pearl-Dhow-{list(PEOPLE).index(role) + 1:02d}!"


def load(session: Session, now: datetime) -> dict[str, dict[str, str]]:
    """Make who is not there yet; `{role: {email, password}}`."""
    for role, person in PEOPLE.items():
        if store.find_verified(session, email_key(person.email)) is None:
            _add(session, person, password_of(role), now)
    return {role: {"email": each.email, "password": password_of(role)} for role, each in PEOPLE.items()}


def _add(session: Session, person: Person, password: str, now: datetime) -> None:
    form = schemas.load(PersonForm(), person.form(password))
    if person.role:
        add_staff(session, form, {person.role}, now)
        return
    account = add_verified(session, {**form, "legal_entity": "clearing_agent"}, accounts.PERSON, now)
    accept_terms(session, account, terms().version, now)
    if person.office:
        join(session, account, _office(session, person.office, now), person.membership, now)


def _office(session: Session, name: str, now: datetime) -> ClearingOffice:
    name_ar, name_en, registration = _OFFICES[name]
    found = session.scalar(
        select(ClearingOffice).where(ClearingOffice.commercial_registration == registration)
    )
    form = {"office_name_ar": name_ar, "office_name_en": name_en, "commercial_registration": registration}
    return found or new_office(session, form, now)
