"""The served description of the API is valid, and answers are as it says."""

import json
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from deploy.local.stack import Stack
from tests.e2e.portal import path
from tests.e2e.visitors import Program


@pytest.fixture(scope="module")
def spec(stack: Stack) -> dict[str, Any]:
    """The served description."""
    return requests.get(f"{stack.gateway_url}/api/v1/openapi.json", timeout=10).json()


def test_the_description_is_valid_openapi(spec: dict[str, Any]) -> None:
    assert spec["openapi"].startswith("3.1")
    validate(spec)


def test_answers_are_as_described(program: Program, spec: dict[str, Any], draft: dict[str, Any]) -> None:
    """The calls of the applicant's journey, each answer held against its schema, unknown members refused."""
    number = path(draft).rpartition("/")[2]
    calls = [
        ("/service-types", ""), ("/service-types/{code}", "/service-types/broker_exam"), ("/me", ""), ("/sessions", ""),
        ("/requests", ""), ("/requests/{number}", f"/requests/{number}"), ("/notices", ""),
        ("/requests/{number}/checks", f"/requests/{number}/checks"), ("/captchas/new", ""),
        ("/reference/{name}", "/reference/countries"), ("/exam-announcements", ""),
    ]  # fmt: skip
    for template, address in calls:
        answer = program.call("GET", address or template)
        assert answer.status_code == 200, template
        operation = spec["paths"][f"/api/v1{template}"]["get"]
        _conforms(spec, operation, "200", answer.json())
    refused = program.call("GET", "/requests/CE-999999-26")
    _conforms(spec, {"responses": {"404": spec["components"]["responses"]["Problem"]}}, "404", refused.json())


def _conforms(spec: dict[str, Any], operation: dict[str, Any], status: str, answer: Any) -> None:
    content = operation["responses"][status]["content"]
    schema = {**next(iter(content.values()))["schema"], "components": spec["components"]}
    faults = [
        f"{'/'.join(map(str, fault.absolute_path))}: {fault.message[:200]}"
        for fault in Draft202012Validator(schema).iter_errors(answer)
    ]
    assert not faults, json.dumps(faults, ensure_ascii=False)
