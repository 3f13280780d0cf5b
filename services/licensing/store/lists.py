"""What somebody may see of licenses and guarantees: one of them, and pages by keys that an index is ordered by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy import false as never
from sqlalchemy.orm import Session

from chassis import cursors
from chassis.actor import Actor
from chassis.errors import NotFound
from contracts.permissions import is_allowed
from services.licensing.domain import numbers
from services.licensing.domain.status import Status
from services.licensing.models import Broker, Guarantee, License, Office
from services.licensing.store.standing import Day, narrowed_to

MOST_WORDS = 6
PREFIX_BELOW = 3  # letters: shorter words have no whole trigram and are searched as beginnings of words

Page = tuple[int, str | None]  # limit, cursor
Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list is narrowed by; None leaves it. `office` is a code or identity's id."""

    q: str | None = None
    status: Status | None = None
    office: str | None = None


@dataclass(frozen=True)
class Reach:
    """What somebody may know of: everything, or his present office's, or what is his own as broker."""

    is_all: bool
    office_code: str | None = None
    broker_id: str | None = None

    def licenses(self) -> Conditions:
        """As SQL."""
        return self._either(License.office_code, License.broker_id == self.broker_id)

    def guarantees(self) -> Conditions:
        """As SQL: of a broker those that cover him."""
        covering = select(License.guarantee_id).where(License.broker_id == self.broker_id)
        return self._either(Guarantee.office_code, Guarantee.id.in_(covering))

    def _either(self, office_code: Any, is_own: ColumnElement[bool]) -> Conditions:
        if self.is_all:
            return []
        ways = [office_code == self.office_code] if self.office_code else []
        return [or_(never(), *ways, *([is_own] if self.broker_id else []))]


@dataclass(frozen=True)
class Order:
    """The columns of a list's order, which its cursor holds as well."""

    columns: tuple[Any, ...]
    key: Callable[[License], list[str]]
    after: Callable[[str], ColumnElement[bool]]


_BY_NAME = Order(
    (License.sort_key, License.id),
    lambda last: [last.sort_key, last.id],
    lambda cursor: tuple_(License.sort_key, License.id) > _texts(cursor, 2),
)
# By name, a search for a name at the end of the alphabet would walk over all that come before it.
_NEWEST_FIRST = Order(
    (License.id.desc(),),
    lambda last: [last.id],
    lambda cursor: License.id < _texts(cursor, 1)[0],
)


def reach_of(session: Session, actor: Actor) -> Reach:
    """Staff see everything. A broker is known by the account that is tied to him, never by a civil ID typed in."""
    if actor.kind == "system" or is_allowed("license.read_all", actor.roles):
        return Reach(True)
    office = select(Office.code).where(Office.id == actor.office) if actor.office else None
    code = session.scalar(office) if office is not None else None
    return Reach(False, code, session.scalar(select(Broker.id).where(Broker.account_id == actor.id)))


def get_visible(session: Session, number: str, actor: Actor) -> License:
    """Raises NotFound `license.unknown` when it is not there or not for this person."""
    mine = reach_of(session, actor).licenses()
    wanted = select(License).where(License.number == (numbers.find(number) or ""), *mine)
    license = session.scalar(wanted)
    if license is None:
        raise NotFound("license.unknown")
    return license


def get_visible_guarantee(session: Session, guarantee_id: str, actor: Actor) -> Guarantee:
    """Raises NotFound `guarantee.unknown` when it is not there or not for this person."""
    mine = reach_of(session, actor).guarantees()
    guarantee = session.scalar(select(Guarantee).where(Guarantee.id == guarantee_id, *mine))
    if guarantee is None:
        raise NotFound("guarantee.unknown")
    return guarantee


