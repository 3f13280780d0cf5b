"""Exam sessions for the staff: announce, nominate, close, hall, results. Officers read, examiners act."""

from flask import Blueprint

blueprint = Blueprint("exams", __name__)
SESSIONS = "/office/exams"
ONE = f"{SESSIONS}/<uuid:session_id>"

from gateway.web.exams import (  # noqa: E402, F401 they add their routes
    attendance,
    nominating,
    reading,
    results,
    shaping,
    steering,
)
