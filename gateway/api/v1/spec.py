"""The description of the API, OpenAPI 3.1: as JSON for programs, as a page for people."""

import copy
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template
from flask_smorest import Api
from marshmallow import INCLUDE, Schema, fields

from contracts.permissions import ALLOWED, Role
from gateway import context, converters, i18n
from gateway.api.v1.resource import NAMESPACE, PREFIX, Resource
from gateway.errors import PROBLEM
from gateway.permissions import needs

WORDS = Path(__file__).parent / "words.toml"
VERSION = "1.0"
_METHODS = ("get", "post", "put", "patch", "delete")

blueprint = Blueprint("api", __name__, template_folder="templates")


class FieldFault(Schema):
    """One wrong field."""

    pointer = fields.String(required=True, metadata={"description": "RFC 6901, into what was sent"})
    code = fields.String(required=True)
    detail = fields.String(required=True)


class Problem(Schema):
    """RFC 9457. Facts of the code stand beside these members."""

    class Meta:
        unknown = INCLUDE

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)
    trace_id = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldFault), metadata={"description": "with 422"})


class _Api(Api):
    ERROR_SCHEMA = Problem
    DEFAULT_ERROR_RESPONSE_NAME = "Problem"

    def _register_error_handlers(self) -> None:
        """Errors are answered in one place for the whole gateway."""


def init_app(app: Flask, resources: list[Resource]) -> None:
    """Register the resources and their description."""
    app.config.update(API_TITLE=_words()["api"]["en"]["title"], API_VERSION=VERSION, OPENAPI_VERSION="3.1.0")
    api = _Api(app)
    for converter, schema in converters.OPENAPI:
        api.register_converter(converter, lambda _rule, schema=schema: dict(schema))
    for resource in resources:
        api.register_blueprint(resource)
    app.extensions["portal.spec"] = _complete(api.spec.to_dict(), app.config["PORTAL"].PORTAL_URL)
    app.register_blueprint(blueprint)


@blueprint.get(f"{PREFIX}/openapi.json")
@needs("page.read")
def openapi() -> Response:
    """The description as it is."""
    return jsonify(in_language(current_app.extensions["portal.spec"], i18n.language()))


@blueprint.get(context.DOCS_PATH)
@needs("page.read")
def docs() -> str:
    """The description to read."""
    language = i18n.language()
    spec = in_language(current_app.extensions["portal.spec"], language)
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, method, operation in operations(spec):
        groups.setdefault(operation["tags"][0], []).append({"path": path, "method": method, **operation})
    return render_template("api_docs.html", spec=spec, groups=groups, words=_words()["api"][language])


def operations(spec: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of each call."""
    for path, methods in spec["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield path, method, methods[method]


def in_language(spec: dict[str, Any], language: str) -> dict[str, Any]:
    """The description with its sentences in this language."""
    spoken = copy.deepcopy(spec)
    told = _words()
    spoken["info"] |= {
        "title": told["api"][language]["title"],
        "description": told["api"][language]["description"],
    }
    for _, _, operation in operations(spoken):
        operation["summary"] = told["calls"][operation["operationId"]][language]
    spoken["tags"] = [
        {"name": tag["name"], "description": told["tags"][tag["name"]][language]} for tag in spoken["tags"]
    ]
    return spoken


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def _complete(spec: dict[str, Any], address: str) -> dict[str, Any]:
    """What holds for every call: errors, tokens, the idempotency key."""
    spec["servers"] = [{"url": address}]
    components = spec["components"]
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    components["responses"] = {
        "Problem": {
            "description": "Problem",
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    }
    components.setdefault("parameters", {})["IdempotencyKey"] = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[\\x21-\\x7e]+$"},
    }
    spec["tags"] = [{"name": tag["name"].removeprefix(NAMESPACE)} for tag in spec["tags"]]
    for _, method, operation in operations(spec):
        _complete_call(method, operation)
    return spec


def _complete_call(method: str, operation: dict[str, Any]) -> None:
    operation.pop("description", None)
    operation["responses"] = {
        status: answer for status, answer in operation["responses"].items() if status[0] in "23"
    } | {"default": {"$ref": "#/components/responses/Problem"}}
    for status in ("204", "302"):
        operation["responses"].get(status, {}).pop("content", None)
    if "302" in operation["responses"]:
        operation["responses"]["302"]["headers"] = {"Location": {"schema": {"type": "string"}}}
    is_public = Role.ANYBODY in ALLOWED[operation["x-permission"]]
    operation["security"] = [] if is_public else [{"bearer": []}]
    if method == "post":
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
