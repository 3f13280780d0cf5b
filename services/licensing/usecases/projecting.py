"""Offices and members as identity tells them. News may come twice and in any order: the newest stays."""

from typing import Any

from sqlalchemy.orm import Session

from services.licensing.store import people

_TOLD = ("name_ar", "name_en", "commercial_registration")


def note_office(session: Session, office_id: str, data: dict[str, Any], seq: int) -> None:
    """Keep an office. One that an import named under this code is the same from now on."""
    known = people.find_office_by_id(session, office_id)
    if known is not None and known.seq >= seq:
        return
    told = {name: data[name] for name in _TOLD}
    people.add_office_once(session, {"code": data["code"], **told})
    office = people.lock_office(session, data["code"])
    if office.id == office_id and office.seq >= seq:
        return  # a parallel twin was quicker
    people.release_office_id(session, office_id, but=office.code)
    for name, value in told.items():
        setattr(office, name, value)
    office.id, office.seq = office_id, seq
    session.flush()


def note_member(session: Session, member_id: str, data: dict[str, Any], seq: int) -> None:
    """Keep who works for an office, and as what."""
    people.put_member(
        session,
        {
            "id": member_id,
            "office_id": data["office"],
            "account_id": data["account"],
            "kind": data["kind"],
            "is_active": data["is_active"],
            "seq": seq,
        },
    )
