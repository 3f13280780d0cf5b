"""A refusal of the API as it has to be: a problem in words, and nothing of the inside."""

from typing import Any

import requests

MEMBERS = {"type", "title", "status", "code", "detail", "trace_id"}
INSIDE = ("Traceback", "sqlalchemy", "psycopg", "werkzeug", "nameko", 'File "', "<html", "<!doctype")


def problem(response: requests.Response, status: int, code: str = "") -> dict[str, Any]:
    """The problem of an answer, looked over."""
    assert response.status_code == status, response.text[:500]
    assert response.headers["Content-Type"].startswith("application/problem+json"), response.headers
    told = response.json()
    assert set(told) >= MEMBERS and told["status"] == status
    assert told["title"] and told["detail"] and told["trace_id"] and told["code"].count(".") == 1
    assert not [word for word in INSIDE if word.casefold() in response.text.casefold()]
    assert not code or told["code"] == code, told
    if status == 422 and "errors" in told:
        assert all(
            set(fault) == {"pointer", "code", "detail"} and fault["detail"] for fault in told["errors"]
        )
    return told


def is_in(language: str, text: str) -> bool:
    """Whether a sentence is in this language."""
    is_arabic = any("\u0600" <= letter <= "\u06ff" for letter in text)
    return is_arabic == (language == "ar")
