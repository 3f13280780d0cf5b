"""Exam sessions: announcements for anybody; for examiners the hall, from the announcement to the results."""

from flask import Response, redirect

from gateway import clients
from gateway.api.v1.resource import Resource
from gateway.api.v1.schemas import exams as shapes
from gateway.api.v1.schemas.shared import PageQuery, Versioned

blueprint = Resource("exams", __name__)
_ALL = "/office/exam-sessions"
_ONE = f"{_ALL}/<uuid:session_id>"


@blueprint.call(
    "GET",
    "/exam-announcements",
    permission="announcement.read",
    query=PageQuery,
    answer=shapes.AnnouncementPage,
)
def list_announcements(query: dict):
    """The sessions that were announced."""
    return clients.exams.list_announcements(**query)


@blueprint.call(
    "GET",
    "/exam-announcements/<uuid:session_id>",
    permission="announcement.read",
    answer=shapes.Announcement,
)
def get_announcement(session_id: object):
    """One announcement."""
    return clients.exams.get_announcement(str(session_id))


@blueprint.call("GET", _ALL, permission="exam.read", query=shapes.SessionQuery, answer=shapes.ExamSessionPage)
def list_exam_sessions(query: dict):
    """The sessions, also those that are not announced yet."""
    return clients.exams.list_sessions(**query)


@blueprint.call(
    "POST",
    _ALL,
    permission="exam.manage",
    body=shapes.SessionOpening,
    answer=shapes.ExamSession,
    status=201,
)
def open_exam_session(body: dict):
    """A new session; nobody is told before it is published."""
    return clients.exams.open_session(body)


@blueprint.call("GET", _ONE, permission="exam.read", answer=shapes.ExamSession)
def get_exam_session(session_id: object):
    """One session."""
    return clients.exams.get_session(str(session_id))


@blueprint.call("PATCH", _ONE, permission="exam.manage", body=shapes.SessionChange, answer=shapes.ExamSession)
def change_exam_session(body: dict, session_id: object):
    """Change it; once published it is moved, and everyone is told."""
    changes = {name: value for name, value in body.items() if name != "version"}
    return clients.exams.change_session(str(session_id), body["version"], changes)


@blueprint.call(
    "GET", f"{_ONE}/candidates", permission="exam.read", query=PageQuery, answer=shapes.CandidatePage
)
def list_candidates(query: dict, session_id: object):
    """Its candidates, in the order of the list."""
    return clients.exams.list_candidates(str(session_id), **query)


@blueprint.call(
    "POST", f"{_ONE}/publish", permission="exam.manage", body=Versioned, answer=shapes.ExamSession
)
def publish_exam_session(body: dict, session_id: object):
    """Announce it."""
    return clients.exams.publish(str(session_id), body.get("version"))


@blueprint.call(
    "POST", f"{_ONE}/nominate", permission="exam.manage", body=shapes.Nomination, answer=shapes.CandidatePage
)
def nominate_candidates(body: dict, session_id: object):
    """Nominate those, or all that are preliminarily approved; who finds no seat waits for one."""
    return clients.exams.nominate(str(session_id), body["numbers"], body.get("version"))


@blueprint.call("POST", f"{_ONE}/close", permission="exam.manage", body=Versioned, answer=shapes.ExamSession)
def close_exam_session(body: dict, session_id: object):
    """Fix the final list."""
    return clients.exams.close(str(session_id), body.get("version"))


@blueprint.call("POST", f"{_ONE}/cancel", permission="exam.manage", body=Versioned, answer=shapes.ExamSession)
def cancel_exam_session(body: dict, session_id: object):
    """It will not be held; everyone is told."""
    return clients.exams.cancel(str(session_id), body.get("version"))


@blueprint.call(
    "POST",
    f"{_ONE}/attendance",
    permission="exam.manage",
    body=shapes.AttendanceCode,
    answer=shapes.Candidate,
)
def record_attendance(body: dict, session_id: object):
    """Who holds the slip with this code came to the hall."""
    return clients.exams.record_attendance(str(session_id), body["code"])


@blueprint.call(
    "PUT", f"{_ONE}/results", permission="exam.grade", body=shapes.Results, answer=shapes.ExamSession
)
def enter_results(body: dict, session_id: object):
    """The results of everybody of the final list; they replace those entered before."""
    return clients.exams.enter_results(str(session_id), body["results"])


@blueprint.call(
    "POST", f"{_ONE}/results/import", permission="exam.grade", body="text/csv", answer=shapes.ExamSession
)
def import_results(text: str, session_id: object):
    """The same from CSV: number, outcome, score."""
    return clients.exams.import_results(str(session_id), text)


@blueprint.call(
    "POST", f"{_ONE}/results/confirm", permission="exam.grade", body=shapes.Results, answer=shapes.ExamSession
)
def confirm_results(body: dict, session_id: object):
    """Another examiner's own list; it has to be the same."""
    return clients.exams.confirm_results(str(session_id), body["results"])


@blueprint.call(
    "POST", f"{_ONE}/publish-results", permission="exam.grade", body=Versioned, answer=shapes.ExamSession
)
def publish_results(body: dict, session_id: object):
    """All at once; everybody is told his own."""
    return clients.exams.publish_results(str(session_id), body.get("version"))


@blueprint.call("GET", f"{_ONE}/attendance-sheet.pdf", permission="exam.read", status=302)
def print_attendance_sheet(session_id: object) -> Response:
    """The list to sign in the hall: a short-lived address of the PDF."""
    return _paper(session_id, "attendance_sheet")


@blueprint.call("GET", f"{_ONE}/final-list.pdf", permission="exam.read", status=302)
def print_final_list(session_id: object) -> Response:
    """The final list on paper: a short-lived address of the PDF."""
    return _paper(session_id, "final_list")


def _paper(session_id: object, kind: str) -> Response:
    order = clients.exams.order_paper(str(session_id), kind)
    return redirect(clients.documents.get_paper(order))  # type: ignore[return-value]
