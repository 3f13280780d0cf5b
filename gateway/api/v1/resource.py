"""One declaration per call of the API: method, path, permission, body, answer. The conventions follow from it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema

from gateway.api.v1.bodies import Parser, read_text
from gateway.permissions import needs

PREFIX = "/api/v1"
NAMESPACE = "api_"  # of endpoints: pages have the plain names
View = Callable[..., Any]


class Resource(Blueprint):
    """A group of calls."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, module: str):
        super().__init__(f"{NAMESPACE}{name}", module, url_prefix=PREFIX)
        self.tag = name

    def call(
        self,
        method: str,
        rule: str,
        *,
        permission: str,
        answer: type[Schema] | Schema | None = None,
        status: int = 200,
        body: type[Schema] | str | None = None,
        query: type[Schema] | None = None,
        content_type: str | None = None,
    ) -> Callable[[View], View]:
        """Declare a call. The view gets query and body, in this order, then the parts of the path by name.

        A body is a JSON object of that shape, or a text of that media type.
        """

        def declare(view: View) -> View:
            done = needs(permission)(_silent(view) if status == 204 else view)
            done = self.response(status, answer, content_type=content_type)(done)
            if body is not None:
                done = self._taking(body, done)
            if query is not None:
                done = self.arguments(query, location="query")(done)
            done = self.doc(operationId=view.__name__, **{"x-permission": permission})(done)
            self.route(rule, methods=[method], tags=[self.tag])(done)
            return view

        return declare

    def _taking(self, body: type[Schema] | str, view: View) -> View:
        if isinstance(body, str):
            return self.doc(requestBody=_text_body(body))(_reading(body, view))
        return self.arguments(body, location="json", required=_asks_for_something(body))(view)


def _silent(view: View) -> View:
    @wraps(view)
    def answer_nothing(*args: Any, **kwargs: Any) -> Response:
        view(*args, **kwargs)
        return Response(status=204)

    return answer_nothing


def _reading(media_type: str, view: View) -> View:
    @wraps(view)
    def read_first(*args: Any, **kwargs: Any) -> Any:
        return view(read_text(request, media_type), *args, **kwargs)

    return read_first


def _text_body(media_type: str) -> dict[str, Any]:
    return {"required": True, "content": {media_type: {"schema": {"type": "string"}}}}


def _asks_for_something(body: type[Schema]) -> bool:
    return any(field.required for field in body().fields.values())
