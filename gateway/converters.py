"""Parts of addresses: numbers of requests with dashes, short words, ids."""

from typing import Any

from flask import Flask
from werkzeug.routing import BaseConverter, UUIDConverter

NUMBER = "[A-Z]{2}-[0-9]{1,9}-[0-9]{2}"
WORD = "[A-Za-z0-9_.~-]{1,200}"


class Number(BaseConverter):
    """The number of a request: `CE/8/26`, written `CE-8-26`."""

    regex = NUMBER

    def to_python(self, value: str) -> str:
        return value.replace("-", "/")

    def to_url(self, value: str) -> str:
        return super().to_url(value.replace("/", "-"))


class Word(BaseConverter):
    """A code, an id or a token: nothing that a service would have to be protected from."""

    regex = WORD


OPENAPI: tuple[tuple[type[BaseConverter], dict[str, Any]], ...] = (
    (Number, {"type": "string", "pattern": f"^{NUMBER}$", "examples": ["CE-8-26"]}),
    (Word, {"type": "string", "minLength": 1, "maxLength": 200}),
    (UUIDConverter, {"type": "string", "format": "uuid"}),
)


def init_app(app: Flask) -> None:
    """Make them known to the routes."""
    app.url_map.converters.update(number=Number, word=Word)
