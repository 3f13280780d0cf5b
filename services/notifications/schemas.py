"""What the service answers and what it takes from identity. Notices carry their words in the languages asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import fields as facts_of
from datetime import UTC, datetime
from typing import Any

from marshmallow import EXCLUDE, fields, post_load

from chassis.errors import Invalid
from chassis.schemas import Choice, Schema
from chassis.schemas import load as load_input
from contracts.events import Event
from contracts.subscriptions import EVENTS
from services.notifications.domain import LANGUAGES, RULES, Contact, kind_of, number_of, path_of
from services.notifications.models import Notice
from services.notifications.renderer import Shown, Templates, notice_facts


class _ListNotices(Schema):
    language = Choice(*LANGUAGES, allow_none=True)


class _Contact(Schema):
    class Meta:
        unknown = EXCLUDE  # identity may learn to say more

    id = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    mobile = fields.String(required=True, allow_none=True)
    language = fields.String(required=True)
    verified = fields.Boolean(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_options: Any) -> Contact:
        return Contact(**data)


def load_contacts(items: Sequence[dict[str, Any]]) -> dict[str, Contact]:
    """Contacts by account id."""
    return {contact.id: contact for contact in _Contact(many=True).load(items)}


def load_languages(language: str | None) -> tuple[str, ...]:
    """The languages to answer in: the one asked for, or all. Raises Invalid."""
    load_input(_ListNotices(), {"language": language})
    return (language,) if language else LANGUAGES


def check_previewed(event: str, data: Mapping[str, Any]) -> None:
    """Raises Invalid `notice.not_previewed` unless the event makes a notice and all its facts are given."""
    rule = RULES.get(event)
    if rule is None or not rule.notice:
        raise Invalid("notice.not_previewed")
    wanted = {fact.name for fact in facts_of(EVENTS[event])} - {fact.name for fact in facts_of(Event)}
    if set(data) != wanted:
        raise Invalid("notice.not_previewed")


def dump_words(
    event: str, aggregate: str, data: Mapping[str, Any], templates: Templates, languages: tuple[str, ...]
) -> dict[str, Shown]:
    """The title and text of an event's notice, by language."""
    kind, number = kind_of(event), number_of(event, aggregate)
    return {each: templates.notice(kind, each, notice_facts(data, number, each)) for each in languages}


def dump_preview(words: Mapping[str, Shown]) -> dict[str, dict[str, str]]:
    """`{ar: {subject, text}, en: …}`."""
    return {language: {"subject": shown.title, "text": shown.text} for language, shown in words.items()}


def dump_notice(notice: Notice, templates: Templates, languages: tuple[str, ...]) -> dict[str, Any]:
    """`{id, kind, title, text, number, path, at, read_at}`; title and text by language."""
    words = dump_words(notice.event, notice.aggregate, notice.data, templates, languages)
    return {
        "id": notice.id,
        "kind": kind_of(notice.event),
        "title": {language: shown.title for language, shown in words.items()},
        "text": {language: shown.text for language, shown in words.items()},
        "number": number_of(notice.event, notice.aggregate),
        "path": _path(notice),
        "at": _moment(notice.at),
        "read_at": _moment(notice.read_at),
    }


def _path(notice: Notice) -> str | None:
    """The page of what the news is about; whoever reads it here needs no way to the login."""
    is_about_something = "{" in RULES[notice.event].link
    return path_of(notice.event, notice.aggregate) if is_about_something else None


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None