def list_licenses(
    session: Session, actor: Actor, filters: Filters, day: Day, page: Page
) -> tuple[list[License], str | None]:
    """A page of what this person may see: of an office by the broker's name, of all the newest first."""
    limit, cursor = page
    reach = reach_of(session, actor)
    mine = [*reach.licenses(), *_in_office(License.office_code, filters.office)]
    mine += _matching(filters.q or "")
    order = _NEWEST_FIRST if reach.is_all and filters.office is None else _BY_NAME
    if cursor is not None:
        mine.append(order.after(cursor))
    found: list[str] = []
    for narrowed in narrowed_to(filters.status, day):  # ids first: what is shown is joined to one page alone
        query = select(License.id).where(*mine, *narrowed)
        found += session.scalars(query.order_by(*order.columns).limit(limit + 1))
    rows = session.scalars(select(License).where(License.id.in_(found)).order_by(*order.columns)).all()
    return _cut(rows, limit, order.key)


def list_guarantees(
    session: Session, actor: Actor, office: str | None, page: Page
) -> tuple[list[Guarantee], str | None]:
    """A page of what this person may see, the one that lapses first in front."""
    limit, cursor = page
    mine = [*reach_of(session, actor).guarantees(), *_in_office(Guarantee.office_code, office)]
    if cursor is not None:
        day, last_id = _texts(cursor, 2)
        mine.append(tuple_(Guarantee.expires_on, Guarantee.id) > (_date(day), last_id))
    query = select(Guarantee).where(*mine).order_by(Guarantee.expires_on, Guarantee.id)
    rows = session.scalars(query.limit(limit + 1)).all()
    return _cut(rows, limit, lambda last: [last.expires_on.isoformat(), last.id])


def list_covered(session: Session, guarantee_id: str, reach: Reach, limit: int) -> Sequence[License]:
    """The licenses that a guarantee covers, as far as this person may know of them."""
    mine = select(License).where(License.guarantee_id == guarantee_id, *reach.licenses())
    return session.scalars(mine.order_by(License.id).limit(limit)).all()


def list_generals(session: Session, licenses: Sequence[License]) -> dict[str, License]:
    """By id, the general broker's license that each hangs under: the one it names, else that of its office's head."""
    named = {each.general_license_id for each in licenses if each.general_license_id}
    heads = {(each.office_code, each.office.general_broker_civil_id or "") for each in licenses}
    if not licenses:
        return {}
    of_office = and_(
        License.broker_type == "general_broker",
        tuple_(License.office_code, Broker.civil_id).in_([head for head in heads if head[1]]),
    )
    wanted = select(License).join(Broker, Broker.id == License.broker_id)
    found = session.scalars(wanted.where(or_(License.id.in_(named), of_office)).order_by(License.id)).all()
    known = {(each.office_code, each.broker.civil_id): each for each in found}
    by_id = {each.id: each for each in found}
    generals: dict[str, License] = {}
    for each in licenses:
        head = known.get((each.office_code, each.office.general_broker_civil_id or ""))
        general = by_id.get(each.general_license_id or "") or head
        if general is not None:
            generals[each.id] = general
    return generals


def _in_office(column: Any, office: str | None) -> Conditions:
    if office is None:
        return []
    code = select(Office.code).where(or_(Office.code == office, Office.id == office)).limit(1)
    return [column == code.scalar_subquery()]


def _matching(q: str) -> Conditions:
    """Every word must occur: a part of a word from three letters on, else the beginning of one."""
    patterns = []
    for word in q.split()[:MOST_WORDS]:
        if folded := numbers.searchable(word):
            start = "%" if len(folded) >= PREFIX_BELOW else "% "
            patterns.append(f"{start}{_literal(folded)}%")
    return [License.search.like(pattern, escape="\\") for pattern in patterns]


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _cut(rows: Sequence[Any], limit: int, key: Any) -> tuple[list[Any], str | None]:
    page = list(rows[:limit])
    return page, cursors.encode(key(page[-1])) if len(rows) > limit else None


def _texts(cursor: str, length: int) -> tuple[str, ...]:
    values = cursors.decode(cursor, length)
    if not all(isinstance(each, str) and "\x00" not in each for each in values):
        raise cursors.invalid()
    return tuple(values)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise cursors.invalid() from None
