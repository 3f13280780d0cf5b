"""Between flat inputs and a service's fields: nothing typed is lost on the way there and back."""

import socket

import pytest
from gunicorn.http import errors as refusals
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict

from chassis.errors import Fault, Invalid
from gateway import forms, worker
from gateway.web.requests import answers
from tests.unit.gateway_stage import application

APP = application()
FIELDS = [
    {"name": "name_ar", "type": "name_ar"},
    {"name": "civil_id_expiry", "type": "date"},
    {"name": "mobile", "type": "mobile"},
    {"name": "notes", "type": "long_text"},
]


@pytest.mark.parametrize(
    ("day", "month", "year", "iso"),
    [
        ("27", "3", "2031", "2031-03-27"),
        ("٢٧", "۳", "٢٠٣١", "2031-03-27"),
        (" 1 ", "12", "2027", "2027-12-01"),
        ("31", "02", "2027", "2027-02-31"),  # no date: the service says so
        ("31", "", "", "0000-00-31"),
        ("x", "1", "2027", "2027-01-0x"),
        ("", "", "", ""),
    ],
)
def test_three_boxes_are_a_date_or_something_recognisably_none(
    day: str, month: str, year: str, iso: str
) -> None:
    assert forms.as_iso({"day": day, "month": month, "year": year}) == iso


def test_what_is_read_from_a_page() -> None:
    typed = {
        "name_ar-first": "أحمد",
        "name_ar-fourth": "محمد",
        "civil_id_expiry-day": "31",
        "civil_id_expiry-month": "2",
        "civil_id_expiry-year": "2031",
        "mobile": " 9988 7766",
        "is_admin": "yes",
    }
    with APP.test_request_context("/", method="POST", data=typed):
        values, raw = answers.read(FIELDS)
    assert values == {
        "name_ar": {"first": "أحمد", "second": "", "third": "", "fourth": "محمد"},
        "civil_id_expiry": "2031-02-31",
        "mobile": " 9988 7766",
        "notes": "",
    }
    assert raw["civil_id_expiry"] == {"day": "31", "month": "2", "year": "2031"}


def test_what_is_shown_is_what_was_typed_else_what_is_saved() -> None:
    request = {
        "fields": {
            "name_ar": {"first": "أحمد", "second": None, "third": None, "fourth": "محمد"},
            "civil_id_expiry": "2031-03-27",
            "mobile": "+96599887766",
            "notes": None,
        },
        "raw": {"civil_id_expiry": {"day": "31", "month": "2", "year": "2031"}},
    }
    shown = answers.show(FIELDS, request)
    assert shown["name_ar-first"] == "أحمد"
    assert shown["name_ar-second"] == ""
    assert [shown[f"civil_id_expiry-{part}"] for part in forms.DATE_PARTS] == ["31", "2", "2031"]
    assert shown["mobile"] == "99887766"
    assert shown["notes"] == ""


@given(
    st.dictionaries(
        st.sampled_from(["name_ar-first", "mobile", "notes", "civil_id_expiry-day"]), st.text(max_size=40)
    )
)
def test_any_text_comes_back_as_typed(typed: dict[str, str]) -> None:
    with APP.test_request_context("/", method="POST"):
        from flask import request

        request.form = ImmutableMultiDict(typed)  # as the parser leaves it, whatever the text
        _, raw = answers.read(FIELDS)
    shown = answers.show(FIELDS, {"fields": {}, "raw": raw})
    assert {name: shown[name] for name in typed} == typed


def test_errors_stand_at_their_fields_and_passwords_are_not_given_back() -> None:
    typed = {"email": "a", "password": "secret", "password_confirmation": "secret", "csrf_token": "t"}
    error = Invalid(
        "input.invalid",
        faults=[Fault("/email", "email.invalid"), Fault("/fields/name_ar/first", "field.required")],
    )
    with APP.test_request_context("/", method="POST", data=typed):
        form = forms.typed().refuse(error)
    assert form.values == {"email": "a"}
    assert [one.field_id for one in form.errors] == ["email", "name_ar-first"]
    assert all(one.message for one in form.errors)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (refusals.LimitRequestLine(9000, 8190), 414),
        (refusals.LimitRequestHeaders("x"), 431),
        (refusals.InvalidRequestLine("GET /password-resets/secret-token"), 400),
        (refusals.UnsupportedTransferCoding("x"), 501),
        (RuntimeError("secret-token"), 500),
    ],
)
def test_what_never_reaches_the_application_is_a_problem_too(error: Exception, status: int) -> None:
    head, _, body = worker.refusal(error).partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"application/problem+json" in head
    assert f"Content-Length: {len(body)}".encode() in head
    assert b"secret-token" not in body


def test_a_sender_who_left_is_no_error() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    ours.close()
    worker.Worker.handle_error(None, None, ours, None, RuntimeError())  # type: ignore[arg-type]
