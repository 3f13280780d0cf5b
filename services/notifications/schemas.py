"""What the service answers and what it takes from identity. Notices carry their words in the languages asked for."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from marshmallow import EXCLUDE, fields, post_load

from chassis.schemas import Choice, Schema
from chassis.schemas import load as load_input
from services.notifications.domain import LANGUAGES, Contact, kind_of, number_of
from services.notifications.models import Notice
from services.notifications.renderer import Templates, notice_facts


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


def dump_notice(notice: Notice, templates: Templates, languages: tuple[str, ...]) -> dict[str, Any]:
    """`{id, kind, title, text, number, at, read_at}`; title and text by language."""
    kind, number = kind_of(notice.event), number_of(notice.event, notice.aggregate)
    words = {
        language: templates.notice(kind, language, notice_facts(notice.data, number, language))
        for language in languages
    }
    return {
        "id": notice.id,
        "kind": kind,
        "title": {language: shown.title for language, shown in words.items()},
        "text": {language: shown.text for language, shown in words.items()},
        "number": number,
        "at": _moment(notice.at),
        "read_at": _moment(notice.read_at),
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None
