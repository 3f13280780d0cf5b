"""Every message that is ever told, with facts for it: each event, and each way in which its words may turn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from types import NoneType
from typing import Any, get_args, get_type_hints

from contracts import requests
from contracts.events import Event
from contracts.subscriptions import SUBSCRIPTIONS
from services.notifications.domain import RULES, kind_of, number_of
from services.notifications.renderer import Templates, notice_facts

HEARD = [event for events in SUBSCRIPTIONS["notifications"].values() for event in events]
NUMBER = "CE/8/26"
LINK = "https://portal.example/requests/CE-8-26"
CAUSES = ("correction", "confirmation")

_ENVELOPE = frozenset(field.name for field in fields(Event))
_PLAIN = {
    "due_on": "2027-02-01",
    "removed_on": "2027-02-01",
    "held_at": "2027-02-10T06:00:00Z",
    "confirm_until": "2027-02-07T11:30:00+00:00",
    "minutes": 10,
    "items": 3,
    "working_days": 5,
    "seats": 30,
    "position": 41,
    "score": 77,
    "cause": CAUSES[0],
}
SHOWN = ("01/02/2027", "10/02/2027 09:00", "07/02/2027 14:30", "41", "77")  # as the filters write them


@dataclass(frozen=True)
class Case:
    """One event, and the facts in which it differs from the usual ones."""

    event: type[Event]
    changes: Mapping[str, Any]

    def __str__(self) -> str:
        turns = (f"{name}={value}" for name, value in self.changes.items())
        return " ".join((kind_of(self.event.NAME), *turns))

    @property
    def number(self) -> str | None:
        """The request that it is about."""
        return number_of(self.event.NAME, NUMBER)

    def data(self, text: str) -> dict[str, Any]:
        """The event's own facts; whatever has words says `text`."""
        hints = get_type_hints(self.event)
        return {name: _value(name, hints[name], text) for name in facts_of(self.event)} | dict(self.changes)

    def facts(self, language: str, text: str) -> dict[str, Any]:
        """What the templates of an email are given."""
        facts = notice_facts(self.data(text), self.number, language)
        secret = {"secret": "482913"} if RULES[self.event.NAME].is_code else {}
        return {**facts, **secret, "link": LINK, "name": text}

    def texts(self, templates: Templates, language: str, text: str) -> dict[str, str]:
        """All that is made of it: subject, text, html, sms."""
        kind, facts = kind_of(self.event.NAME), self.facts(language, text)
        email = templates.email(kind, language, facts)
        sms = templates.sms(kind, language, facts)
        return {"subject": email.subject, "text": email.text, "html": email.html, "sms": sms}


def facts_of(event: type[Event]) -> list[str]:
    """The names of the facts that an event has beside its envelope."""
    return [field.name for field in fields(event) if field.name not in _ENVELOPE]


def _value(name: str, kind: Any, text: str) -> Any:
    has_languages = dict[str, str] in (kind, *get_args(kind))
    return _PLAIN.get(name, {"ar": text, "en": text} if has_languages else text)


def _cases() -> Iterator[Case]:
    for event in HEARD:
        yield Case(event, {})
        hints = get_type_hints(event)
        for name in facts_of(event):
            if NoneType in get_args(hints[name]):
                yield Case(event, {name: None})
    yield Case(requests.RequestLapsed, {"cause": CAUSES[1]})


CASES = list(_cases())
